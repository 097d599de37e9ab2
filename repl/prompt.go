package repl

import (
	"fmt"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/terminal"
	"imapsh/internal/text"
)

// lineMark is a line end in a pasted block; the terminal shows it as a mark.
const lineMark = "\n"

// roomToType is how many columns the prompt leaves for what is typed.
const roomToType = 12

// waitingAfter is how long a command may take before the prompt counts.
const waitingAfter = 10 * time.Second

// ask keeps the question at the terminal what it should be.
func (s *Shell) ask() {
	if !s.interactive() || s.quit {
		return
	}
	q := s.prompt()
	q.Status = s.arriving.text
	same := s.isAsked && q.Prompt == s.asked.Prompt && q.Secret == s.asked.Secret
	if same && q.Status == s.asked.Status {
		return
	}
	if !same {
		s.out.Pause()
	}
	s.view.Store(s.tag.View())
	s.asked, s.isAsked = q, true
	s.opt.Terminal.Ask(q)
}

// prompt is what stands before the line being typed: the next tag, who, which
// mailbox, how many messages, and what should not be overlooked.
func (s *Shell) prompt() terminal.Question {
	if s.wanted != nil {
		return *s.wanted
	}
	j := s.job
	switch {
	case s.dial != nil || s.conn != nil && !s.greeted:
		return terminal.Question{Prompt: "connecting> "}
	case s.conn == nil:
		return s.painted("not connected> ")
	case s.watching != nil:
		return terminal.Question{Prompt: "watching> "}
	case j != nil && j.refusal:
		return terminal.Question{Prompt: j.cmd.Tag + " …> "}
	case j != nil && j.feed != nil && j.feed.in == nil:
		return terminal.Question{Prompt: fmt.Sprintf("literal, %d octets left> ", j.feed.left), Secret: j.feed.secret}
	case j != nil && j.rest && j.feed == nil && j.literal == nil && len(j.steps) == 0 && !j.await:
		return terminal.Question{Prompt: "rest of " + j.cmd.Tag + "> ", Secret: j.hidden}
	case j != nil && j.idling != nil && j.idling.on:
		return s.painted("idle> ")
	case j != nil:
		p := j.cmd.Tag + " …"
		if d := s.opt.Now().Sub(j.cmd.Begun); d >= waitingAfter {
			p = fmt.Sprintf("%s … %ds", j.cmd.Tag, int(d.Seconds()))
		}
		return s.painted(p + "> ")
	}
	t := s.tag.Session()
	words := []string{s.tag.NextTag()}
	if who := s.who(); who != "" {
		words = append(words, who)
	}
	if m := t.Mailbox; m != nil {
		at := len(words)
		words = append(words, safe(m.Name), fmt.Sprint(m.Exists))
		if m.ReadOnly {
			words = append(words, "ro")
		}
		cols, _ := s.opt.Terminal.Size()
		if over := text.Width(strings.Join(words, " ")) - (cols - roomToType); over > 0 {
			name := words[at]
			words[at] = text.Cut(name, max(6, text.Width(name)-over-1)) + "…"
		}
	}
	if s.conn.Info().State == nil && s.conn.Info().Trust == 0 {
		words = append(words, s.red("CLEAR"))
	}
	return s.painted(strings.Join(words, " ") + "> ")
}

// who is the user and the server, short of half a row.
func (s *Shell) who() string {
	t := s.tag.Session()
	host := s.target.Host
	who := safe(t.User)
	if t.User != "" && host != "" {
		who += "@" + safe(host)
	} else if t.User == "" {
		who = safe(host)
	}
	cols, _ := s.opt.Terminal.Size()
	if len(who) > cols/2-8 {
		if who = safe(t.User); len(who) > cols/2-8 {
			return ""
		}
	}
	return who
}

func (s *Shell) red(text string) string {
	if !s.out.Options().Color {
		return text
	}
	return "\x1b[31m" + text + "\x1b[0m"
}

// painted is a question for a line to run: secrets are painted as dots while they
// are typed, and the rest of the grammar stands dim behind it.
func (s *Shell) painted(prompt string) terminal.Question {
	view, hints := &s.view, s.hints
	return terminal.Question{Prompt: prompt, Paint: func(line string) (string, string) {
		return paint(line, view.Load(), hints)
	}}
}

func paint(line string, v *command.View, hints bool) (shown, hint string) {
	lines := strings.Split(line, lineMark)
	for i, l := range lines {
		if sp := secretsIn(l); len(sp) > 0 { // there is never more than one
			dots := strings.Repeat("•", len([]rune(l[sp[0].Start:sp[0].End])))
			lines[i] = l[:sp[0].Start] + dots + l[sp[0].End:]
		}
	}
	if n := len(lines); n > 1 {
		return strings.Join(lines, lineMark), fmt.Sprintf("  %d lines: Enter runs them, Ctrl-C drops them", n)
	}
	if tag, _ := command.Whose(line, isBareWord); tag == "" && hints && v != nil && line != "" {
		hint = hintFor(line, v)
	}
	return lines[0], hint
}

// secretsIn gives the secrets of a line as it is typed: for the server, or behind one of
// the shell's own words (:send, :watch, and what was to be one of them).
func secretsIn(line string) []command.Span {
	text := strings.TrimPrefix(strings.TrimLeft(line, " \t"), "C: ")
	own := strings.HasPrefix(text, ":")
	if tag, rest := command.Whose(text, isBareWord); tag != "" {
		text = rest
	}
	for {
		spans := command.MatchLine(text).Secrets
		next := strings.IndexByte(text, ' ') + 1
		if len(spans) == 0 && next > 0 && own {
			text = text[next:]
			continue
		}
		skip := len(line) - len(text)
		for i := range spans {
			spans[i].Start, spans[i].End = spans[i].Start+skip, spans[i].End+skip
		}
		return spans
	}
}

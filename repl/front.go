package repl

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"imapsh/completion"
	"imapsh/internal/command"
	"imapsh/internal/terminal"
)

// answer takes what the user did at the terminal.
func (s *Shell) answer(a terminal.Answer) {
	switch a.Kind {
	case terminal.Line:
		s.isAsked = false
		if s.want == nil && s.job != nil && s.job.feed == nil && !s.job.rest && runsAtOnce(a.Text) {
			s.run(inputLine{text: a.Text})
			return
		}
		s.typed = append(s.typed, inputLine{text: a.Text})
	case terminal.Paste:
		s.isAsked = false
		for line := range strings.SplitSeq(strings.TrimSuffix(a.Text, "\n"), "\n") {
			s.typed = append(s.typed, inputLine{text: strings.TrimSuffix(line, "\r")})
		}
	case terminal.Interrupt:
		s.isAsked = false
		s.interrupt(a.Text)
	case terminal.EOF:
		s.isAsked = false
		s.eof()
	case terminal.Complete:
		s.complete(a.Text, a.Pos)
	case terminal.Failed:
		s.ended = true
		s.out.Error(a.Err.Error())
	}
}

// eof takes Ctrl-D: it answers an open question with nothing, else it ends the session.
func (s *Shell) eof() {
	switch {
	case s.want != nil:
		w := s.want
		s.want, s.wanted = nil, nil
		w(inputLine{}, inputEnd)
	case s.tag.Idling() != nil || s.watching != nil:
		s.interrupt("")
	default:
		if s.job != nil && s.conn != nil {
			s.interrupt("")
		}
		s.ended = true
		if s.dial != nil {
			s.quit = true
		}
	}
}

// interrupt takes Ctrl-C: it gives the prompt back and ends nothing on the server
// that is not ended by a line (IDLE).
func (s *Shell) interrupt(text string) {
	queued := len(s.typed)
	s.typed = nil
	if len(s.inputs) > 0 {
		s.out.Note(s.inputs[0].name + " is not run any further")
		s.inputs = nil
	}
	j := s.job
	switch {
	case s.dial != nil:
		s.dial.cancel()
		s.dial = nil
		s.out.Note("connecting was given up")
		if !s.everGreeted {
			s.raise(StatusInterrupted)
			s.quit = true
		}
	case s.want != nil:
		w := s.want
		s.want, s.wanted = nil, nil
		w(inputLine{}, inputEnd)
	case s.ended || s.leaving || s.conn != nil && !s.greeted:
		s.out.Note("left without waiting for the server")
		s.raise(StatusInterrupted)
		s.quit = true
	case s.waiting:
		s.waiting = false
		s.out.Note("not waited for any longer (:pending)")
	case s.watching != nil:
		s.stopWatching()
	case j != nil && j.idling != nil && j.idling.on:
		s.endIdle(j)
	case j != nil && j.refusal:
		s.dropped(j)
	case j != nil && j.warned && (j.barrier || !j.sent() && !j.await):
		s.out.Warn(j.cmd.Tag + " " + j.cmd.Match.Name + " was given up: the connection is closed (:reconnect)")
		s.disconnectQuietly()
	case j != nil && !j.sent() && !j.await:
		j.warned = true
		s.out.Warn(j.cmd.Tag + " is half sent, the server waits for the rest; Ctrl-C again closes the connection")
	case j != nil && j.barrier:
		j.warned = true
		s.out.Warn(j.cmd.Tag + " " + j.cmd.Match.Name + " changes the connection, nothing can be sent before its answer; Ctrl-C again closes it")
	case j != nil:
		if j.await {
			j.steps, j.literal, j.rest = nil, nil, false
		}
		s.others = append(s.others, j)
		s.job = nil
		s.timers.clear(timeWaiting)
		s.out.Note(fmt.Sprintf("%s %s goes on; its answer is shown when it comes (:pending)", j.cmd.Tag, j.cmd.Match.Name))
	case text == "" && queued == 0:
		s.out.Note("Ctrl-D or quit leaves")
	}
	if queued > 0 {
		s.out.Note(fmt.Sprintf("%d typed lines were dropped", queued))
	}
}

// complete answers Tab: what all candidates begin with is written, else they are listed.
func (s *Shell) complete(line string, pos int) {
	if s.wanted != nil {
		return
	}
	r := completion.Candidates(line, pos, s.tag.View(), shellWords())
	if len(r.Items) == 0 {
		return
	}
	text := r.Items[0].Text
	for _, it := range r.Items[1:] {
		text = text[:common(text, it.Text)]
	}
	typed := line[r.Start:pos]
	if len(r.Items) == 1 && !r.Items[0].Open && !strings.HasPrefix(line[pos:], " ") {
		text += " "
	}
	if len(text) > len(typed) || len(r.Items) == 1 {
		s.opt.Terminal.Edit(line[:r.Start]+text+line[pos:], r.Start+len(text))
		return
	}
	s.showCandidates(r.Items)
}

// common is how many bytes two words begin with alike, whole runes only.
func common(a, b string) int {
	n := 0
	for i, r := range a {
		if !strings.HasPrefix(b[min(i, len(b)):], string(r)) {
			break
		}
		n = i + utf8.RuneLen(r)
	}
	return n
}

// showCandidates lists what could stand here.
func (s *Shell) showCandidates(items []completion.Item) {
	cols, rows := s.opt.Terminal.Size()
	width := 0
	for _, it := range items {
		width = max(width, uniseg.StringWidth(safe(it.Text)))
	}
	width = min(width, cols/2)
	var b strings.Builder
	most := max(rows-3, 5)
	for i, it := range items {
		if i == most {
			fmt.Fprintf(&b, "     … %d more\n", len(items)-most)
			break
		}
		text := safe(it.Text)
		gap := max(0, width-uniseg.StringWidth(text))
		line := "     " + text + strings.Repeat(" ", gap) + "  " + safe(it.Help)
		b.WriteString(strings.TrimRight(cutWidth(line, cols-1), " ") + "\n")
	}
	s.out.Flush()
	s.opt.Terminal.Write([]byte(b.String()))
}

// cutWidth cuts a line to a number of columns.
func cutWidth(line string, cols int) string {
	g := uniseg.NewGraphemes(line)
	for at := 0; g.Next(); {
		if at += g.Width(); at > cols {
			from, _ := g.Positions()
			return line[:from]
		}
	}
	return line
}

// ask keeps the question at the terminal what it should be.
func (s *Shell) ask() {
	if !s.interactive() || s.quit {
		return
	}
	q := s.prompt()
	if s.isAsked && q.Prompt == s.asked.Prompt && q.Secret == s.asked.Secret {
		return
	}
	s.out.Pause()
	s.view.Store(s.tag.View())
	s.asked, s.isAsked = q, true
	s.opt.Terminal.Ask(q)
}

// waitingAfter is how long a command may take before the prompt counts.
const waitingAfter = 10 * time.Second

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
		if over := uniseg.StringWidth(strings.Join(words, " ")) - (cols - roomToType); over > 0 {
			name := words[at]
			words[at] = cutWidth(name, max(6, uniseg.StringWidth(name)-over-1)) + "…"
		}
	}
	if s.conn.Info().State == nil && s.conn.Info().Trust == 0 {
		words = append(words, s.red("CLEAR"))
	}
	return s.painted(strings.Join(words, " ") + "> ")
}

// roomToType is how many columns the prompt leaves for what is typed.
const roomToType = 12

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
		hint = completion.Hint(line, v)
	}
	return lines[0], hint
}

// lineMark is a line end in a pasted block; the terminal shows it as a mark.
const lineMark = "\n"

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

// bareWords are the shell's commands that need no ":".
var bareWords = []string{"help", "quit", "exit"}

func isBareWord(word string) bool {
	for _, b := range bareWords {
		if strings.EqualFold(b, word) {
			return true
		}
	}
	return strings.HasPrefix(word, ":")
}

func isBare(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return isBareWord(word)
}

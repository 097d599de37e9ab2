package repl

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"imapsh/internal/command"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// lineMark is the line end in a pasted block; the terminal shows it as a mark.
const lineMark = "\n"

// roomToType is how many columns the prompt leaves for what is typed.
const roomToType = 12

// waitingAfter is how long a command may take before the prompt counts the seconds.
const waitingAfter = 10 * time.Second

// ask keeps the question at the terminal up to date.
func (s *Shell) ask() {
	if !s.interactive() || s.quit {
		return
	}
	u := &s.user
	u.unasked = 0
	q := s.prompt()
	if q.Status = u.arriving.text; q.Status == "" {
		q.Status = s.unseenSoFar()
	}
	s.seeViews()
	same := u.isAsked && q.Prompt == u.asked.Prompt && q.Secret == u.asked.Secret
	if same && q.Status == u.asked.Status {
		return
	}
	if !same {
		s.screen.Pause()
	}
	u.asked, u.isAsked = q, true
	s.opt.Terminal.Ask(q)
}

// prompt returns what is shown before the line being typed: the next tag, the user, the mailbox, how many messages it
// has, and what should not be overlooked.
func (s *Shell) prompt() terminal.Question {
	if w := s.user.wants; w != nil {
		return w.Question
	}
	d := s.doing
	if d.session == nil {
		d.session = s.front
	}
	name := ""
	if d.session != nil && d.session.Name != "" {
		name = "[" + d.session.Name + "] "
	}
	j := d.job
	switch {
	case d.session != nil && d.session.Connecting():
		return s.painted(name + "connecting> ")
	case d.session == nil || !d.session.Connected():
		return s.painted(name + "not connected> ")
	case d.watching && (j == nil || j.Ended()):
		return s.painted(name + "watching> ")
	case j == nil || j.Ended():
		return s.painted(name + s.place(d.session) + "> ")
	case j.Refused():
		q := s.painted(name + j.Command.Tag + " …> ")
		q.Secret = j.Secret()
		return q
	}
	switch j.Wants() {
	case session.Octets:
		if d.source == nil {
			return terminal.Question{Prompt: name + fmt.Sprintf("literal, %d bytes left> ", j.Left()), Secret: j.Secret()}
		}
	case session.Rest:
		return terminal.Question{Prompt: name + "rest of " + j.Command.Tag + "> ", Secret: j.Secret()}
	case session.Pushes:
		return s.painted(name + "idle> ")
	}
	p := j.Command.Tag + " …"
	if took := s.now().Sub(j.Command.Begun); took >= waitingAfter {
		p = fmt.Sprintf("%s … %ds", j.Command.Tag, int(took.Seconds()))
	}
	q := s.painted(name + p + "> ")
	q.Secret = j.Secret() // it may be typed before the server asks
	return q
}

// place returns the prompt's words about a session.
func (s *Shell) place(ss *session.Session) string {
	t := ss.State()
	words := []string{ss.NextTag()}
	if who := s.who(ss); who != "" {
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
	switch info := ss.Info(); {
	case info.State == nil && !ss.Trusted():
		words = append(words, s.red("CLEAR"))
	case info.State != nil && !info.Verified && !info.Pinned:
		words = append(words, s.red("UNVERIFIED"))
	}
	return strings.Join(words, " ")
}

// who returns the user and the server, as far as they fit into half a row.
func (s *Shell) who(ss *session.Session) string {
	t := ss.State()
	host := ss.Target.Host
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
	if !s.set.Render.Color {
		return text
	}
	return "\x1b[31m" + text + "\x1b[0m"
}

// safe escapes a server's bytes for a prompt or a message.
func safe(s string) string { return wire.EscapeString(s) }

// painted returns a question for a line to run: secrets are painted as dots while they are typed, and the rest of the
// grammar is shown dim after it.
func (s *Shell) painted(prompt string) terminal.Question {
	view, hints, preview := &s.view, !s.set.NoHints, &s.preview
	return terminal.Question{Prompt: prompt, Paint: func(line string) (string, string) {
		if strings.Contains(line, lineMark) {
			return preview.paint(line)
		}
		return paint(line, view.Load(), hints)
	}}
}

func paint(line string, v *views, hints bool) (shown, hint string) {
	if hints && v != nil && line != "" {
		hint = hintFor(line, v)
	}
	return concealed(line), hint
}

// dots returns one dot for each character.
func dots(text string) string { return strings.Repeat("•", utf8.RuneCountInString(text)) }

// secretFollows reports whether the lines after this one in a block may be a secret: the bytes of a literal, or the
// answers of an exchange. Only the server knows how many there are.
func secretFollows(l string) bool {
	_, body := command.Whose(strings.TrimPrefix(l, "C: "), isBareWord)
	m := command.MatchLine(body)
	if args := m.Args(); m.Name == "LOGIN" && len(args) == 1 {
		return true // the password is asked for, or was meant to be the next line
	}
	return m.LiteralSecret || m.RestSecret || m.Row().Continues == command.SASL && len(m.Words) == 2
}

// beginsExchange reports whether a line is a command after which challenges are answered.
func beginsExchange(l string) bool {
	_, body := command.Whose(strings.TrimPrefix(l, "C: "), isBareWord)
	m := command.MatchLine(body)
	return m.Row().Continues == command.SASL
}

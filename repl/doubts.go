package repl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"imapsh/internal/command"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/render"
	"imapsh/tagger"
)

// doubt says what is doubtful about a line, and where. A warning that often concerns something intended is given in
// full only once.
func (s *Shell) doubt(m *command.Match, w command.Warning) {
	if w.Again != "" && s.taught {
		s.warn(w.Again)
		return
	}
	s.taught = s.taught || w.Again != ""
	s.warn(w.Text)
	for _, row := range s.caret(m, w) {
		s.say(trace.Warning, "", row)
	}
}

// asksDelimiter asks the server for the hierarchy separator, once and only at a terminal, before a name below INBOX
// is used in a command that creates it: people often type the separator of another server.
func (s *Shell) asksDelimiter(t *task, ss *session.Session, cmd *tagger.Line) bool {
	v := ss.View()
	if !s.interactive() || s.set.Render.Mode != render.Pretty || s.user.paste != nil || cmd.Tag != "" || v.State&command.LoggedIn == 0 || v.Delim != 0 {
		return true
	}
	if sep, parent := cmd.Match().Separator(); sep == "" || !strings.EqualFold(parent, "INBOX") {
		return true
	}
	s.note("asking first which character separates levels here")
	pressed := s.ctrlC()
	s.do(t, ss, session.Request{Line: tagger.Line{Text: `LIST "" ""`, Raw: true}})
	return !pressed()
}

// caret returns two rows to be shown below a warning, the line and a mark below the place; nil if there are none.
func (s *Shell) caret(m *command.Match, w command.Warning) []string {
	if s.set.Render.Mode != render.Pretty {
		return nil
	}
	width := 74
	if s.interactive() {
		cols, _ := s.opt.Terminal.Size()
		width = max(20, cols-6)
	}
	c := m.Caret(w, width)
	if c == "" {
		return nil
	}
	return strings.Split("  "+strings.ReplaceAll(c, "\n", "\n  "), "\n")
}

// strange reports bytes that no command contains, which probably means that the input is not a script.
func strange(line string) (string, bool) {
	for i, r := range line {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(line[i:], "\uFFFD"):
			return fmt.Sprintf("byte %d (0x%02x) is not UTF-8; sent as is", i, line[i]), true
		case r < ' ' && r != '\t' || r == 0x7f:
			return fmt.Sprintf("byte %d is the control character 0x%02x; sent as is", i, r), true
		}
	}
	return "", false
}

// confirmed asks the user before a destructive command, if ":confirm on" is set, and reports whether it may be sent.
func (s *Shell) confirmed(t *task, ss *session.Session, m *command.Match) bool {
	if !s.set.Confirm || !s.interactive() {
		return true
	}
	what := m.Confirm(ss.View())
	if what == "" || s.yes(t, safe(what)+". Send it?") {
		return true
	}
	s.note(m.Name + " was not sent")
	return false
}

// knownWithoutRow are lines that are not commands and change nothing: the end of IDLE, the end of an AUTHENTICATE
// exchange, an empty line.
var knownWithoutRow = map[string]bool{"DONE": true, "*": true, "": true}

// readOnly enforces --read-only. An untagged SELECT becomes EXAMINE; a tagged one, every command that would change
// data on the server, and every unknown command is refused.
func (s *Shell) readOnly(ss *session.Session, line *tagger.Line) bool {
	if !s.set.ReadOnly {
		return true
	}
	m := line.Match()
	if row := m.Row(); row.Opens && !row.ReadOnly && line.Tag == "" {
		text := line.Text.TrimLeft()
		line.SetText("EXAMINE" + text[len("SELECT"):])
		s.note("--read-only: sending EXAMINE instead of SELECT")
		return true
	}
	why := ""
	switch {
	case m.Command == nil && !knownWithoutRow[m.Name]:
		why = "the command is unknown and could change data on the server"
		if near, ok := command.Near(m.Name); ok {
			why += "; did you mean " + near + "?"
		}
		why += "; without --read-only it is sent"
	case m.Row().Opens && !m.Row().ReadOnly:
		why = "a line with your own tag is sent as typed, and SELECT opens the mailbox for writing; use EXAMINE"
	case m.EffectOf(ss.View()) >= command.Changes:
		why = "it would change data on the server"
	default:
		return true
	}
	s.warn(fmt.Sprintf("%s was not sent: %s (--read-only)", safe(m.Name), why))
	s.notSent(StatusFailed)
	return false
}

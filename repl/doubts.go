package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/terminal"
	"imapsh/render"
	"imapsh/tagger"
)

// caret is the line a warning is about, and where: two rows below the warning, or none.
func (s *Shell) caret(line tagger.Line, w command.Warning) []string {
	if s.out.Options().Mode != render.Pretty {
		return nil
	}
	width := 74
	if s.interactive() {
		cols, _ := s.opt.Terminal.Size()
		width = max(20, cols-6)
	}
	c := command.MatchLine(line.Text).Caret(w, width)
	if c == "" {
		return nil
	}
	return strings.Split("  "+strings.ReplaceAll(c, "\n", "\n  "), "\n")
}

// confirmed goes on with then once the user agrees to what cannot be taken back,
// where ":confirm on" asks for that.
func (s *Shell) confirmed(m command.Match, then func()) {
	what := ""
	if s.confirm && s.interactive() {
		what = m.Confirm(s.tag.View())
	}
	if what == "" {
		then()
		return
	}
	s.question(terminal.Question{Prompt: safe(what) + ". Send it? [y/N] "}, func(l inputLine, st inputState) {
		if a := strings.ToLower(strings.TrimSpace(l.text)); st == inputHas && (a == "y" || a == "yes") {
			then()
			return
		}
		s.out.Note(m.Name + " was not sent")
	})
}

func (s *Shell) setConfirm(arg string, _ inputLine) {
	if i, ok := s.choice("confirm", arg, "on", "off"); ok {
		s.confirm = i == 0
		s.set("confirm", arg)
	}
}

// knownWithoutRow are lines that are no commands, and change nothing: the end of IDLE,
// the end of an exchange of AUTHENTICATE, an empty line.
var knownWithoutRow = map[string]bool{"DONE": true, "*": true, "": true}

// readOnly keeps --read-only: an untagged SELECT becomes EXAMINE; a tagged one, all
// that would change what the server has, and what the table does not know, is refused.
func (s *Shell) readOnly(line *tagger.Line, m *command.Match) bool {
	if !s.opt.ReadOnly {
		return true
	}
	if m.Name == "SELECT" && line.Tag == "" {
		text := strings.TrimLeft(line.Text, " \t")
		line.Text = "EXAMINE" + text[len("SELECT"):]
		*m = command.MatchLine(line.Text)
		s.out.Note("--read-only: EXAMINE is sent for SELECT")
		return true
	}
	why := ""
	switch {
	case m.Command == nil && !knownWithoutRow[m.Name]:
		why = "imapsh does not know it, and may change what the server has"
		if near, ok := command.Near(m.Name); ok {
			why += "; did you mean " + near + "?"
		}
		why += "; without --read-only it is sent"
	case m.Name == "SELECT":
		why = "a line with your own tag is sent as typed, and SELECT opens for writing; EXAMINE does not"
	case m.EffectOf(s.tag.View()) >= command.Changes:
		why = "it would change what the server has"
	default:
		return true
	}
	s.out.Warn(fmt.Sprintf("%s was not sent: %s (--read-only)", safe(m.Name), why))
	s.notSentStatus(StatusFailed)
	return false
}

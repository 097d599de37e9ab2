package repl

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/text"
)

// answer handles what the user did at the terminal.
func (s *Shell) answer(a terminal.Answer) {
	u := &s.user
	u.unasked = askEvery
	switch a.Kind {
	case terminal.Line:
		u.isAsked = false
		switch {
		case u.wants != nil && !u.wants.lines:
			u.wants.text, u.wants.answered = a.Text, true
		case u.wants == nil && s.busy() && s.outside.away == 0 && s.runsAtOnce(a.Text):
			s.run(nil, inputLine{text: command.Text(a.Text)})
		default:
			s.input.typed = append(s.input.typed, inputLine{text: command.Text(a.Text)})
		}
	case terminal.Paste:
		u.isAsked = false
		s.pasted(a.Text)
	case terminal.Interrupt:
		u.isAsked = false
		s.interrupt(a.Text)
	case terminal.EOF:
		u.isAsked = false
		s.eof()
	case terminal.Complete:
		s.complete(wish{a.Text, a.Pos, a.Again})
	case terminal.Failed:
		s.input.ended = true
		s.fail(a.Err.Error())
	}
}

// busy reports whether a command is under way that needs no input from the user.
func (s *Shell) busy() bool {
	j := s.doing.job
	return j != nil && !j.Ended() && j.Wants() == session.Nothing
}

// eof handles Ctrl-D: it answers an open question with nothing, or else ends the session.
func (s *Shell) eof() {
	j := s.doing.job
	switch {
	case s.user.wants != nil:
		s.user.wants.none = true
		s.user.wants.answered = true
	case j != nil && j.IdleState() != nil && j.IdleState().On || s.doing.watching:
		s.interrupt("")
	default:
		if j != nil {
			s.interrupt("")
		}
		s.input.ended = true
		if j == nil && s.doing.session != nil { // connecting
			s.interrupt("")
		}
		s.sayWaiting()
	}
}

// sayWaiting says why the shell does not exit immediately.
func (s *Shell) sayWaiting() {
	if !s.interactive() {
		return
	}
	for _, ss := range s.sessions {
		if len(ss.InFlight()) > 0 {
			s.note("waiting for commands in flight; Ctrl-C quits now")
			return
		}
	}
}

// interrupt handles Ctrl-C: whatever is waiting stops waiting, and lines typed ahead are dropped.
func (s *Shell) interrupt(typed string) {
	u := &s.user
	u.queued = len(s.input.typed)
	s.input.typed = nil
	if s.script.loops == 0 { // :each itself says what it skips
		u.queued += len(s.input.ahead)
		s.input.ahead = nil
	}
	if len(s.input.inputs) > 0 {
		s.note(s.input.inputs[0].name + " was stopped")
		s.input.inputs = nil
	}
	u.pressed, u.text = true, typed
	u.presses++
	if u.queued > 0 {
		s.note("typed ahead, not sent: " + text.Plural(u.queued, "line"))
	}
}

func isBareWord(word string) bool {
	for _, b := range bareWords {
		if len(b) == len(word) && strings.EqualFold(b, word) {
			return true
		}
	}
	return strings.HasPrefix(word, ":")
}

package repl

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"imapsh/internal/line"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
)

// errInterrupted says that Ctrl-C, or the end of the input, has ended a wait.
var errInterrupted = errors.New("interrupted")

// ctrlC returns a function that reports whether Ctrl-C has been pressed since: a wait that it has ended does not show
// that to what comes after the wait.
func (s *Shell) ctrlC() (pressed func() bool) {
	before := s.user.presses
	return func() bool { return s.user.presses != before }
}

// until waits for a condition. It returns errInterrupted if Ctrl-C ends the wait.
func (s *Shell) until(t *task, cond func() bool) error {
	t.Until(func() bool { return s.user.pressed || s.outside.away == 0 && cond() })
	if s.user.pressed {
		s.user.pressed = false
		return errInterrupted
	}
	return nil
}

// untilServer waits for a condition that depends on the server. In a script, the connection is closed if no byte
// arrives for too long, which ends the wait too.
func (s *Shell) untilServer(t *task, ss *session.Session, cond func() bool) error {
	const alarm = "waiting"
	defer s.hub.Clear(s, alarm)
	done := func() bool { return cond() || !ss.Connected() && !ss.Connecting() }
	for began := s.now(); ; {
		var due time.Time
		if s.interactive() {
			due = s.now().Add(time.Second) // the prompt counts the seconds
		} else if limit := s.set.Timeout; limit > 0 {
			if due = ss.Heard(); due.Before(began) {
				due = began
			}
			due = due.Add(limit)
		}
		if !due.IsZero() {
			s.hub.Set(s, alarm, due, nil)
		}
		late := func() bool { return !due.IsZero() && !s.now().Before(due) }
		if err := s.until(t, func() bool { return done() || late() }); err != nil || done() {
			return err
		}
		if s.interactive() || s.now().Before(ss.Heard().Add(s.set.Timeout)) {
			continue
		}
		what := "the server"
		if f := ss.InFlight(); len(f) > 0 {
			what = f[0].Tag + " " + f[0].Match.Name
		}
		ss.HangUp(fmt.Sprintf("%s: no data for %s (--timeout)", what, s.set.Timeout))
		return s.until(t, func() bool { return !ss.Connected() })
	}
}

// sleep waits until a time, or for a condition.
func (s *Shell) sleep(t *task, name string, at time.Time, or func() bool) error {
	s.hub.Set(s, name, at, nil)
	defer s.hub.Clear(s, name)
	return s.until(t, func() bool { return !s.now().Before(at) || or() })
}

// A question is one that a task asks at the terminal.
type question struct {
	terminal.Question
	// lines is set if the next line is the answer, even if it was typed ahead or comes from a script. Otherwise only
	// what is typed after the question is.
	lines    bool
	answered bool
	text     string
	none     bool // Ctrl-C or Ctrl-D
}

// asks asks a question and waits for the answer; it returns false if there was none.
func (s *Shell) asks(t *task, q terminal.Question) (string, bool) {
	if s.input.ended {
		return "", false
	}
	if q.Secret {
		s.holdsBack()
	}
	ask := &question{Question: q}
	s.user.wants = ask
	defer func() { s.user.wants = nil }()
	err := s.until(t, func() bool { return ask.answered })
	return ask.text, err == nil && !ask.none
}

// yes asks a question, and reports whether the answer was "y" or "yes".
func (s *Shell) yes(t *task, prompt string) bool {
	text, ok := s.asks(t, terminal.Question{Prompt: prompt + " [y/N] "})
	text = strings.ToLower(strings.TrimSpace(text))
	return ok && (text == "y" || text == "yes")
}

// asksLine asks for one more line: the next one of a script, or else one typed at a prompt. It returns inputEnd if
// there is none, and inputWait if or holds first.
func (s *Shell) asksLine(t *task, q terminal.Question, or func() bool) (l inputLine, st inputState) {
	ask := &question{Question: q, lines: true}
	s.user.wants = ask
	defer func() { s.user.wants = nil }()
	for {
		if s.until(t, func() bool { return ask.none || or() || s.input.ready() }) != nil || ask.none {
			return inputLine{}, inputEnd
		}
		if or() {
			return inputLine{}, inputWait
		}
		if l, st, ok := s.takeLine(); ok {
			return l, st
		}
	}
}

// takeLine is like take, for a line that belongs to a command under way. If a transcript comes instead, ok is false,
// and nothing of it is sent.
func (s *Shell) takeLine() (l inputLine, st inputState, ok bool) {
	l, st = s.take()
	if l.replay == nil {
		return l, st, true
	}
	s.note("a transcript is not an answer; none of it was sent")
	s.notSent(StatusUsage)
	return l, st, false
}

// take returns the next line of the input, and reports errors in reading it.
func (s *Shell) take() (inputLine, inputState) {
	for {
		l, st, err := s.input.take()
		if err == nil {
			return l, st
		}
		s.warn(err.Error())
		s.outcome.raise(StatusUsage)
		s.stopsOn("the input cannot be read")
	}
}

// next waits for the next line to run; it returns false if there are no further lines.
func (s *Shell) next(t *task) (inputLine, bool) {
	s.input.at = line.Place{}
	for {
		if ss := s.front; ss != nil && ss.Leaving() && s.alone() { // LOGOUT has been answered
			if s.untilServer(t, ss, func() bool { return !ss.Connected() }) != nil {
				ss.Close()
			}
		}
		if s.lost() && !s.looksBackNext(t) {
			s.settle()
			s.abandoned()
			return inputLine{}, false
		}
		if s.input.ready() && s.outside.away == 0 {
			l, st := s.take()
			switch st {
			case inputHas:
				s.input.at = l.at
				return l, true
			case inputEnd:
				return l, false
			}
			continue
		}
		if j := s.idles(); j != nil {
			s.idle(t, s.front, j)
			continue
		}
		err := s.until(t, func() bool { return s.input.ready() || s.lost() || s.idles() != nil })
		if err != nil && s.user.text == "" && s.user.queued == 0 {
			s.note("Ctrl-D or quit exits")
		}
	}
}

// idles returns an IDLE on the front connection that no task waits for, at a terminal; nil if there is none.
func (s *Shell) idles() *session.Job {
	if !s.interactive() || s.front == nil {
		return nil
	}
	return s.front.Idling()
}

// lost reports whether there is no connection left and none will be opened: a script has lost it, or the user has
// logged out.
func (s *Shell) lost() bool {
	return s.front != nil && s.none() && (!s.interactive() || s.front.LoggedOut())
}

// none reports whether there is no connection at all.
func (s *Shell) none() bool {
	return s.alone() && (s.front == nil || !s.front.Connected() && !s.front.Connecting())
}

// alone reports whether there is no other connection than the front.
func (s *Shell) alone() bool {
	for _, ss := range s.sessions {
		if ss != s.front && (ss.Connected() || ss.Connecting()) {
			return false
		}
	}
	return true
}

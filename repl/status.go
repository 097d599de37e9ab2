package repl

import (
	"fmt"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/tagger"
)

// Status is an exit status.
type Status int

// The exit statuses; the gravest of those that happened is the program's.
const (
	StatusOK          Status = 0
	StatusFailed      Status = 1 // answered NO or BAD, a secret refused
	StatusUsage       Status = 2 // nothing was sent
	StatusConnection  Status = 3
	StatusInterrupted Status = 130
	StatusPipe        Status = 141 // standard output closed
)

var gravity = map[Status]int{StatusFailed: 1, StatusUsage: 2, StatusConnection: 3, StatusInterrupted: 4, StatusPipe: 5}

// raise keeps the gravest status.
func (s *Shell) raise(st Status) {
	if gravity[st] > gravity[s.status] {
		s.status = st
	}
}

// A failure is a command of a script that was answered NO or BAD.
type failure struct{ what string }

// failed notes the failure of a command and whether the script may go on.
func (s *Shell) failed(c *tagger.Command, at place) {
	if s.interactive() {
		return
	}
	s.raise(StatusFailed)
	cond := "NO"
	if c.Cond == response.BAD {
		cond = "BAD"
	}
	what := c.Match.Name
	if at.line > 0 {
		what += " on " + at.String()
	}
	what += " was answered " + cond
	if s.failure == nil {
		s.failure = &failure{what}
	}
	switch {
	case c.Match.Row().LogsIn || c.Match.Row().Layer == command.TLS:
		s.stop("nothing more is sent after a failed %s", c.Match.Name)
		s.silentEnd = true
	case s.opt.StopOnError:
		s.stop("stopped: %s (--stop-on-error)", what)
	}
}

// held tells that a command must not be sent: it destroys, and something before it failed.
func (s *Shell) held(m command.Match, at place) bool {
	if s.interactive() || s.failure == nil || s.opt.KeepGoing || m.EffectOf(s.tag.View()) != command.Destroys {
		return false
	}
	s.stop("stopped%s: %s not sent, %s (--keep-going)", s.atPlace(at), m.Name, s.failure.what)
	return true
}

func (s *Shell) atPlace(at place) string {
	if at.line == 0 {
		return ""
	}
	return " at " + at.String()
}

// stop ends a script: nothing of the input is run from here on.
func (s *Shell) stop(format string, args ...any) {
	left := s.linesLeft()
	s.inputs = nil
	s.ahead = nil
	s.stopped = true
	text := fmt.Sprintf(format, args...)
	if left {
		text += "; the rest of the script is not run"
	}
	s.out.Warn(text)
}

// linesLeft tells whether the input has more, as far as it has been read.
func (s *Shell) linesLeft() bool {
	for _, in := range s.inputs {
		if !in.filling && in.r < in.w {
			return true
		}
	}
	return len(s.ahead) > 0
}

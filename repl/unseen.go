package repl

import (
	"fmt"

	"imapsh/internal/session"
	"imapsh/internal/text"
	"imapsh/internal/trace"
)

// A hidden counts the responses to a command that was left with Ctrl-C, in place of the screen. The
// transcript and the command's other listeners hear them as ever.
type hidden struct {
	s   *Shell
	on  *session.Session
	job *session.Job
	n   int64
}

// Depth is that of values: what the command has asked for must be known.
func (*hidden) Depth() trace.Depth { return trace.Values }

// Hear counts what comes.
func (u *hidden) Hear(e *trace.Event) {
	if e.Kind != trace.Response || !e.Asked || !e.Elsewhere {
		return
	}
	if u.n++; u.n == 1 {
		c := u.job.Command
		u.s.sayOf(u.on, fmt.Sprintf("the responses to %s %s are no longer shown; they still arrive (:show all)", c.Tag, c.Match.Name))
	}
}

// ended says how many they were.
func (u *hidden) ended(s *Shell, j *session.Job) {
	for i, other := range s.user.unseen {
		if other == u {
			s.user.unseen = append(s.user.unseen[:i:i], s.user.unseen[i+1:]...)
		}
	}
	if u.n > 0 {
		c := j.Command
		s.sayOf(u.on, fmt.Sprintf("%s to %s %s not shown", responses(u.n), c.Tag, c.Match.Name))
	}
}

func responses(n int64) string {
	return string(text.AppendPlural(nil, n, "response", "responses"))
}

// hide leaves the responses to a command out of the screen from here on.
func (s *Shell) hide(ss *session.Session, j *session.Job) {
	u := &hidden{s: s, on: ss, job: j}
	if j.Hide(u) {
		s.user.unseen = append(s.user.unseen, u)
	}
}

// unseenSoFar is the row above the prompt while responses arrive that are not shown; "" if there is none.
func (s *Shell) unseenSoFar() string {
	n := int64(0)
	for _, u := range s.user.unseen {
		n += u.n
	}
	if n == 0 {
		return ""
	}
	return responses(n) + " not shown; they still arrive (:show all)"
}

// followShow makes the screen show what the setting says; all is also what was hidden so far.
func (s *Shell) followShow() error {
	if !s.set.Render.OddOnly {
		for _, u := range s.user.unseen {
			u.job.Show()
		}
	}
	return s.configure()
}

package repl

import (
	"fmt"

	"imapsh/internal/session"
	"imapsh/internal/text"
	"imapsh/internal/trace"
)

// A hidden counts the responses to a command that was left with Ctrl-C, which the screen leaves out. The transcript
// and the command's other listeners still hear them.
type hidden struct {
	s   *Shell
	on  *session.Session
	job *session.Job
	n   int64
}

// Depth says that values are needed, to know what the command has asked for.
func (*hidden) Depth() trace.Depth { return trace.Values }

// Hear counts responses, and says once that they are not shown.
func (u *hidden) Hear(e *trace.Event) {
	if e.Kind != trace.Response || !e.Asked || !e.Elsewhere {
		return
	}
	if u.n++; u.n == 1 {
		c := u.job.Command
		u.s.sayOf(u.on, fmt.Sprintf("the responses to %s %s are no longer shown; they still arrive (:show all)", c.Tag, c.Match.Name))
	}
}

// ended says how many responses were not shown.
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

// hide makes the screen leave out the responses to a command from now on.
func (s *Shell) hide(ss *session.Session, j *session.Job) {
	u := &hidden{s: s, on: ss, job: j}
	if j.Hide(u) {
		s.user.unseen = append(s.user.unseen, u)
	}
}

// unseenSoFar returns the row above the prompt that says how many responses were not shown; "" if there were none.
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

// followShow applies the setting show to the screen; "all" also shows again what was hidden.
func (s *Shell) followShow() error {
	if !s.set.Render.OddOnly {
		for _, u := range s.user.unseen {
			u.job.Show()
		}
	}
	return s.configure()
}

package repl

import (
	"errors"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// An Inquiry is a command that a program sends, instead of a typed line. It must not change data on the server.
type Inquiry struct {
	Text   command.Text
	Values []command.Value // its last arguments
	// Hear is called with each response that the command has asked for, in the shell's goroutine while Inquire waits,
	// and must not keep it. It may be nil.
	Hear func(response.Value)

	// Cond, Code and Said are the command's answer, once Inquire has returned.
	Cond response.Cond
	Code string // the name of the response code, "" if there is none
	Said string // its text for people, as received

	job *session.Job
}

// Refused returns the answer as an error; nil if it was OK.
func (q *Inquiry) Refused() error {
	if q.Cond == response.OK {
		return nil
	}
	return errors.New(q.Cond.String() + " " + q.Said)
}

// Depth says that values are needed.
func (q *Inquiry) Depth() trace.Depth { return trace.Values }

// inquiryHeard listens to the responses to an Inquiry.
type inquiryHeard struct{ *Inquiry }

// Hear passes on data that was asked for, and notes the answer.
func (h inquiryHeard) Hear(e *trace.Event) {
	if e.Kind != trace.Response {
		return
	}
	if st, ok := e.Seen.Value.(*response.Status); ok && e.Seen.Done {
		h.Cond, h.Said = st.Cond, string(st.Text)
		if st.Code != nil {
			h.Code = string(st.Code.Name)
		}
		return
	}
	if e.Asked && h.Inquiry.Hear != nil {
		h.Inquiry.Hear(e.Seen.Value)
	}
}

// inquiries are what programs have asked from other goroutines.
type inquiries struct {
	queue []*asking
	end   bool          // nothing more will be asked
	over  chan struct{} // closed when Run has ended
}

// An asking is one call of Inquire.
type asking struct {
	all  []*Inquiry
	err  error
	done chan struct{}
}

// ErrGone says that there is no connection to inquire on; after Run, Report says why.
var ErrGone = errors.New("the connection has ended")

// Inquire sends commands on the first connection, without waiting for one before sending the next, and waits for all
// answers. It must be called from another goroutine than Run, one call at a time. It returns ErrGone if there is no
// connection, or an error if a command could change data; the server's answer to each command is in its Inquiry.
func (s *Shell) Inquire(all ...*Inquiry) error {
	a := &asking{all: all, done: make(chan struct{})}
	s.hub.Post(func() { s.inquiries.queue = append(s.inquiries.queue, a) })
	select {
	case <-a.done:
		return a.err
	case <-s.inquiries.over:
		return ErrGone
	}
}

// EndInquiries makes Run return, once everything asked has been answered. It may be called from any goroutine.
func (s *Shell) EndInquiries() {
	s.hub.Post(func() { s.inquiries.end = true })
}

// inquire handles inquiries until EndInquiries is called or the connection is lost.
func (s *Shell) inquire(t *task) {
	q := &s.inquiries
	for !s.quit {
		if s.until(t, func() bool { return len(q.queue) > 0 || q.end || s.lost() }) != nil || s.lost() || len(q.queue) == 0 {
			return
		}
		a := q.queue[0]
		q.queue = q.queue[1:]
		a.err = s.sendInquiries(t, s.front, a.all)
		close(a.done)
	}
}

// errNotReading says that a program must not send a command.
var errNotReading = errors.New("it could change data on the server")

// sendInquiries sends commands and waits for their answers.
func (s *Shell) sendInquiries(t *task, ss *session.Session, all []*Inquiry) error {
	for _, q := range all {
		line := tagger.Line{Text: q.Text, Values: q.Values, Raw: true}
		switch {
		case !ss.Connected() || !ss.Free() && s.untilServer(t, ss, ss.Free) != nil || !ss.Free():
			return ErrGone
		case !s.readOnly(ss, &line):
			return errNotReading
		}
		q.job = ss.Begin(session.Request{Line: line, Hears: []trace.Listener{inquiryHeard{q}}, Elsewhere: true})
		if (!ss.Ready() || ss.Crowded()) && s.untilServer(t, ss, func() bool { return ss.Ready() && !ss.Crowded() }) != nil {
			return ErrGone
		}
	}
	for _, q := range all {
		if s.untilServer(t, ss, q.job.Ended) != nil || q.job.Err != nil {
			return ErrGone
		}
	}
	return nil
}

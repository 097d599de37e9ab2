package repl

import (
	"errors"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// An Inquiry is a command that a program sends, in place of a line that is typed. It only reads.
type Inquiry struct {
	Text   command.Text
	Values []command.Value // its last arguments
	// Hear gets each response that the command has asked for, and must not keep it. It is called while
	// Inquire waits; nil hears nothing.
	Hear func(response.Value)

	// Cond, Code and Said are how it was answered, after Inquire.
	Cond response.Cond
	Code string // the name of the response code, "" if there is none
	Said string // the text, for people

	job *session.Job
}

// Refused returns why the command has not been done, nil if it has.
func (q *Inquiry) Refused() error {
	if q.Cond == response.OK {
		return nil
	}
	return errors.New(q.Cond.String() + " " + q.Said)
}

// Depth is that of values.
func (q *Inquiry) Depth() trace.Depth { return trace.Values }

// inquiryHeard hears the responses to an Inquiry.
type inquiryHeard struct{ *Inquiry }

// Hear takes what was asked for, and the end.
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

// inquiries are what programs have asked, from another goroutine.
type inquiries struct {
	queue []*asking
	end   bool          // nothing will be asked after those
	over  chan struct{} // closed when Run has ended
}

// An asking is one call of Inquire.
type asking struct {
	all  []*Inquiry
	err  error
	done chan struct{}
}

// ErrGone is that there is no connection to inquire on, or none any longer; Report knows why, after Run.
var ErrGone = errors.New("the connection has ended")

// Inquire sends commands on the first connection, not waiting for one before the next is sent, and waits for
// their ends. It is for goroutines other than that of Run, one at a time. An error is that of a connection, or of a
// command that would not only read; how the server has answered each is in the Inquiry.
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

// EndInquiries has Run leave, once what was asked is answered.
func (s *Shell) EndInquiries() {
	s.hub.Post(func() { s.inquiries.end = true })
}

// inquire does what programs ask, until they end that or the connection does.
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

// errNotReading is that a program must not send a command.
var errNotReading = errors.New("it would not only read")

// sendInquiries sends commands and waits for all of them.
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

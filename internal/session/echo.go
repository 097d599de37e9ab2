package session

import (
	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// An echo knows the secrets that were sent recently, to mask them if the server repeats them in text for people. It
// knows them from a login until the next command is answered.
type echo struct {
	mask   trace.Mask
	logins int  // commands in flight that carry a secret
	last   bool // the next answer to a command makes it forget

	seen   tagger.Event // a masked copy
	frame  wire.Frame
	came   *wire.Frame // the frame of seen as it was received
	status response.Status
	plus   response.Continuation
	other  response.Other
}

// begun notes that a command begins.
func (e *echo) begun(c *tagger.Command) {
	if c.Match.Row().LogsIn {
		e.logins++
		e.last = false
	}
}

// answered notes that a command has been answered.
func (e *echo) answered(c *tagger.Command) {
	switch {
	case c.Match.Row().LogsIn:
		e.logins = max(0, e.logins-1)
		e.last = e.logins == 0
	case e.logins == 0 && (e.last || !e.mask.Empty()):
		e.mask.Forget()
		e.last = false
	}
}

// masked returns a response as it may be shown: seen itself, unless its text for people, or a response that nobody knows, holds a secret.
func (e *echo) masked(seen *tagger.Event) *tagger.Event {
	e.came = nil
	if e.mask.Empty() || !e.mask.Finds(seen.Frame.Raw) {
		return seen
	}
	e.seen, e.frame = *seen, *seen.Frame
	switch v := seen.Value.(type) {
	case *response.Status:
		e.status = *v
		e.status.Tag, e.status.Text = e.mask.Of(v.Tag), e.mask.Of(v.Text)
		if v.Code != nil && (e.mask.Finds(v.Code.Args) || e.mask.Finds(v.Code.Name)) {
			e.status.Code = nil // its meaning cannot be shown without the secret
		}
		e.seen.Value = &e.status
	case *response.Continuation:
		e.plus = *v
		e.plus.Text = e.mask.Of(v.Text)
		e.seen.Value = &e.plus
	case *response.Other: // it may be the line that was sent
		e.other = *v
		e.other.Word, e.other.Raw = e.mask.Of(v.Word), e.mask.Of(v.Raw)
		e.seen.Value = &e.other
	default:
		return seen
	}
	e.frame.Raw = e.mask.Of(seen.Frame.Raw)
	e.seen.Frame, e.came = &e.frame, seen.Frame
	return &e.seen
}

// known returns the mask if it knows a secret; nil if there is nothing to mask.
func (e *echo) known() *trace.Mask {
	if e.mask.Empty() {
		return nil
	}
	return &e.mask
}

// secrets adds secrets that are not in the lines sent, or not in plain form.
func (e *echo) secrets(secrets []string) {
	for _, s := range secrets {
		e.mask.Add(s)
	}
}

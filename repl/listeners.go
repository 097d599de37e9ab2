package repl

import (
	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/response"
	"imapsh/internal/session"
	"imapsh/internal/trace"

	"fmt"
)

// listeners adds the listeners that a command's redirection asks for. It reports whether the command may be sent: the
// file can be written, and the user agrees to overwrite it.
func (s *Shell) listeners(t *task, ss *session.Session, req *session.Request, r line.Redirection, m *command.Match) bool {
	if m.Row().Continues == command.Idle {
		req.Hears = append(req.Hears, &idler{s: s, on: ss})
	}
	if s.paged(r, m) {
		r.Pipe = pagerCommand
	}
	if r.Out != "" {
		if !r.Append && !namesEach(r.Out) && manyMessages(m) {
			s.warn(fmt.Sprintf("> %s: more than one message needs %%d (its number) or %%u (its UID) in the name (or >>); %s was not sent", r.Out, m.Name))
			s.notSent(StatusUsage)
			return false
		}
		k := s.openSink(t, ss, r, m)
		if k == nil {
			return false
		}
		req.Hears, req.Saves = append(req.Hears, k), r.Out
	}
	if r.Pipe != "" {
		req.Hears, req.Elsewhere = append(req.Hears, s.newPipe(r.Pipe)), true
	}
	return true
}

// A fetched hears the FETCH responses that a command has asked for.
type fetched func(*response.Fetch)

// Depth says that values are needed.
func (fetched) Depth() trace.Depth { return trace.Values }

// Hear passes on a FETCH response.
func (f fetched) Hear(e *trace.Event) {
	if e.Kind == trace.Response && e.Asked {
		if v, ok := e.Seen.Value.(*response.Fetch); ok {
			f(v)
		}
	}
}

package check

import (
	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

const (
	// findingsKept is how many findings a step keeps at most, not counting responses that the client
	// rejected: these are few, and all kept.
	findingsKept = 100
	// lineKept is how many bytes of a response a finding keeps at most, and lineBefore how many of them
	// come before the offending byte.
	lineKept   = 400
	lineBefore = 160
)

// A finder listens to all connections and adds the violations to a step: the current one, or one that collects
// them between steps or while a step is prepared. It is used under the tape's mutex.
type finder struct {
	step  *Step
	heard uint64 // responses so far
}

// Depth returns Values: some violations are found only there.
func (f *finder) Depth() trace.Depth { return trace.Values }

// Hear looks at a response.
func (f *finder) Hear(e *trace.Event) {
	if e.Kind == trace.Response {
		f.heard++
		f.step.find(e.Seen, f.heard)
	}
}

// excerpt returns the bytes of a response around an offset, and the offset of the first of them.
func excerpt(raw []byte, off int64) (line []byte, at int64) {
	at = max(0, min(off-lineBefore, int64(len(raw))-lineKept))
	return append([]byte(nil), raw[at:min(at+lineKept, int64(len(raw)))]...), at
}

// find adds the violations in a response, the n-th one received, to the findings.
func (s *Step) find(e *tagger.Event, n uint64) {
	s.FindingsAll += len(e.Oddities)
	for _, o := range e.Oddities {
		if len(s.Findings) >= findingsKept {
			return
		}
		f := Finding{Step: s.Name, Oddity: o, response: n}
		f.Line, f.LineAt = excerpt(e.Frame.Raw, o.Off)
		if m := e.After.Mailbox; m != nil {
			f.Mailbox = m.Name
		}
		if v, ok := e.Value.(*response.Fetch); ok {
			f.Message, f.UID = v.Seq, uidOf(v)
		}
		s.Findings = append(s.Findings, f)
	}
}

// refuse adds the client's error to the findings about the response that it rejected, or a finding if there is none.
func (s *Step) refuse(h heard, refused string) {
	met := false
	for i := range s.Findings {
		if f := &s.Findings[i]; f.response == h.number {
			f.Refused, met = refused, true
		}
	}
	if met {
		return
	}
	f := Finding{Step: s.Name, Mailbox: h.mailbox, Message: h.message, UID: h.uid, Refused: refused, response: h.number}
	if len(h.odd) > 0 { // found and counted, but not kept: there were too many
		f.Oddity = h.odd[0]
	} else {
		f.Oddity = wire.Oddity{}
		s.FindingsAll++
	}
	f.Line, f.LineAt = excerpt(h.raw, f.Oddity.Off)
	s.Findings = append(s.Findings, f)
}

// takeOver moves the findings of another step to this one.
func (s *Step) takeOver(from *Step) {
	for _, f := range from.Findings {
		f.Step = s.Name
		s.Findings = append(s.Findings, f)
	}
	s.FindingsAll += from.FindingsAll
	from.Findings, from.FindingsAll = nil, 0
}

package check

import (
	"imapsh/internal/response"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

const (
	// findingsKept bounds the findings kept of a step.
	findingsKept = 100
	// lineKept bounds the bytes of a response kept in a finding, and lineBefore how many of them
	// stand before the place that is meant.
	lineKept   = 400
	lineBefore = 160
)

// excerpt is the bytes of a response around an offset.
func excerpt(raw []byte, off int64) (line []byte, at int64) {
	at = max(0, min(off-lineBefore, int64(len(raw))-lineKept))
	return append([]byte(nil), raw[at:min(at+lineKept, int64(len(raw)))]...), at
}

// find counts the oddities of a response as findings of the step; the tape's mutex is held.
func (s *Step) find(e *tagger.Event) {
	s.FindingsAll += len(e.Oddities)
	for _, o := range e.Oddities {
		if len(s.Findings) == findingsKept {
			return
		}
		f := Finding{Step: s.Name, Oddity: o}
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

// refuse sets the client's opinion beside ours of the response it would not take: the last.
func (s *Step) refuse(h heard, refused string) {
	met := false
	for i := len(s.Findings) - 1; i >= 0 && i >= len(s.Findings)-len(h.odd); i-- {
		s.Findings[i].Refused, met = refused, true
	}
	if met {
		return
	}
	s.FindingsAll++
	f := Finding{Step: s.Name, Mailbox: h.mailbox, Message: h.message, UID: h.uid, Refused: refused, Oddity: wire.Oddity{}}
	f.Line, f.LineAt = excerpt(h.raw, 0)
	if len(s.Findings) < findingsKept {
		s.Findings = append(s.Findings, f)
	} else {
		s.Findings[len(s.Findings)-1] = f
	}
}

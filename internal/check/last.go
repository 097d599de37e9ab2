package check

import (
	"bytes"
	"slices"
	"time"

	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
)

// A heard is what steps need to know about a response.
type heard struct {
	number  uint64 // which response of the check it is, 1-based
	raw     []byte
	mailbox string
	message uint32
	uid     uint32
	odd     []wire.Oddity
	done    string // the tag of the command it completes
	cond    response.Cond
	text    string // the text of that tagged response, escaped
}

// A last listens to one connection and keeps the last response. It is used under the tape's mutex.
type last struct {
	heard
	finds  *finder // counts the responses, and hears each one first
	bye    string  // text of an untagged BYE
	exists func(number uint32, at time.Time)
}

// lastKept is how many bytes of the last response are kept at most.
const lastKept = 1 << 20

// Depth returns Values: FETCH data is read.
func (l *last) Depth() trace.Depth { return trace.Values }

// Hear keeps a response.
func (l *last) Hear(ev *trace.Event) {
	if ev.Kind != trace.Response {
		return
	}
	e := ev.Seen
	l.heard = heard{number: l.finds.heard, raw: append(l.raw[:0], e.Frame.Raw[:min(len(e.Frame.Raw), lastKept)]...), odd: append(l.odd[:0], e.Oddities...)}
	if m := e.After.Mailbox; m != nil {
		l.mailbox = m.Name
	}
	switch v := e.Value.(type) {
	case *response.Status:
		if e.Done {
			l.done, l.cond, l.text = string(v.Tag), v.Cond, wire.EscapeString(string(v.Text))
		}
		if v.Tag == nil && v.Cond == response.BYE {
			l.bye = wire.EscapeString(string(v.Text))
		}
	case *response.Number:
		if v.Name() == "EXISTS" && l.exists != nil {
			l.exists(v.Num, e.Frame.At)
		}
	case *response.Fetch:
		l.message, l.uid = v.Seq, uidOf(v)
	}
}

// copy returns the last response in memory of its own.
func (l *last) copy() heard {
	h := l.heard
	h.raw, h.odd = bytes.Clone(h.raw), slices.Clone(h.odd)
	return h
}

func uidOf(v *response.Fetch) uint32 {
	for i := range v.Items {
		if v.Items[i].Kind == response.ItemUID {
			return uint32(v.Items[i].Num)
		}
	}
	return 0
}

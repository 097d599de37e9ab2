package render

import "imapsh/internal/trace"

// Depth returns how far responses must be parsed: raw output needs no values.
func (r *Renderer) Depth() trace.Depth {
	if r.row().bytes && !r.opts.Terminal {
		return trace.Frames
	}
	return trace.Values
}

// Hear shows an event.
func (r *Renderer) Hear(e *trace.Event) {
	r.mask, r.came, r.heard = e.Mask, e.Came, e
	defer func() { r.heard = nil }()
	switch e.Kind {
	case trace.Octets:
		r.octets(e)
	case trace.Response:
		r.Event(e.Seen)
	case trace.Sent:
		r.Sent(e.Conn, e.Step)
	case trace.SentData:
		r.SentData(e.Conn, e.Data)
	case trace.SentEnd:
		r.SentEnd(e.Conn)
	case trace.Begun:
		r.Begin()
	case trace.Connected, trace.Secured, trace.Handshake, trace.Compressed, trace.Timing, trace.Traffic, trace.Lost:
		r.mode.link(e)
		r.out.commit()
		if e.Kind == trace.Lost {
			r.lost(e)
		}
	case trace.Discarded:
		r.mode.note(e.Conn, "unencrypted, after the OK: "+string(e.Data))
	case trace.Note:
		r.mode.note(e.Conn, e.Text)
	case trace.Warning:
		r.mode.warn(e.Conn, e.Text)
	case trace.Text:
		r.Text(e.Data)
	case trace.Exchange:
		r.mode.exchange(e.Conn, e.Message)
		r.out.commit()
	case trace.Expected, trace.Printed, trace.Skipped:
		r.mode.script(e)
	}
}

// HearSaved shows an event whose bodies go to a file: instead of them, people see their sizes.
func (r *Renderer) HearSaved(e *trace.Event) {
	p, ok := r.mode.(*prettyMode)
	if ok {
		p.saved = e.Saved
	}
	r.Hear(e)
	if ok {
		p.saved = ""
	}
}

// octets shows received bytes: those of one part, or of several if the mode shows bytes as they
// are.
func (r *Renderer) octets(e *trace.Event) {
	if e.Part != nil {
		r.Part(e.Conn, e.Part)
		return
	}
	r.mode.bytes(e.Conn, e.Data)
	r.out.commit()
}

// lost says how a connection was lost, if that was not intended: on Err; as a warning if there is no Err, or if a
// person is watching.
func (r *Renderer) lost(e *trace.Event) {
	if e.Text == "" {
		return
	}
	text := of(e.Conn, e.Text)
	if !r.opts.Terminal && !r.alone {
		r.Error(text)
		if e.Hint != "" {
			r.Error(e.Hint)
		}
		return
	}
	if r.opts.Terminal && e.Info != nil && e.Hint == "" { // otherwise, connecting again would fail in the same way
		again := ":reconnect"
		if e.Conn != "" {
			again = ":open " + e.Conn
		}
		text += " (" + again + ")"
	}
	r.mode.warn("", text)
	if e.Hint != "" {
		r.mode.warn("", e.Hint)
	}
}

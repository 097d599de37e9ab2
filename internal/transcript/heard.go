package transcript

import (
	"bytes"

	"imapsh/internal/line"
	"imapsh/internal/wire"
)

// hears begins to keep a response with line i, which has this text.
func (w *walk) hears(x *exchange, i int, text []byte) {
	if !w.hear {
		return
	}
	whole, cut := w.unwrappedServer(i, text)
	w.heard = append(w.heard, Response{At: w.number(i), Conn: x.name, Raw: append(bytes.Clone(whole), "\r\n"...), Cut: cut})
}

// unwrappedServer joins a server's line with the indented rows without a mark after it, into which imapsh's screen
// has wrapped it. cut says that it is not complete.
func (w *walk) unwrappedServer(i int, text []byte) (whole []byte, cut bool) {
	if w.f.format != Marked || w.f.prefix != "" {
		return text, false
	}
	whole = bytes.Clone(text)
	for k := i + 1; k < w.len(); k++ {
		raw := w.line(k)
		b := line.Plain(raw)
		in := len(b) - len(bytes.TrimLeft(b, " "))
		if in < setIn || in > setIn+1 || len(b) == in || w.f.cut(b).side != nobodys {
			break
		}
		if bytes.HasPrefix(b[in:], []byte("… ")) {
			return whole, true
		}
		whole = append(whole, raw[line.Unplain(raw, setIn):]...)
	}
	if len(whole) > len(text) && trailing(whole) != nil {
		cut = true
	}
	return bytes.TrimSuffix(whole, []byte("…")), cut || bytes.HasSuffix(whole, []byte("…"))
}

// lastHeard returns the response that is being kept; nil if there is none.
func (w *walk) lastHeard() *Response {
	if !w.hear || len(w.heard) == 0 {
		return nil
	}
	return &w.heard[len(w.heard)-1]
}

// hearsOctets adds a literal that begins at line from, and the text after it, to the last response.
func (w *walk) hearsOctets(from int, p *passed) {
	r := w.lastHeard()
	if r == nil || r.Cut {
		return
	}
	r.Raw = append(r.Raw, w.octetsOf(p.of, p.lf, from, p.to, p.off)...)
	r.Raw = append(append(r.Raw, p.rest...), "\r\n"...)
}

// cutShort notes that the last response is not complete.
func (w *walk) cutShort() {
	if r := w.lastHeard(); r != nil {
		r.Cut = true
	}
}

// hearing is the state of a response with a literal, in imapsh's own log.
type hearing struct {
	within bool // a literal was announced, and the rest of the line comes after it
	size   int64
	octets []byte
	at     int // the response's index in walk.heard
}

// logHears handles a row of a server's line, and reports whether it continues a line after a literal.
func (w *walk) logHears(x *exchange, i int, row []byte) (goesOn bool) {
	text := wire.Unescape(nil, row)
	h := &x.hears
	if goesOn = h.within; goesOn {
		r := &w.heard[h.at]
		r.Cut = r.Cut || int64(len(h.octets)) != h.size
		r.Raw = append(append(append(r.Raw, h.octets...), text...), "\r\n"...)
	} else {
		if s := sayingOf(bytes.TrimLeft(row, " \t"), w.isShell); s.saying != tagged && s.saying != untagged {
			return false
		}
		h.at = len(w.heard)
		w.heard = append(w.heard, Response{At: w.number(i), Conn: x.name, Raw: append(text, "\r\n"...)})
	}
	lit := trailing(text)
	h.within, h.octets = lit != nil, nil
	if lit != nil {
		h.size = lit.Size
	}
	return goesOn
}

// logHeard handles a row of a server's literal: it had a CRLF, unless the size says otherwise.
func (w *walk) logHeard(x *exchange, row []byte) {
	h := &x.hears
	if !h.within {
		return
	}
	h.octets = wire.Unescape(h.octets, row)
	if h.size-int64(len(h.octets)) >= int64(len("\r\n")) {
		h.octets = append(h.octets, "\r\n"...)
	}
}

package render

import (
	"bytes"

	"imapsh/internal/wire"
)

// A record is output from which the exact bytes can be read back: a row ends only where the wire has CRLF, the
// rest of a line after a literal has a row even if it is empty, and nothing else interrupts a row.

var crlf = []byte("\r\n")

// recordKept is how many bytes of a row are kept until its end has arrived. A longer row is written as it arrives,
// and everything else waits for its end.
const recordKept = 64 << 10

// line returns a wire line without its end.
func (lay layout) line(b []byte) []byte {
	if lay.record {
		return bytes.TrimSuffix(b, crlf)
	}
	return withoutEnd(b)
}

// appendRecord appends the rows of a line, or of a literal's bytes if there are any.
func appendRecord(b, octets []byte, mark string) []byte {
	if len(octets) == 0 {
		return b
	}
	for {
		row, rest, more := bytes.Cut(octets, crlf)
		b = append(wire.Escape(append(b, mark...), row), '\n')
		if !more || len(rest) == 0 {
			return b
		}
		octets = rest
	}
}

// record takes bytes of the current row.
func (s *stream) record(b, data []byte) []byte {
	at, done := max(0, len(s.line)-1), 0 // the last byte may be a CR
	s.line = append(s.line, data...)
	for {
		i := bytes.Index(s.line[at:], crlf)
		if i < 0 {
			break
		}
		b = s.recordRow(b, s.line[done:at+i])
		at += i + len(crlf)
		done = at
	}
	s.line = append(s.line[:0], s.line[done:]...)
	if p := s.p; len(s.line) >= recordKept && (s.begun || p.within == nil) {
		b = s.recordSome(b)
	}
	return b
}

// recordRow ends the current row with text, the rest of it.
func (s *stream) recordRow(b, text []byte) []byte {
	if !s.begun {
		b = append(b, s.p.marker(s.from, s.kind, s.conn)...)
		return append(wire.Escape(b, text), '\n')
	}
	s.begun = false
	if out := s.p.within; out != nil {
		out.buf = wire.Escape(out.buf, text)
		s.p.endWithin()
	}
	return b
}

// recordSome writes what has arrived of a long row. From then on everything else waits.
func (s *stream) recordSome(b []byte) []byte {
	p := s.p
	if !s.begun {
		s.begun = true
		p.within, p.out = p.out, &output{w: &p.aside}
		p.within.buf = append(p.within.buf, b...)
		p.within.buf = append(p.within.buf, p.marker(s.from, s.kind, s.conn)...)
		b = b[:0]
	}
	n := len(s.line) - heldBack(s.line)
	p.within.buf = wire.Escape(p.within.buf, s.line[:n])
	p.within.commit()
	s.line = append(s.line[:0], s.line[n:]...)
	return b
}

// endWithin ends the row that is being written, and writes what had to wait.
func (p *prettyMode) endWithin() {
	if p.within == nil {
		return
	}
	p.out.flush()
	p.within.buf = append(p.within.buf, '\n')
	p.within.buf = append(p.within.buf, p.aside.Bytes()...)
	p.aside.Reset()
	p.out, p.within = p.within, nil
}

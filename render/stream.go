package render

import (
	"bytes"
	"unicode/utf8"

	"imapsh/internal/trace"
	"imapsh/internal/wire"
)

// lineKept is how many bytes of a line are kept on a terminal until its end is known.
const lineKept = 4 << 10

// A stream shows lines whose bytes come in pieces: a response that is not kept in full, or a literal sent from a
// source. If nothing is cut, each piece is shown immediately.
type stream struct {
	p     *prettyMode
	from  byte // 'S' or 'C'
	conn  string
	lay   layout
	shown int // the most lines of a literal to show

	kind  byte   // of the current line: ':' or '|'
	begun bool   // the marker of the current line has been shown
	line  []byte // bytes of the current line that have not been shown yet
	over  int64  // how many more bytes the current line has
	lines int    // lines of the literal so far
	held  []held // its last lines, until it is known whether it ends with them
	// How much of the literal was left out.
	hiddenLines, hidden int64
	raw                 int // how much of Frame.Raw has been shown
	literal             int // the first of Frame.Literals that has not been shown
	looked              int // how many were looked at
	saved               int // where the literal begins that goes to a file, plus 1; 0 if there is none

	mask    *trace.Mask // for text for people; nil if it cannot contain a secret
	waiting []byte      // the end of such text, which may be the start of a secret
}

// A held line of a literal has not been shown yet.
type held struct {
	text []byte
	over int64
}

// catchUp shows the part of a frame that the stream has not shown.
func (s *stream) catchUp(b []byte, f *wire.Frame) []byte {
	for ; s.literal < len(f.Literals); s.literal++ {
		s.looked++
		l := &f.Literals[s.literal]
		at, end := min(l.At, len(f.Raw)), min(l.At+l.Kept, len(f.Raw))
		if s.raw < at {
			b = s.write(b, ':', f.Raw[s.raw:at])
			s.raw = at
		}
		if s.raw < end && s.p.isSaved(f, l) {
			b = s.p.appendSaved(s.close(b), s.conn, f, l.Size)
			s.raw = end
		}
		if s.raw < end {
			b = s.write(b, '|', f.Raw[s.raw:end])
			s.raw = end
		}
		if s.literal == len(f.Literals)-1 {
			break // more of it may arrive
		}
	}
	if s.raw < len(f.Raw) {
		b = s.write(b, ':', f.Raw[s.raw:])
		s.raw = len(f.Raw)
	}
	return b
}

// write shows bytes of the lines of a response or command (':') or of a literal ('|').
func (s *stream) write(b []byte, kind byte, data []byte) []byte {
	if kind != s.kind {
		b = s.close(b)
		s.kind = kind
	}
	if s.mask != nil {
		s.waiting = append(s.waiting, data...)
		n := max(0, s.mask.Apart(s.waiting))
		data = s.mask.Of(s.waiting[:n])
		s.waiting = s.waiting[n:]
	}
	return s.lined(b, data)
}

// lined shows bytes line by line.
func (s *stream) lined(b, data []byte) []byte {
	if s.lay.record {
		return s.record(b, data)
	}
	for len(data) > 0 {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			return s.piece(b, data)
		}
		b = s.endLine(s.piece(b, data[:i]))
		data = data[i+1:]
	}
	return b
}

// piece takes bytes of the current line.
func (s *stream) piece(b, data []byte) []byte {
	if !s.lay.whole {
		n := min(len(data), max(0, lineKept-len(s.line)))
		s.line = append(s.line, data[:n]...)
		s.over += int64(len(data) - n)
		return b
	}
	s.line = append(s.line, data...)
	if s.lay.cols > 0 && len(s.line) < lineKept {
		return b
	}
	n := len(s.line) - heldBack(s.line)
	if n <= 0 {
		return b
	}
	b = s.show(b, s.line[:n])
	s.line = append(s.line[:0], s.line[n:]...)
	return b
}

// show appends a part of the current line; on a terminal it gets its own rows.
func (s *stream) show(b, text []byte) []byte {
	mark := s.p.marker(s.from, s.kind, s.conn)
	if s.lay.cols > 0 {
		if s.begun {
			mark = rowIndent
		}
		s.begun = true
		b, _ = s.p.appendLine(b, text, &line{mark: mark}, s.lay)
		return b
	}
	if !s.begun {
		b = append(b, mark...)
		s.begun = true
	}
	return wire.Escape(b, text)
}

// heldBack returns how many bytes at the end of a piece cannot be escaped until more is known: a CR, an
// incomplete character, a backslash that "xhh" may follow.
func heldBack(b []byte) int {
	for i := 1; i <= 3 && i <= len(b); i++ {
		c := b[len(b)-i]
		switch {
		case c == '\\', c == '\r' && i == 1:
			return i
		case utf8.RuneStart(c) && c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]):
			return i
		}
	}
	return 0
}

// endLine ends the current line.
func (s *stream) endLine(b []byte) []byte {
	text, over := s.line, s.over
	if over == 0 && len(text) > 0 && text[len(text)-1] == '\r' {
		text = text[:len(text)-1]
	}
	s.line, s.over = s.line[:0], 0
	if s.kind == '|' {
		s.lines++
		if !s.lay.whole && s.lines > s.shown-shownEnd {
			s.hold(text, over)
			s.begun = false
			return b
		}
	}
	switch {
	case s.lay.cols == 0:
		b = append(s.show(b, text), '\n')
	case s.begun:
		if len(text) > 0 {
			b = s.show(b, text)
		}
	default:
		b = s.whole(b, text, over)
	}
	s.begun = false
	return b
}

// whole appends a line of which nothing has been shown.
func (s *stream) whole(b, text []byte, over int64) []byte {
	l := line{mark: s.p.marker(s.from, s.kind, s.conn), over: over}
	b, _ = s.p.appendLine(b, text, &l, s.lay)
	return b
}

// hold keeps a line of a literal that may be one of its last; the oldest one is hidden to make room.
func (s *stream) hold(text []byte, over int64) {
	if len(s.held) < shownEnd+fewestHidden-1 {
		s.held = append(s.held, held{bytes.Clone(text), over})
		return
	}
	oldest := s.held[0]
	s.hide(oldest)
	copy(s.held, s.held[1:])
	s.held[len(s.held)-1] = held{append(oldest.text[:0], text...), over}
}

func (s *stream) hide(h held) {
	s.hiddenLines++
	s.hidden += int64(len(h.text)) + h.over + 1
}

// close ends the current line and the literal.
func (s *stream) close(b []byte) []byte {
	if waiting := s.waiting; len(waiting) > 0 {
		s.waiting = nil
		b = s.lined(b, s.mask.Of(waiting))
	}
	if s.lay.record {
		if s.begun || len(s.line) > 0 {
			b = s.recordRow(b, s.line)
			s.line = s.line[:0]
		}
		return b
	}
	if s.begun || len(s.line) > 0 || s.over > 0 {
		b = s.endLine(b)
	}
	if s.hiddenLines > 0 {
		for len(s.held) > shownEnd {
			s.hide(s.held[0])
			s.held = s.held[1:]
		}
		b = s.p.appendMore(b, s.hiddenLines, s.hidden, s.lay)
	}
	for _, h := range s.held {
		b = s.whole(b, h.text, h.over)
	}
	s.lines, s.held, s.hiddenLines, s.hidden = 0, nil, 0, 0
	return b
}

func (p *prettyMode) newStream(from byte, conn string, shown int) *stream {
	return &stream{p: p, from: from, conn: conn, shown: shown, lay: p.layout()}
}

// part shows bytes that their frame will not keep. All others are shown with the event.
func (p *prettyMode) part(conn string, part *wire.Part) {
	if part.Kind == wire.End || part.Frame == nil {
		return
	}
	p.endRun()
	s := p.streams[conn]
	if s == nil {
		s = p.newStream('S', conn, shownReceived)
		if mayRepeat(part.Frame.Raw) {
			s.mask = p.r.mask.Clone()
		}
		p.streams[conn] = s
	}
	p.buf = s.catchUp(p.buf[:0], part.Frame)
	kind := byte(':')
	if part.Literal != nil || part.Kind == wire.LiteralData {
		kind = '|'
	}
	if l := part.Literal; l != nil && p.isSaved(part.Frame, l) {
		if s.saved != l.At+1 {
			s.saved = l.At + 1
			p.buf = p.appendSaved(s.close(p.buf), conn, part.Frame, l.Size)
			p.emit(p.buf)
		} else if len(p.buf) > 0 {
			p.emit(p.buf)
		}
		return
	}
	p.buf = s.write(p.buf, kind, part.Bytes)
	p.emit(p.buf)
}

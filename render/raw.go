package render

import (
	"bytes"

	"imapsh/internal/wire"
	"imapsh/tagger"
)

// rawMode writes the server's bytes to Out as they come, and what the shell says to Err.
type rawMode struct {
	r    *Renderer
	says *prettyMode // C:, -- and !! lines on Err
	tail []byte      // on a terminal: bytes that cannot be escaped before what follows is known
	tmp  []byte

	// Of the response at hand, on a terminal and while a secret may come back.
	begun bool
	human bool // it is text for people
}

func (m *rawMode) part(_ string, p *wire.Part) {
	if !m.r.opts.Terminal {
		m.r.out.through(p.Bytes)
		return
	}
	m.tmp = append(m.tmp[:0], m.tail...)
	m.tmp = append(m.tmp, p.Bytes...)
	n := len(m.tmp)
	mask := m.r.mask
	if mask != nil && !m.begun {
		if p.Kind != wire.End && len(m.tmp) < beginMost { // it is not known yet what it is
			m.tail = append(m.tail[:0], m.tmp...)
			return
		}
		m.begun, m.human = true, forPeople(m.tmp)
	}
	if mask == nil || !m.human {
		mask = nil
	}
	if p.Kind != wire.End {
		n -= heldBack(m.tmp)
		if mask != nil {
			n = max(0, min(n, mask.Apart(m.tmp)))
		}
	}
	text := m.tmp[:n]
	if mask != nil {
		text = mask.Of(text)
	}
	m.escape(text)
	m.tail = append(m.tail[:0], m.tmp[n:]...)
	m.begun = m.begun && p.Kind != wire.End
	if out := m.r.out.buf; p.Kind == wire.End && len(out) > 0 && out[len(out)-1] != '\n' {
		m.r.out.buf = append(out, '\n') // the stream ended within a line
	}
}

// bytes shows bytes of the server's as they are.
func (m *rawMode) bytes(b []byte) {
	if !m.r.opts.Terminal {
		m.r.out.through(b)
		return
	}
	if m.r.mask != nil && len(m.tail) == 0 && forPeople(b) { // a whole response
		b = m.r.mask.Of(b)
	}
	m.tail = append(m.tail, b...)
	n := len(m.tail) - heldBack(m.tail)
	m.escape(m.tail[:n])
	m.tail = append(m.tail[:0], m.tail[n:]...)
}

// beginMost is after how many bytes it is known what a response is, its tag included.
const beginMost = 256

// forPeople reports whether a response is one whose text is for people: a status response or a
// continuation request (RFC 9051 §7.1, §7.6).
func forPeople(b []byte) bool {
	if len(b) > 0 && b[0] == '+' {
		return true
	}
	_, rest, _ := bytes.Cut(b[:min(len(b), beginMost)], []byte(" "))
	cond, _, _ := bytes.Cut(rest, []byte(" "))
	switch string(bytes.ToUpper(bytes.TrimRight(cond, "\r\n"))) {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}

// escape appends text escaped, its line ends as line ends.
func (m *rawMode) escape(text []byte) {
	for len(text) > 0 {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			m.r.out.buf = wire.Escape(m.r.out.buf, text)
			return
		}
		m.r.out.buf = append(wire.Escape(m.r.out.buf, withoutEnd(text[:i+1])), '\n')
		text = text[i+1:]
	}
}

// event shows what raw bytes do not say by themselves: oddities.
func (m *rawMode) event(e *tagger.Event) {
	if len(e.Oddities) > 0 {
		m.before()
		m.r.err.buf = m.says.appendOddities(m.r.err.buf, e, layout{whole: true})
		m.r.err.commit()
	}
}

// before writes what has come, so that both streams keep their order on one terminal.
func (m *rawMode) before() { m.r.out.flush() }

func (m *rawMode) sent(conn string, s *tagger.Step) {
	m.before()
	m.says.sent(conn, s)
	m.r.err.commit()
}

func (m *rawMode) sentData(conn string, b []byte) {
	m.says.sentData(conn, b)
	m.r.err.commit()
}

func (m *rawMode) sentEnd(conn string) { m.says.sentEnd(conn) }

func (m *rawMode) note(conn, text string) {
	m.before()
	m.says.note(conn, text)
}

func (m *rawMode) warn(conn, text string) {
	m.before()
	m.says.warn(conn, text)
}

func (m *rawMode) pause() {}

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
}

func (m *rawMode) part(_ string, p *wire.Part) {
	if !m.r.opts.Terminal {
		m.r.out.through(p.Bytes)
		return
	}
	m.tmp = append(m.tmp[:0], m.tail...)
	m.tmp = append(m.tmp, p.Bytes...)
	n := len(m.tmp)
	if p.Kind != wire.End {
		n -= heldBack(m.tmp)
	}
	m.escape(m.tmp[:n])
	m.tail = append(m.tail[:0], m.tmp[n:]...)
	if out := m.r.out.buf; p.Kind == wire.End && len(out) > 0 && out[len(out)-1] != '\n' {
		m.r.out.buf = append(out, '\n') // the stream ended within a line
	}
}

// bytes shows octets of the server's as they are.
func (m *rawMode) bytes(b []byte) {
	if !m.r.opts.Terminal {
		m.r.out.through(b)
		return
	}
	m.tail = append(m.tail, b...)
	n := len(m.tail) - heldBack(m.tail)
	m.escape(m.tail[:n])
	m.tail = append(m.tail[:0], m.tail[n:]...)
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

package render

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// rawMode writes the server's bytes to Out as they come, and everything else to Err.
type rawMode struct {
	r    *Renderer
	says *prettyMode // C:, -- and !! lines on Err
	tmp  []byte
	esc  []byte
	col  int    // the column in which the next byte is written
	from string // the connection whose bytes were written last
	// half is the current response of each connection, on a terminal.
	half map[string]*halfShown
}

// A halfShown is what is known of a response that has not arrived completely.
type halfShown struct {
	tail []byte // bytes that cannot be escaped until more is known
	// Only used while the server might repeat a secret:
	begun   bool
	repeats bool // the response may be one that repeats it
}

// turn says on Err from which offset of Out the bytes are those of another connection.
func (m *rawMode) turn(conn string) {
	if conn == m.from {
		return
	}
	m.from = conn
	if conn == "" {
		conn = "main"
	}
	out := &m.r.out
	text := "raw bytes from offset " + strconv.FormatInt(out.total+int64(len(out.buf)), 10) + " on are from " + conn
	if m.r.opts.Terminal {
		text = "from " + conn + ":"
		if n := len(out.buf); n > 0 && out.buf[n-1] != '\n' {
			out.buf = append(out.buf, '\n') // the other one's line is not complete
		}
	}
	m.note("", text)
	m.r.err.flush()
}

// halfOf returns the current response of a connection.
func (m *rawMode) halfOf(conn string) *halfShown {
	h := m.half[conn]
	if h == nil {
		if m.half == nil {
			m.half = map[string]*halfShown{}
		}
		h = &halfShown{}
		m.half[conn] = h
	}
	return h
}

func (m *rawMode) part(conn string, p *wire.Part) {
	if len(p.Bytes) > 0 {
		m.turn(conn)
	}
	if !m.r.opts.Terminal {
		m.r.out.through(p.Bytes)
		return
	}
	h := m.halfOf(conn)
	m.tmp = append(m.tmp[:0], h.tail...)
	m.tmp = append(m.tmp, p.Bytes...)
	n := len(m.tmp)
	mask := m.r.mask
	if mask != nil && !h.begun {
		if p.Kind != wire.End && len(m.tmp) < beginMost { // it is not known yet what kind of response it is
			h.tail = append(h.tail[:0], m.tmp...)
			return
		}
		h.begun, h.repeats = true, mayRepeat(m.tmp)
	}
	if mask == nil || !h.repeats {
		mask = nil
	}
	if p.Kind != wire.End {
		n -= max(heldBack(m.tmp), m.halfMark(m.tmp))
		if mask != nil {
			n = max(0, min(n, mask.Apart(m.tmp)))
		}
	}
	text := m.tmp[:n]
	if mask != nil {
		text = mask.Of(text)
	}
	m.escape(text)
	h.tail = append(h.tail[:0], m.tmp[n:]...)
	h.begun = h.begun && p.Kind != wire.End
	if out := m.r.out.buf; p.Kind == wire.End && len(out) > 0 && out[len(out)-1] != '\n' {
		m.r.out.buf = append(out, '\n') // the stream ended in the middle of a line
	}
}

// bytes shows bytes of the server as they are.
func (m *rawMode) bytes(conn string, b []byte) {
	if len(b) > 0 {
		m.turn(conn)
	}
	if !m.r.opts.Terminal {
		m.r.out.through(b)
		return
	}
	h := m.halfOf(conn)
	if m.r.mask != nil && len(h.tail) == 0 && mayRepeat(b) { // a complete response
		b = m.r.mask.Of(b)
	}
	h.tail = append(h.tail, b...)
	n := len(h.tail) - max(heldBack(h.tail), m.halfMark(h.tail))
	m.escape(h.tail[:n])
	h.tail = append(h.tail[:0], h.tail[n:]...)
}

// beginMost is how many bytes are enough to know what kind of response it is, even with a long tag.
const beginMost = 256

// mayRepeat reports whether a response may be one in which the server repeats what it was sent: any but data that is
// decoded.
func mayRepeat(b []byte) bool {
	line, _, _ := strings.Cut(string(b[:min(len(b), beginMost)]), "\n")
	words := strings.Fields(line)
	if len(words) < 2 || words[0] != "*" {
		return true
	}
	name := words[1]
	if _, isNumber := wire.Number([]byte(name)); isNumber && len(words) > 2 {
		name = words[2]
	}
	return response.CondOf(name) != 0 || !response.IsName(name)
}

// escape appends text escaped, except for its line ends. At the start of a row of the terminal it also escapes
// what looks like a mark of the shell, so that no server can imitate the shell.
func (m *rawMode) escape(text []byte) {
	out := &m.r.out
	for len(text) > 0 {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			m.esc = wire.Escape(m.esc[:0], text)
			m.row(m.esc, false)
			return
		}
		m.esc = wire.Escape(m.esc[:0], withoutEnd(text[:i+1]))
		m.row(m.esc, true)
		out.buf = append(out.buf, '\n')
		text = text[i+1:]
	}
}

// row appends b, which is escaped and within one line; whole says that the line ends after it.
func (m *rawMode) row(b []byte, whole bool) {
	out, width := &m.r.out, m.r.width()
	if m.atLineStart() {
		m.col = 0
	}
	for len(b) > 0 {
		if m.col == 0 && marked(b, whole) {
			out.buf = append(out.buf, '\\', 'x', hexDigits[b[0]>>4], hexDigits[b[0]&15])
			b, m.col = b[1:], len(`\x2d`)
			continue
		}
		n := 0
		if m.col < width {
			n = text.Fit(b, width-m.col)
		}
		if n == 0 && m.col == 0 { // a character wider than the terminal
			_, n = utf8.DecodeRune(b)
		}
		out.buf = append(out.buf, b[:n]...)
		if n == len(b) {
			m.col += text.Width(b)
			return
		}
		b, m.col = b[n:], 0
	}
}

// atLineStart reports whether what is written next begins a line.
func (m *rawMode) atLineStart() bool {
	b := m.r.out.buf
	return len(b) == 0 || b[len(b)-1] == '\n'
}

// marks begin the lines that the shell itself writes.
var marks = []string{"-- ", "!! ", "C: ", "C[", "C| ", "S: ", "S[", "S| "}

// EscapeMark escapes the first byte of a line that begins with one of marks.
func EscapeMark(line string) string {
	if marked([]byte(line), true) {
		return fmt.Sprintf(`\x%02x%s`, line[0], line[1:])
	}
	return line
}

// marked reports whether b begins with a mark of the shell; if whole is false, also whether it might when more follows.
func marked(b []byte, whole bool) bool {
	for _, mark := range marks {
		if bytes.HasPrefix(b, []byte(mark)) || !whole && len(b) < len(mark) && strings.HasPrefix(mark, string(b)) {
			return true
		}
	}
	return false
}

// halfMark returns how many bytes at the end of b may become a mark at the start of a line.
func (m *rawMode) halfMark(b []byte) int {
	line := b[bytes.LastIndexByte(b, '\n')+1:]
	if len(line) == len(b) && !m.atLineStart() || len(line) == 0 || len(line) > 2 {
		return 0
	}
	if marked(line, false) {
		return len(line)
	}
	return 0
}

// event shows what raw bytes do not show: oddities.
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

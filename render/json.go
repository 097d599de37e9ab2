package render

import (
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"imapsh/internal/response"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// jsonMode writes one object per line. It does not use encoding/json, which would take about ten times as long
// for a response of 340 bytes.
type jsonMode struct {
	r     *Renderer
	words textDecoder
	tmp   []byte
}

func (m *jsonMode) begin(kind, conn string) []byte {
	b := append(m.r.out.buf, `{"type":"`...)
	b = append(b, kind...)
	b = append(b, '"')
	if conn != "" {
		b = appendJSON(append(b, `,"conn":`...), []byte(conn))
	}
	return b
}

func (m *jsonMode) end(b []byte) { m.r.out.buf = append(b, '}', '\n') }

// part writes bytes that their frame will not keep; "offset" says where in its raw bytes they belong.
func (m *jsonMode) part(conn string, p *wire.Part) {
	if p.Kind == wire.End || p.Frame == nil {
		return
	}
	b := m.begin("chunk", conn)
	b = strconv.AppendInt(append(b, `,"offset":`...), int64(len(p.Frame.Raw)), 10)
	b = strconv.AppendBool(append(b, `,"literal":`...), p.Literal != nil || p.Kind == wire.LiteralData)
	b = append(b, `,"data64":"`...)
	b = base64.StdEncoding.AppendEncode(b, p.Bytes)
	m.end(append(b, '"'))
}

// bytes shows nothing: bytes outside responses come as parts too.
func (m *jsonMode) bytes(string, []byte) {}

func (m *jsonMode) event(e *tagger.Event) {
	f := e.Frame
	if n := len(f.Raw); n > outputSize {
		m.r.out.reserve(2*n + n/4) // for the bytes and their meaning; growing step by step takes longer
	}
	b := m.begin("response", e.Conn)
	b = append(b, `,"at":"`...)
	b = f.At.UTC().AppendFormat(b, time.RFC3339Nano)
	b = strconv.AppendBool(append(b, `","tls":`...), f.TLS)
	if f.Size > int64(len(f.Raw)) {
		b = strconv.AppendInt(append(b, `,"size":`...), f.Size, 10)
		b = appendLiterals(b, f)
	}
	if f.Cut {
		b = append(b, `,"cut":true`...)
	}
	b = appendBytes(b, "raw", f.Raw)
	b = m.value(b, f, e.Value)
	if e.Command != nil {
		b = appendJSON(append(b, `,"command":`...), []byte(e.Command.Tag))
	}
	if e.Done {
		b = append(b, `,"done":true`...)
	}
	if e.Done {
		b = m.appendOrigin(b, e.Command)
	}
	if name := selected(e); name != "" {
		b = appendJSON(append(b, `,"selected":`...), []byte(name))
	}
	if e.Elapsed > 0 {
		b = strconv.AppendFloat(append(b, `,"elapsed_ms":`...), float64(e.Elapsed)/float64(time.Millisecond), 'f', 3, 64)
	}
	if e.Idle {
		b = append(b, `,"idle":true`...)
	}
	if e.Flags != nil {
		b = appendTexts(b, "flags_set", e.Flags.Set)
		b = appendTexts(b, "flags_removed", e.Flags.Removed)
	}
	if len(e.Oddities) > 0 {
		b = appendOddities(b, e.Oddities)
	}
	if len(e.Notes) > 0 {
		b = appendTexts(b, "notes", e.Notes)
	}
	m.end(b)
}

// appendOrigin appends the name of a command, and its place in the script.
func (m *jsonMode) appendOrigin(b []byte, c *tagger.Command) []byte {
	if c != nil && c.Match != nil && c.Match.Name != "" {
		b = appendJSON(append(b, `,"command_name":`...), []byte(c.Match.Name))
	}
	if e := m.r.heard; e != nil && e.Line > 0 {
		b = appendJSON(append(b, `,"file":`...), []byte(e.File))
		b = strconv.AppendInt(append(b, `,"line":`...), int64(e.Line), 10)
	}
	return b
}

// appendSender appends the command to which the bytes being sent belong.
func (m *jsonMode) appendSender(b []byte) []byte {
	e := m.r.heard
	if e == nil {
		return b
	}
	if e.Of != nil {
		b = appendJSON(append(b, `,"command":`...), []byte(e.Of.Tag))
	}
	return m.appendOrigin(b, e.Of)
}

// selected returns the mailbox that a response is about but does not name: the one being opened, or the selected
// one; "" if there is none.
func selected(e *tagger.Event) string {
	switch v := e.Value.(type) {
	case *response.Number, *response.Fetch, *response.Vanished, *response.Flags, *response.Search, *response.Thread:
	case *response.ESearch:
		if len(v.Mailbox.B) > 0 {
			return ""
		}
	default:
		return ""
	}
	if e.Command != nil {
		if name := e.Command.Opening(); name != "" {
			return name
		}
	}
	if e.After != nil && e.After.Mailbox != nil {
		return e.After.Mailbox.Name
	}
	return ""
}

// appendTexts appends a member that is a list of strings.
func appendTexts(b []byte, name string, list []string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, `":[`...)
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, []byte(s))
	}
	return append(b, ']')
}

// appendLiterals appends which literals are not completely in raw.
func appendLiterals(b []byte, f *wire.Frame) []byte {
	b = append(b, `,"literals":[`...)
	for i := range f.Literals {
		l := &f.Literals[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, `{"offset":`...), int64(l.At), 10)
		b = strconv.AppendInt(append(b, `,"size":`...), l.Size, 10)
		b = strconv.AppendInt(append(b, `,"kept":`...), int64(l.Kept), 10)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendOddities(b []byte, odd []wire.Oddity) []byte {
	b = append(b, `,"oddities":[`...)
	for i := range odd {
		o := &odd[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(append(b, `{"name":`...), []byte(o.Name))
		b = strconv.AppendInt(append(b, `,"offset":`...), o.Off, 10)
		b = appendJSON(append(b, `,"text":`...), []byte(o.Text))
		b = appendJSON(append(b, `,"rule":`...), []byte(o.Rule))
		b = appendJSON(append(b, `,"rfc":`...), []byte(o.RFC))
		b = append(b, '}')
	}
	return append(b, ']')
}

func (m *jsonMode) sent(conn string, s *tagger.Step) {
	if s.Kind == tagger.AwaitContinuation {
		return
	}
	b := m.begin("sent", conn)
	b = append(b, `,"at":"`...)
	b = m.r.opts.Now().UTC().AppendFormat(b, time.RFC3339Nano)
	b = strconv.AppendBool(append(b, `","literal":`...), s.Kind != tagger.SendText)
	if s.Kind == tagger.SendSource {
		b = strconv.AppendInt(append(b, `,"size":`...), s.Size, 10)
		if s.Name != "" {
			b = appendJSON(append(b, `,"source":`...), []byte(s.Name))
		}
		m.end(m.appendSender(b))
		return
	}
	if len(s.Secrets) > 0 {
		b = append(b, `,"masked":true`...)
	}
	m.tmp = appendMasked(m.tmp[:0], s.Bytes, s.Secrets)
	m.end(m.appendSender(appendBytes(b, "raw", m.tmp)))
}

func (m *jsonMode) sentData(conn string, data []byte) {
	b := m.begin("sent", conn)
	b = append(b, `,"literal":true`...)
	m.end(m.appendSender(appendBytes(b, "raw", data)))
}

func (m *jsonMode) sentEnd(string) {}

func (m *jsonMode) note(conn, text string) { m.say("note", conn, text) }
func (m *jsonMode) warn(conn, text string) { m.say("warning", conn, text) }
func (m *jsonMode) pause()                 {}

func (m *jsonMode) say(kind, conn, text string) {
	b := m.begin(kind, conn)
	m.end(appendJSON(append(b, `,"text":`...), []byte(text)))
	m.r.out.commit()
}

// appendBytes appends a member whose value is bytes: a string if they are UTF-8, otherwise base64, with 64 at the
// end of the name.
func appendBytes(b []byte, name string, data []byte) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	if text, ok := appendUTF8(append(b, '"', ':'), data); ok {
		return text
	}
	b = append(b, `64":"`...)
	b = base64.StdEncoding.AppendEncode(b, data)
	return append(b, '"')
}

// appendJSON appends a string. Bytes that are not UTF-8 become \xhh, as on the screen; the exact bytes are in
// raw64.
func appendJSON(b, s []byte) []byte {
	text, ok := appendUTF8(b, s)
	if !ok {
		text, _ = appendUTF8(b, wire.Escape(nil, s))
	}
	return text
}

// plain is true for ASCII bytes that need no escape in a JSON string.
var plain = func() (t [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// plainRun returns how many of the eight bytes of x, the lowest first, are plain before one that is not.
func plainRun(x uint64) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, backslash, del := x^ones*'"', x^ones*'\\', x^ones*0x7f
	low := (x - ones*' ') &^ x
	return bits.TrailingZeros64((x|low|(quote-ones)&^quote|(backslash-ones)&^backslash|(del-ones)&^del)&highs) / 8
}

const hexDigits = "0123456789abcdef"

// appendUTF8 appends a string with all that could act on a terminal as \u escapes, and reports whether
// it is UTF-8: if it is not, the result must not be used. One pass, because most strings are ASCII.
func appendUTF8(b, s []byte) (to []byte, ok bool) {
	b = append(b, '"')
	valid := false // once it is known
	for len(s) > 0 {
		// Most bytes are plain, quotes or backslashes: room for a block of them is made in one
		// step, so that they can be written without further checks, eight at a time.
		block := s[:min(len(s), 1<<10)]
		b = slices.Grow(b, 2*len(block)+9)
		to, n, i := b[:cap(b)], len(b), 0
		for i < len(block) {
			if len(block)-i >= 8 {
				x := binary.LittleEndian.Uint64(block[i:])
				binary.LittleEndian.PutUint64(to[n:], x)
				run := plainRun(x)
				n, i = n+run, i+run
				if run == 8 {
					continue
				}
			}
			c := block[i]
			if !plain[c] {
				if c != '"' && c != '\\' {
					break
				}
				to[n] = '\\'
				n++
			}
			to[n] = c
			n, i = n+1, i+1
		}
		b, s = to[:n], s[i:]
		if i == len(block) {
			continue
		}
		if !valid && s[0] >= utf8.RuneSelf {
			if valid = utf8.Valid(s); !valid {
				return b, false
			}
		}
		b, s = appendEscaped(b, s)
	}
	return append(b, '"'), true
}

// appendEscaped appends the first character of s, a control or beyond ASCII, and returns what follows it.
func appendEscaped(b, s []byte) (to, rest []byte) {
	c := s[0]
	if c >= utf8.RuneSelf {
		r, n := utf8.DecodeRune(s)
		if hidden(s[:n]) {
			return appendUnicode(b, r), s[n:]
		}
		return append(b, s[:n]...), s[n:]
	}
	switch c {
	case '\r':
		b = append(b, '\\', 'r')
	case '\n':
		b = append(b, '\\', 'n')
	case '\t':
		b = append(b, '\\', 't')
	default:
		b = appendUnicode(b, rune(c))
	}
	return b, s[1:]
}

// hidden reports whether a character is shown escaped on the screen.
func hidden(char []byte) bool {
	var b [4 * utf8.UTFMax]byte
	return len(wire.Escape(b[:0], char)) != len(char)
}

// appendUnicode appends the \u escape of a character, or two of them if it is beyond the basic plane.
func appendUnicode(b []byte, r rune) []byte {
	if r > 0xffff {
		high, low := utf16.EncodeRune(r)
		return appendUnicode(appendUnicode(b, high), low)
	}
	return append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

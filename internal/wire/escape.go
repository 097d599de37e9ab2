package wire

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Escape appends src to dst and writes as \xhh whatever could act on a terminal or hide text: C0 (also
// TAB, CR and LF), DEL, C1, bidi controls, line and paragraph separators, invisible characters, and
// bytes that are not UTF-8. A character is escaped byte by byte. A backslash is escaped only if "x" and
// two hexadecimal digits follow it, so that Unescape restores the very bytes.
//
// Split text into lines before escaping it. Nothing is allocated except what dst needs to grow.
func Escape(dst, src []byte) []byte {
	done := 0 // src[:done] is in dst
	for i := 0; i < len(src); {
		if i += plainRun(src[i:]); i == len(src) {
			break
		}
		n, bad := judge(src[i:])
		if bad {
			dst = append(dst, src[done:i]...)
			for _, c := range src[i : i+n] {
				dst = append(dst, '\\', 'x', hex[c>>4], hex[c&15])
			}
			done = i + n
		}
		i += n
	}
	return append(dst, src[done:]...)
}

// EscapeString is Escape for a string; it returns s itself if nothing needs escaping.
func EscapeString(s string) string {
	b := unsafe.Slice(unsafe.StringData(s), len(s)) // only read
	for i := 0; i < len(b); {
		if i += plainRun(b[i:]); i == len(b) {
			break
		}
		n, bad := judge(b[i:])
		if bad {
			return string(Escape(make([]byte, 0, len(s)+16), b))
		}
		i += n
	}
	return s
}

// EscapeText is Escape for a text of imapsh that may quote bytes of a server: backslashes stay, so that
// what is escaped already is not escaped again.
func EscapeText(dst []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return Escape(dst, []byte(s))
		}
		dst = append(Escape(dst, []byte(s[:i])), '\\')
		s = s[i+1:]
	}
}

// Unescape undoes Escape: it appends b to dst, each \xhh as one byte.
func Unescape(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && hexFollows(b[i+1:]) {
			dst = append(dst, unhex[b[i+2]]<<4|unhex[b[i+3]])
			i += 3
			continue
		}
		dst = append(dst, b[i])
	}
	return dst
}

const hex = "0123456789abcdef"

// plainRun returns how many bytes at the start of b need no second look. It takes eight at a time: the
// tests set a byte's high bit if it is below 0x20, 0x7f, a backslash or 8-bit.
func plainRun(b []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; n+8 <= len(b); n += 8 {
		x := binary.LittleEndian.Uint64(b[n:])
		del, backslash := x^ones*0x7f, x^ones*'\\'
		low := (x - ones*' ') &^ x
		if (x|low|(del-ones)&^del|(backslash-ones)&^backslash)&highs != 0 {
			break
		}
	}
	for n < len(b) && escapeClass[b[n]] == 0 {
		n++
	}
	return n
}

// escapeClass is not 0 for the bytes that need a second look.
var escapeClass = func() (t [256]uint8) {
	for c := range t {
		if c < ' ' || c >= 0x7f || c == '\\' {
			t[c] = 1
		}
	}
	return t
}()

// unhex is the value of a hexadecimal digit; 0xff for any other byte.
var unhex = func() (t [256]byte) {
	for c := range t {
		t[c] = 0xff
	}
	for i := range hex {
		t[hex[i]] = byte(i)
	}
	for c := byte('A'); c <= 'F'; c++ {
		t[c] = c - 'A' + 10
	}
	return t
}()

// judge returns how many bytes the first character of b has, and whether they must be escaped.
func judge(b []byte) (n int, bad bool) {
	switch c := b[0]; {
	case c == '\\':
		return 1, hexFollows(b[1:])
	case c < utf8.RuneSelf:
		return 1, true
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 {
		return 1, true
	}
	return n, hidden(r)
}

// hexFollows reports whether a backslash before b would be an escape.
func hexFollows(b []byte) bool {
	return len(b) >= 3 && b[0] == 'x' && unhex[b[1]] != 0xff && unhex[b[2]] != 0xff
}

// hidden reports whether a character beyond ASCII acts on its neighbours, or is invisible. The joiners
// U+200C and U+200D and the variation selectors are not hidden: names and emoji need them.
func hidden(r rune) bool {
	if r < 0xa0 {
		return true // C1
	}
	if r < 0x34f {
		return r == 0xad // soft hyphen
	}
	for i := range hiddenRanges {
		if r <= hiddenRanges[i][1] {
			return r >= hiddenRanges[i][0]
		}
	}
	return false
}

// hiddenRanges is in ascending order.
var hiddenRanges = [...][2]rune{
	{0x034f, 0x034f},   // combining grapheme joiner
	{0x061c, 0x061c},   // Arabic letter mark
	{0x115f, 0x1160},   // Hangul fillers
	{0x17b4, 0x17b5},   // Khmer inherent vowels
	{0x180b, 0x180f},   // Mongolian variation selectors and vowel separator
	{0x200b, 0x200b},   // zero width space
	{0x200e, 0x200f},   // left-to-right and right-to-left marks
	{0x2028, 0x202e},   // line and paragraph separators, embeddings, overrides
	{0x2060, 0x206f},   // word joiner, invisible operators, isolates, deprecated controls
	{0x3164, 0x3164},   // Hangul filler
	{0xfeff, 0xfeff},   // zero width no-break space
	{0xffa0, 0xffa0},   // halfwidth Hangul filler
	{0xfff0, 0xfffb},   // interlinear annotation
	{0x1bca0, 0x1bca3}, // shorthand format controls
	{0x1d173, 0x1d17a}, // musical format controls
	{0xe0000, 0xe0fff}, // tags, variation selectors supplement
}

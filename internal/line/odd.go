package line

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind says how an odd character looks to a reader.
type kind uint8

const (
	ordinary kind = iota
	space         // looks like a space
	nothing       // takes no room
	quote         // looks like a quotation mark
)

// odd is a character that web pages and mail programs put in place of a plain one.
type odd struct {
	char  rune
	kind  kind
	plain string // what was meant
	name  string // its name in Unicode
}

// odds is in ascending order of char.
var odds = [...]odd{
	{0x00a0, space, " ", "NO-BREAK SPACE"},
	{0x00ad, nothing, "", "SOFT HYPHEN"},
	{0x1680, space, " ", "OGHAM SPACE MARK"},
	{0x180e, nothing, "", "MONGOLIAN VOWEL SEPARATOR"},
	{0x2000, space, " ", "EN QUAD"},
	{0x2001, space, " ", "EM QUAD"},
	{0x2002, space, " ", "EN SPACE"},
	{0x2003, space, " ", "EM SPACE"},
	{0x2004, space, " ", "THREE-PER-EM SPACE"},
	{0x2005, space, " ", "FOUR-PER-EM SPACE"},
	{0x2006, space, " ", "SIX-PER-EM SPACE"},
	{0x2007, space, " ", "FIGURE SPACE"},
	{0x2008, space, " ", "PUNCTUATION SPACE"},
	{0x2009, space, " ", "THIN SPACE"},
	{0x200a, space, " ", "HAIR SPACE"},
	{0x200b, nothing, "", "ZERO WIDTH SPACE"},
	{0x200c, nothing, "", "ZERO WIDTH NON-JOINER"},
	{0x200d, nothing, "", "ZERO WIDTH JOINER"},
	{0x200e, nothing, "", "LEFT-TO-RIGHT MARK"},
	{0x200f, nothing, "", "RIGHT-TO-LEFT MARK"},
	{0x2018, quote, "'", "LEFT SINGLE QUOTATION MARK"},
	{0x2019, quote, "'", "RIGHT SINGLE QUOTATION MARK"},
	{0x201a, quote, "'", "SINGLE LOW-9 QUOTATION MARK"},
	{0x201b, quote, "'", "SINGLE HIGH-REVERSED-9 QUOTATION MARK"},
	{0x201c, quote, `"`, "LEFT DOUBLE QUOTATION MARK"},
	{0x201d, quote, `"`, "RIGHT DOUBLE QUOTATION MARK"},
	{0x201e, quote, `"`, "DOUBLE LOW-9 QUOTATION MARK"},
	{0x201f, quote, `"`, "DOUBLE HIGH-REVERSED-9 QUOTATION MARK"},
	{0x2028, space, " ", "LINE SEPARATOR"},
	{0x2029, space, " ", "PARAGRAPH SEPARATOR"},
	{0x202a, nothing, "", "LEFT-TO-RIGHT EMBEDDING"},
	{0x202b, nothing, "", "RIGHT-TO-LEFT EMBEDDING"},
	{0x202c, nothing, "", "POP DIRECTIONAL FORMATTING"},
	{0x202d, nothing, "", "LEFT-TO-RIGHT OVERRIDE"},
	{0x202e, nothing, "", "RIGHT-TO-LEFT OVERRIDE"},
	{0x202f, space, " ", "NARROW NO-BREAK SPACE"},
	{0x205f, space, " ", "MEDIUM MATHEMATICAL SPACE"},
	{0x2060, nothing, "", "WORD JOINER"},
	{0x2066, nothing, "", "LEFT-TO-RIGHT ISOLATE"},
	{0x2067, nothing, "", "RIGHT-TO-LEFT ISOLATE"},
	{0x2068, nothing, "", "FIRST STRONG ISOLATE"},
	{0x2069, nothing, "", "POP DIRECTIONAL ISOLATE"},
	{0x3000, space, " ", "IDEOGRAPHIC SPACE"},
	{0xfeff, nothing, "", "ZERO WIDTH NO-BREAK SPACE"},
}

// oddOf returns the row of an odd character; nil for an ordinary one.
func oddOf(r rune) *odd {
	if r < odds[0].char {
		return nil
	}
	for i := range odds {
		if odds[i].char >= r {
			if odds[i].char == r {
				return &odds[i]
			}
			return nil
		}
	}
	return nil
}

func (o *odd) String() string { return fmt.Sprintf("U+%04X %s", o.char, o.name) }

// AppendNamed appends text to dst with each odd character replaced by its name: "<U+00A0 NO-BREAK SPACE>". A line
// that is sent with such characters is shown like this.
func AppendNamed(dst []byte, text []byte) []byte {
	at := 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if o := oddOf(r); o != nil {
			dst = append(dst, text[at:i]...)
			dst = append(append(append(dst, '<'), o.String()...), '>')
			at = i + n
		}
		i += n
	}
	return append(dst, text[at:]...)
}

// Plain returns a line with plain characters in place of odd ones, and without NUL, form feeds, vertical tabs and
// terminal colours; text itself if there is nothing to change. It is for recognizing a line, not for sending it.
func Plain(text []byte) []byte {
	i := 0
	for i < len(text) && text[i] < utf8.RuneSelf && (text[i] >= ' ' || text[i] == '\t') {
		i++
	}
	if i == len(text) {
		return text
	}
	out := append(make([]byte, 0, len(text)), text[:i]...)
	for i < len(text) {
		n, as := plainAt(text[i:])
		out = append(out, as...)
		i += n
	}
	return out
}

// Unplain returns the offset in text that corresponds to offset n in what Plain returns for it.
func Unplain(text []byte, n int) int {
	i := 0
	for made := 0; i < len(text) && made < n; {
		size, as := plainAt(text[i:])
		i, made = i+size, made+len(as)
	}
	return i
}

const escape = 0x1b

// plainAt returns the size in bytes of the first character (or colour sequence) of text, and what Plain makes of it.
func plainAt(text []byte) (n int, as []byte) {
	switch {
	case text[0] == escape:
		return max(1, colour(text)), nil
	case text[0] == '\f' || text[0] == '\v' || text[0] == 0:
		return 1, nil
	case text[0] < utf8.RuneSelf:
		return 1, text[:1]
	}
	r, n := utf8.DecodeRune(text)
	if o := oddOf(r); o != nil {
		return n, []byte(o.plain)
	}
	return n, text[:n]
}

// colour returns the size in bytes of the control sequence that text begins with (ECMA-48 §5.4); 0 if there is none.
func colour(text []byte) int {
	if len(text) < 2 || text[1] != '[' {
		return 0
	}
	for i := 2; i < len(text); i++ {
		switch c := text[i]; {
		case 0x40 <= c && c <= 0x7e:
			return i + 1
		case c < 0x20 || c > 0x3f:
			return 0
		}
	}
	return 0
}

// Unnamed undoes AppendNamed: it replaces the names of odd characters in text by the characters.
func Unnamed[T ~string](text T) T {
	if !strings.Contains(string(text), "<U+") {
		return text
	}
	for i := range odds {
		o := &odds[i]
		text = T(strings.ReplaceAll(string(text), "<"+o.String()+">", string(o.char)))
	}
	return text
}

// blankAt returns the size in bytes of the space at s[i], which may be an odd one or have no width; 0 if there is
// none.
func blankAt(s string, i int) int {
	if s[i] == ' ' || s[i] == '\t' {
		return 1
	}
	if s[i] < utf8.RuneSelf {
		return 0
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if o := oddOf(r); o != nil && o.kind != quote {
		return n
	}
	return 0
}

// blankBefore is like blankAt, for the character that ends before i.
func blankBefore(s string, i int) int {
	if i == 0 {
		return 0
	}
	r, n := utf8.DecodeLastRuneInString(s[:i])
	if r == ' ' || r == '\t' {
		return 1
	}
	if o := oddOf(r); o != nil && o.kind != quote {
		return n
	}
	return 0
}

func trimLeft(s string) string {
	for s != "" {
		n := blankAt(s, 0)
		if n == 0 {
			break
		}
		s = s[n:]
	}
	return s
}

func trimRight(s string) string {
	for s != "" {
		n := blankBefore(s, len(s))
		if n == 0 {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

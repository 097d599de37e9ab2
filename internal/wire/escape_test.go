package wire

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestWhatCouldHurtIsEscaped(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text", "a b ~", "a b ~"},
		{"other scripts and emoji", "Zürich 日本 👩‍👩‍👧 ❤️", "Zürich 日本 👩‍👩‍👧 ❤️"},
		{"escape sequence", "\x1b[2Jx\a", `\x1b[2Jx\x07`},
		{"line ends and TAB", "a\r\n\tb", `a\x0d\x0a\x09b`},
		{"NUL and DEL", "\x00\x7f", `\x00\x7f`},
		{"C1", "\u009b2J", `\xc2\x9b2J`},
		{"C1 as a byte", "\x9b2J", `\x9b2J`},
		{"bidi override", "a\u202eb\u2066", `a\xe2\x80\xaeb\xe2\x81\xa6`},
		{"marks", "\u200e\u200f\u061c", `\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c`},
		{"separators", "\u2028\u2029", `\xe2\x80\xa8\xe2\x80\xa9`},
		{"without width", "\ufeff\u200b\u00ad", `\xef\xbb\xbf\xe2\x80\x8b\xc2\xad`},
		{"tags", "\U000e0041", `\xf3\xa0\x81\x81`},
		{"invalid UTF-8", "\xffa\xe2\x80", `\xffa\xe2\x80`},
		{"surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"overlong", "\xc0\x9b", `\xc0\x9b`},
		{"backslash of a flag", `\Seen \xyz \`, `\Seen \xyz \`},
		{"backslash that looks like an escape", `\x1b \xAf`, `\x5cx1b \x5cxAf`},
		{"the replacement character itself", "\ufffd", "\ufffd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(Escape([]byte("> "), []byte(c.in))); got != "> "+c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if got := EscapeString(c.in); got != c.want {
				t.Errorf("as a string got %s, want %s", got, c.want)
			}
			if got := string(Unescape(nil, []byte(c.want))); got != c.in {
				t.Errorf("unescaped %q, want %q", got, c.in)
			}
		})
	}
}

func FuzzEscapeInverts(f *testing.F) {
	for _, s := range []string{"", "abc", "\x1b[31m", `\x41`, `\\x41`, `\x5cx41`, "\u202e", "\xff\xfe", "é\\x", `\`, "\\\x00x41", "\u0085\u2029"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out := Escape(nil, in)
		if got := Unescape(nil, out); !bytes.Equal(got, in) {
			t.Fatalf("%q became %q became %q", in, out, got)
		}
		if got := EscapeString(string(in)); got != string(out) {
			t.Fatalf("as a string %q, as bytes %q", got, out)
		}
		if !utf8.Valid(out) {
			t.Fatalf("%q is not UTF-8", out)
		}
		for _, r := range string(out) {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
				t.Fatalf("%q has %U", out, r)
			}
		}
	})
}

func TestEscapingPlainBytesAllocatesNothing(t *testing.T) {
	src, dst := []byte(fetchLine[:len(fetchLine)-2]), make([]byte, 0, 1024)
	s := string(src)
	if n := testing.AllocsPerRun(100, func() { dst = Escape(dst[:0], src); EscapeString(s) }); n != 0 {
		t.Errorf("%v allocations a line", n)
	}
}

func BenchmarkEscape(b *testing.B) {
	for name, text := range map[string]string{
		"ASCII": fetchLine[:len(fetchLine)-2],
		"UTF-8": strings.Repeat("Grüße aus Zürich, ", 20),
		"odd":   strings.Repeat("\x1b[31mred\x1b[0m ", 20),
	} {
		b.Run(name, func(b *testing.B) {
			src, dst := []byte(text), make([]byte, 0, 4096)
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				dst = Escape(dst[:0], src)
			}
		})
	}
}

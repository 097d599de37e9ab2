//go:build linux || darwin

package terminal

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzAnyBytesTypedAreKeysThatCannotHarm gives bytes in two chunks to the decoder, the editor and the layout.
func FuzzAnyBytesTypedAreKeysThatCannotHarm(f *testing.F) {
	for _, s := range []string{"noop\r", "ü\x1b[1~x\x1b[3~\t", "\x1b[200~a\r\nb\x1b[201~\x1a", "\x12a\x12\x13\x7f\x07", "\x1b[[A\x1bOM\x1b[1;2;3;4;5;6;7;8;9;0;1;2;3;4;5;6;7;8~", "\xff\xc3\x1b\xc3\xa9", "a\x14b\x0b\x19\x1bd"} {
		f.Add([]byte(s), 3, false)
		f.Add([]byte(s), len(s), true)
	}
	f.Fuzz(func(t *testing.T, b []byte, cut int, secret bool) {
		b = b[:min(len(b), 60)]
		cut = max(0, min(cut, len(b)))
		e := newEditor(newHistory([]string{"one", "two 日本", "a\nb"}))
		e.reset(secret)
		var d decoder
		for _, chunk := range [][]byte{b[:cut], b[cut:]} {
			d.decode(chunk, func(k key) {
				if !utf8.ValidString(k.text) {
					t.Fatalf("%q is not UTF-8", k.text)
				}
				e.press(k)
				line, cursor := e.text(), e.cursor()
				if cursor < 0 || cursor > utf8.RuneCountInString(line) {
					t.Fatalf("cursor at %d of %q", cursor, line)
				}
				out, block := lay(nil, view{prompt: "> ", line: line, cursor: cursor, hint: [2]string{"hint", "\nwords of a hint"}[cut%2]}, 10, 3)
				if block.row >= len(block.widths) || len(block.widths) > 3 || block.col >= 10 {
					t.Fatalf("cursor at %d, %d of rows %v", block.row, block.col, block.widths)
				}
				if strings.ContainsAny(strings.ReplaceAll(string(out), "\x1b[", ""), "\x1b\a\b\t\v\f") {
					t.Fatalf("control characters in %q", out)
				}
			})
		}
	})
}

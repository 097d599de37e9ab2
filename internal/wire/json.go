package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// WriteJSON writes v as one JSON object on one line. Characters that act on a terminal, or hide there,
// become \u escapes: encoding/json leaves DEL, C1 and bidi controls as they are.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(harmlessJSON(b.Bytes()))
	return err
}

// harmlessJSON escapes in a line of JSON what would be escaped on a screen. It can only be inside strings.
func harmlessJSON(line []byte) []byte {
	out := make([]byte, 0, len(line))
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		if r < 0x7f || r != 0x7f && !hidden(r) {
			out = append(out, line[:n]...)
		} else {
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
		line = line[n:]
	}
	return out
}

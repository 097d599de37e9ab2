package response

import (
	"strings"
	"testing"
)

func TestTheItemOfALiteralIsFoundIfItIsNotTooLong(t *testing.T) {
	for _, row := range []struct{ raw, item string }{
		{"* 7 FETCH (BODY[] {3}\r\n", "BODY[]"},
		{"* 7 FETCH (FLAGS (a b) BODY[HEADER.FIELDS (a b)]<0> ~{3}\r\n", "BODY[HEADER.FIELDS (a b)]<0>"},
		{"* 7 FETCH (" + strings.Repeat("BODY[1] {1}\r\nx ", 10_000) + "BODY[TEXT] {3}\r\n", "BODY[TEXT]"},
		{"* 7 FETCH (RFC822 {3}\r\n", "RFC822"},
		{"* 7 FETCH (BODY[" + strings.Repeat("a", longestItem) + "] {3}\r\n", ""},
		{"* 7 FETCH (" + strings.Repeat("a", longestItem) + " {3}\r\n", ""},
		{"* 7 FETCH (" + strings.Repeat("a", longestItem) + "] {3}\r\n", ""},
		{"* 7 FETCH (BODY[HEADER.FIELDS (" + strings.Repeat("a ", longestItem) + ")] {3}\r\n", ""},
	} {
		seq, item, ok := LiteralOf([]byte(row.raw))
		if ok != (row.item != "") || ok && (seq != 7 || string(item) != row.item) {
			t.Errorf("%.60q: %d %.60q %v, want %q", row.raw, seq, item, ok, row.item)
		}
	}
}

package render

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// growing are responses of any length, with something decoded in each of their parts. %d is
// the number of the part, and in a head the bytes that follow it.
var growing = []struct{ name, head, again, tail string }{
	{"FLAGS", "* FLAGS (a", " k%d", ")"},
	{"PERMANENTFLAGS", "* OK [PERMANENTFLAGS (a", " k%d", ")] x"},
	{"flags of a message", "* 1 FETCH (FLAGS (a", " k%d", "))"},
	{"CAPABILITY", "* CAPABILITY IMAP4rev1", " AUTH=X%d", ""},
	{"ENABLED", "* ENABLED", " X%d", ""},
	{"THREAD, flat", "* THREAD ", "(%d)", ""},
	{"THREAD, in a chain", "* THREAD (1", " %d", ")"},
	{"SEARCH", "* SEARCH", " %d", ""},
	{"SORT", "* SORT", " %d", ""},
	{"ESEARCH", `* ESEARCH (TAG "a001") ALL 1`, ",%d", ""},
	{"BODYSTRUCTURE, parts", "* 1 FETCH (BODYSTRUCTURE (", `("text" "plain" ("name" "%d") NIL NIL "7bit" 1 1)`, ` "mixed"))`},
	{"BODYSTRUCTURE, parameters", `* 1 FETCH (BODYSTRUCTURE ("text" "plain" (`, `"a%d" "b" `, `"z" "z") NIL NIL "7bit" 1 1))`},
	{"BODYSTRUCTURE, a parameter in pieces", `* 1 FETCH (BODYSTRUCTURE ("text" "plain" (`, `"a*%d" "b" `, `"z" "z") NIL NIL "7bit" 1 1))`},
	{"ENVELOPE, addresses", "* 1 FETCH (ENVELOPE (NIL NIL (", `("a" NIL "b%d" "c")`, ") NIL NIL NIL NIL NIL NIL NIL))"},
	{"encoded words", `* 1 FETCH (ENVELOPE (NIL "`, "=?utf-8?q?a%d?= ", `" NIL NIL NIL NIL NIL NIL NIL NIL))`},
	{"LIST", "", "* LIST () \"/\" \"&AOk-%d\"\r\n", ""},
	{"a name in modified UTF-7", `* LIST () "/" "`, "&AOk-%d", `"`},
	{"STATUS", "* STATUS box (", "MESSAGES %d ", "UNSEEN 0)"},
	{"ACL", "* ACL box", " u%d lr", ""},
	{"QUOTA", `* QUOTA "" (`, "STORAGE %[1]d %[1]d ", "MESSAGE 1 1)"},
	{"METADATA", `* METADATA "" (`, `/private/%d "x" `, `/z "z")`},
	{"NAMESPACE", "* NAMESPACE (", `("a%d" "/")`, ") NIL NIL"},
	{"VANISHED", "* VANISHED 1", ",%d", ""},
	{"EXISTS and EXPUNGE", "", "* %d EXISTS\r\n* 1 EXPUNGE\r\n", ""},
	{"flags of many messages", "", "* %d FETCH (FLAGS (\\Seen))\r\n", ""},
	{"subjects of many messages", "", "* %d FETCH (ENVELOPE (NIL \"x\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n", ""},
	{"the fields of a header", "* 1 FETCH (BODY[HEADER] {%d}\r\n", "Subject: %d\r\n", ")"},
	{"one field in many rows", "* 1 FETCH (BODY[HEADER] {%d}\r\nSubject: a\r\n", " =?utf-8?q?b%d?=\r\n", ")"},
	{"COPYUID", "* OK [COPYUID 1 1", ",%d", " 1:9] x"},
	{"ID", "* ID (", `"a%d" "b" `, `"z" "z")`},
	{"text", "* OK ", "word%d ", ""},
	{"unknown responses", "", "* X%d y\r\n", ""},
	{"answers to nothing", "", "b%d OK x\r\n", ""},
	{"escapes", "* OK ", "\x1b[%dm", ""},
}

// grown returns a row with n parts.
func grown(head, again, tail string, n int) string {
	var body strings.Builder
	for i := range n {
		fmt.Fprintf(&body, again, i+1)
	}
	if before, after, ok := strings.Cut(head, "{%d}\r\n"); ok {
		head = fmt.Sprintf("%s{%d}\r\n%s", before, len(after)+body.Len(), after)
	}
	text := head + body.String() + tail
	if !strings.HasSuffix(text, "\r\n") {
		text += "\r\n"
	}
	return text
}

func TestShowingIsLinear(t *testing.T) {
	for mode, o := range map[string]Options{
		"pretty":        {Mode: Pretty},
		"at a terminal": {Mode: Pretty, Terminal: true, Color: true, Width: func() int { return 80 }},
		"json":          {Mode: JSON},
	} {
		for _, row := range growing {
			work := func(n int) float64 {
				text := grown(row.head, row.again, row.tail, n)
				s := newScene(t, o)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				s.receive(text)
				runtime.ReadMemStats(&after)
				return float64(after.TotalAlloc - before.TotalAlloc)
			}
			work(10)
			// The limit is not exactly eight times as much, because buffers double now and then; quadratic growth would be 64 times.
			if one, eight := work(60), work(480); eight > 14*one+32<<10 {
				t.Errorf("%s, %s: %.0f bytes are allocated for 60 parts, %.0f for 480", row.name, mode, one, eight)
			}
		}
	}
}

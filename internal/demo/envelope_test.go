package demo

import "testing"

func TestNoBlankIsLeftBetweenTheAddressesOfAnEnvelope(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`* 1 FETCH (ENVELOPE (NIL "a) (b" ((NIL NIL "a" "b") ("x) (y" NIL "c" "d")) ((NIL NIL "e" "f")) NIL) FLAGS ())`,
			`* 1 FETCH (ENVELOPE (NIL "a) (b" ((NIL NIL "a" "b")("x) (y" NIL "c" "d")) ((NIL NIL "e" "f")) NIL) FLAGS ())`},
		{"* 1 FETCH (ENVELOPE ({6}\r\n)) (( ((NIL NIL {1}\r\n\" \"b\") (NIL NIL \"c\" \"d\")) NIL))",
			"* 1 FETCH (ENVELOPE ({6}\r\n)) (( ((NIL NIL {1}\r\n\" \"b\")(NIL NIL \"c\" \"d\")) NIL))"},
		{`* 1 FETCH (BODYSTRUCTURE ("a" NIL) ("b"))`, `* 1 FETCH (BODYSTRUCTURE ("a" NIL) ("b"))`},
		{`* 1 FETCH (ENVELOPE (NIL ((NIL NIL "a" "b") (NIL`, `* 1 FETCH (ENVELOPE (NIL ((NIL NIL "a" "b")(NIL`},
		{`* 1 FETCH (ENVELOPE (NIL "never ends \`, `* 1 FETCH (ENVELOPE (NIL "never ends \`},
		{`* 1 FETCH (ENVELOPE ({x`, `* 1 FETCH (ENVELOPE ({x`},
	} {
		if got := string(mendEnvelope([]byte(c.in))); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

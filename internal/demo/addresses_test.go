package demo

import "testing"

func TestThereIsNoSpaceBetweenAddresses(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"two of them", `* 1 FETCH (ENVELOPE (NIL "s) (x" ((NIL NIL "a" "b")) ((NIL NIL "c" "d") ("E, F" NIL "e" "f")) NIL))`, `* 1 FETCH (ENVELOPE (NIL "s) (x" ((NIL NIL "a" "b")) ((NIL NIL "c" "d")("E, F" NIL "e" "f")) NIL))`},
		{"parameters and a disposition stay apart", `* 1 FETCH (BODYSTRUCTURE (("text" "plain" ("a" "b" "c" "d") NIL NIL "7bit" 1 1) "mixed" ("a" "b" "c" "d") ("inline" ("x" "y")) NIL))`, `* 1 FETCH (BODYSTRUCTURE (("text" "plain" ("a" "b" "c" "d") NIL NIL "7bit" 1 1) "mixed" ("a" "b" "c" "d") ("inline" ("x" "y")) NIL))`},
		{"the bytes of a literal stay as they are", "* 1 FETCH (BODY[] {30}\r\n(1 2 3 4) (1 2 3 4)", "* 1 FETCH (BODY[] {30}\r\n(1 2 3 4) (1 2 3 4)"},
		{"an open quote", `* 1 FETCH ("abc`, `* 1 FETCH ("abc`},
	} {
		if got := string(withoutSpaces([]byte(row.in))); got != row.want {
			t.Errorf("%s:\ngot  %s\nwant %s", row.name, got, row.want)
		}
	}
}

package demo

import (
	"strings"
	"testing"
)

func TestALoginWhosePasswordIsALiteralIsAnsweredAndTheNextCommandToo(t *testing.T) {
	s := start(t)
	for _, announced := range []string{"{4+}", "{4}"} {
		c := dial(t, s)
		c.send("x1 LOGIN demo " + announced + "\r\n")
		if announced == "{4}" {
			if got := c.line(); !strings.HasPrefix(got, "+ ") {
				t.Fatalf("got %q, want a continuation request", got)
			}
		}
		c.send("demo\r\nx2 LOGIN demo {4+}\r\ndemo\r\nx3 NOOP\r\n")
		for _, want := range []string{"x1 OK ", "x2 BAD ", "x3 OK "} {
			if got := c.line(); !strings.HasPrefix(got, want) {
				t.Errorf("%s: got %q, want %q", announced, got, want)
			}
		}
	}
}

package repl

import "testing"

func TestTheWarningOfSeenIsSaidOnceInFullThenShort(t *testing.T) {
	s := begin(t, canned(t, preauth))
	s.typ("select INBOX", "fetch 1 body[]")
	s.sees("!! body[] sets \\Seen; body.peek[] does not\n!!   fetch 1 body[]\n", "^\n", " OK done")
	s.typ("fetch 2 body[]")
	s.sees("!! body[] sets \\Seen\nC: ", " OK done")
	s.typ("fetch 3 rfc822")
	s.sees("!! rfc822 sets \\Seen\nC: ", " OK done")
}

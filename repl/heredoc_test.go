package repl

import (
	"testing"

	. "imapsh/internal/testserver"
)

func TestAHereDocumentIsTypedAtATerminal(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth, expect(`append inbox \{13\}$`), Send("+ go\r\n"), ExpectBytes("Subject: hi\r\n\r\n"), Send("a001 OK done\r\n")))
	s.typ("append inbox <<END")
	s.asks("END> ")
	s.typ("Subject: hi")
	s.asks("END> ")
	s.typ("END")
	s.sees("C: a001 ", "S: a001 OK done")
	s.asks("a002 mail.example.net> ")
}

package demo

import (
	"bytes"
	"fmt"
	"strings"
)

// faults are error texts of the inner server, and what is shown instead. The text between before and after replaces
// {}.
var faults = []struct{ before, after, instead string }{
	{`Syntax error: expected SP, got "\r`, `"`, "The line ends too early: expected an argument"},
	{`Syntax error: expected `, `, got "\r"`, "The line ends too early: expected {}"},
	{`Syntax error: expected CRLF, got `, ``, "Expected the end of the line, got {}"},
	{`Syntax error: expected SP, got `, ``, "Expected a space, got {}"},
	{`in search-key: imap: bad number set value "`, `"`, "Unknown search key {}"},
	{`imap: bad number set value `, ``, "{} is not a message number or a set of them"},
	{`utf7: invalid UTF-7`, ``, "The mailbox name is not valid modified UTF-7"},
}

// plainly returns an error text of the inner server in words that help a learner.
func plainly(text string) string {
	for _, f := range faults {
		rest, begins := strings.CutPrefix(text, f.before)
		between, ends := strings.CutSuffix(rest, f.after)
		if begins && ends {
			return strings.Replace(f.instead, "{}", between, 1)
		}
	}
	return text
}

// plainBad returns a tagged BAD with its text in plain words, and any other response as it is.
func plainBad(p []byte, tag string) []byte {
	for _, head := range []string{tag + " BAD [CLIENTBUG] ", tag + " BAD "} {
		if text, ok := bytes.CutPrefix(p, []byte(head)); ok {
			return fmt.Appendf(nil, "%s%s\r\n", head, plainly(string(bytes.TrimSuffix(text, []byte("\r\n")))))
		}
	}
	return p
}

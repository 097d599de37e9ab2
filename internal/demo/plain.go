package demo

import (
	"bytes"
	"fmt"
	"regexp"
)

// faults are what the inner server says of a command that it cannot read, and what a learner is told instead.
var faults = []struct {
	from *regexp.Regexp
	to   func(parts []string) string
}{
	{regexp.MustCompile(`^Syntax error: expected SP, got "\\r"$`), func([]string) string {
		return "The line ends too early: expected an argument"
	}},
	{regexp.MustCompile(`^Syntax error: expected (.+), got "\\r"$`), func(p []string) string {
		return "The line ends too early: expected " + p[1]
	}},
	{regexp.MustCompile(`^Syntax error: expected CRLF, got (".*")$`), func(p []string) string {
		return "Expected the end of the line, got " + p[1]
	}},
	{regexp.MustCompile(`^Syntax error: expected SP, got (".*")$`), func(p []string) string {
		return "Expected a space, got " + p[1]
	}},
	{regexp.MustCompile(`^in search-key: imap: bad number set value "(.*)"$`), func(p []string) string {
		return "Unknown search key " + p[1]
	}},
	{regexp.MustCompile(`^imap: bad number set value (".*")$`), func(p []string) string {
		return p[1] + " is not a message number or a set of them"
	}},
	{regexp.MustCompile(`^utf7: invalid UTF-7$`), func([]string) string {
		return "The mailbox name is not valid modified UTF-7"
	}},
}

// plainly says in plain words what is wrong with a command, where the inner server's own words would not help a learner.
func plainly(text string) string {
	for _, f := range faults {
		if parts := f.from.FindStringSubmatch(text); parts != nil {
			return f.to(parts)
		}
	}
	return text
}

// plainBad is a tagged BAD with its text in plain words; any other response as it is.
func plainBad(p []byte, tag string) []byte {
	for _, head := range []string{tag + " BAD [CLIENTBUG] ", tag + " BAD "} {
		if text, ok := bytes.CutPrefix(p, []byte(head)); ok {
			return fmt.Appendf(nil, "%s%s\r\n", head, plainly(string(bytes.TrimSuffix(text, []byte("\r\n")))))
		}
	}
	return p
}

package demo

import (
	"bytes"
	"strconv"
)

// mendEnvelope takes out the blanks that imapserver puts between the addresses of an envelope, where the
// grammar has none: env-to = "(" 1*address ")" / nil (RFC 9051 §9).
func mendEnvelope(p []byte) []byte {
	const begins = "ENVELOPE ("
	at := bytes.Index(p, []byte(begins))
	if at < 0 {
		return p
	}
	at += len(begins)
	out := append(make([]byte, 0, len(p)), p[:at]...)
	for depth := 1; at < len(p) && depth > 0; at++ {
		c := p[at]
		switch {
		case c == '"':
			end := at + quotedEnd(p[at:])
			out = append(out, p[at:end]...)
			at = end - 1
			continue
		case c == '{':
			end := at + literalEnd(p[at:])
			out = append(out, p[at:end]...)
			at = end - 1
			continue
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ' ' && depth == 2 && p[at-1] == ')' && at+1 < len(p) && p[at+1] == '(':
			continue
		}
		out = append(out, c)
	}
	return append(out, p[at:]...)
}

// quotedEnd is where the quoted string ends that b begins with.
func quotedEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// literalEnd is where the literal ends that b begins with; 1 where it is none.
func literalEnd(b []byte) int {
	i := bytes.IndexByte(b, '\n')
	size, err := strconv.Atoi(string(bytes.Trim(b[:max(i, 0)], "{}\r")))
	if i < 0 || err != nil || size < 0 {
		return 1
	}
	return min(len(b), i+1+size)
}

package demo

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// addresses parses an address list (RFC 5322 §3.4) for an envelope. Names are as written but
// without quotes. A group is as in RFC 9051 §7.5.2: its members between an address with its
// name and no host, and an empty address.
func addresses(field string) []imap.Address {
	var list []imap.Address
	var a imap.Address // the one being read
	var word strings.Builder
	angle, group := false, false
	end := func() {
		text := strings.Join(strings.Fields(word.String()), " ")
		word.Reset()
		if a.Mailbox == "" && text != "" { // a bare address
			a.Mailbox, a.Host = at(text)
		}
		if a.Mailbox != "" {
			list = append(list, a)
		}
		a = imap.Address{}
	}
	for i := 0; i < len(field); {
		b := field[i]
		i++
		switch {
		case b == '"':
			text, n := quoted(field[i:])
			word.WriteString(text)
			i += n
		case b == '(':
			text, n := comment(field[i:])
			if i += n; a.Name == "" {
				a.Name = text // "joe@example.org (Joe)"
			}
		case b == '<' && !angle:
			if name := strings.Join(strings.Fields(word.String()), " "); name != "" {
				a.Name = name
			}
			word.Reset()
			angle = true
		case b == '>' && angle:
			text := strings.TrimSpace(word.String())
			if route := strings.LastIndexByte(text, ':'); strings.HasPrefix(text, "@") && route > 0 {
				text = text[route+1:]
			}
			a.Mailbox, a.Host = at(text)
			word.Reset()
			angle = false
		case b == ':' && !angle && !group:
			list = append(list, imap.Address{Mailbox: strings.TrimSpace(word.String())})
			word.Reset()
			a, group = imap.Address{}, true
		case b == ';' && group:
			end()
			list = append(list, imap.Address{})
			group = false
		case b == ',' && !angle:
			end()
		case b == '\r' || b == '\n':
		default:
			word.WriteByte(b)
		}
	}
	end()
	if group {
		list = append(list, imap.Address{})
	}
	return list
}

func at(text string) (mailbox, host string) {
	if i := strings.LastIndexByte(text, '@'); i > 0 && i < len(text)-1 {
		return text[:i], text[i+1:]
	}
	return text, "missing.invalid" // without a host it would begin a group
}

// quoted reads up to the closing quote, and returns the text and how many bytes it read.
func quoted(s string) (text string, n int) {
	var b strings.Builder
	for n < len(s) {
		c := s[n]
		n++
		if c == '"' {
			break
		}
		if c == '\\' && n < len(s) {
			c = s[n]
			n++
		}
		b.WriteByte(c)
	}
	return b.String(), n
}

// comment reads up to the matching closing parenthesis, and returns the text and how many bytes it read.
func comment(s string) (text string, n int) {
	for depth := 1; n < len(s); n++ {
		switch s[n] {
		case '\\':
			n++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return strings.TrimSpace(s[:n]), n + 1
			}
		}
	}
	return strings.TrimSpace(s), len(s)
}

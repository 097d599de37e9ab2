package line

import (
	"strings"

	"imapsh/internal/command"
)

// Kind says what a line is for.
type Kind uint8

const (
	Empty   Kind = iota // no text, or a comment
	Shell               // for the shell: ":word …", or one of its bare words
	Command             // for the server
)

// A Statement is a typed line, parsed.
type Statement struct {
	Place Place
	Typed command.Text // as it was typed
	CRLF  bool         // it ended in CRLF
	Kind  Kind

	// For the shell: the first word in lower case without ":", and what follows it.
	Word string
	Arg  command.Text

	// For the server: the user's own tag ("" if there is none), the spaces after it, and the rest without its
	// redirection.
	Tag, Blank, Body command.Text
	Redirection      Redirection
	// Secret is set if the value of a name has put a secret into Body.
	Secret bool
}

// Read parses a typed line. shell reports whether a word belongs to the shell.
func Read(typed command.Text, shell func(word string) bool) Statement {
	s := Statement{Typed: typed}
	text := typed.TrimLeft()
	if text == "" || text[0] == '#' {
		return s
	}
	first, rest, _ := text.Cut(" ")
	row := command.Lookup(string(first))
	if text[0] == ':' || row == nil && shell(string(first)) {
		s.Kind = Shell
		s.Word = strings.ToLower(strings.TrimPrefix(string(first), ":"))
		s.Arg = rest.TrimSpace()
		return s
	}
	s.Kind = Command
	if row == nil {
		tag, body := command.Whose(text, shell)
		if tag != "" {
			s.Tag, s.Body, s.Blank = tag, body, text[len(tag):len(text)-len(body)]
			return s
		}
	}
	if s.Body = text; len(command.Secrets(string(text))) == 0 { // otherwise, a password may contain what looks like a redirection
		var body string
		body, s.Redirection = Redirect(string(text))
		s.Body = text[:len(body)]
	}
	return s
}

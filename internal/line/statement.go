package line

import (
	"strings"

	"imapsh/internal/command"
)

// Kind is whom a line is for.
type Kind uint8

const (
	Empty   Kind = iota // nothing, or a comment
	Shell               // the shell: ":word …", or one of its bare words
	Command             // the server
)

// A Statement is a typed line taken apart, once.
type Statement struct {
	Place Place
	Typed command.Text // as it was typed
	CRLF  bool         // it ended in CRLF
	Kind  Kind

	// Of one for the shell: the first word, without ":" and in small letters, and what follows it.
	Word string
	Arg  command.Text

	// Of one for the server: the tag if it is the user's own, the spaces after it, and the rest
	// without its redirection.
	Tag, Blank, Body command.Text
	Redirection      Redirection
	// Secret says that a name has put a secret into Body.
	Secret bool
}

// Read takes a line apart. shell reports whether a word is the shell's own.
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
	if s.Body = text; len(command.Secrets(string(text))) == 0 { // else what looks like a redirection may be of a password
		var body string
		body, s.Redirection = Redirect(string(text))
		s.Body = text[:len(body)]
	}
	return s
}

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
	Typed string // as it was typed
	CRLF  bool   // it ended in CRLF
	Kind  Kind

	// Of one for the shell: the first word, without ":" and in small letters, and what follows it.
	Word, Arg string

	// Of one for the server: the tag if it is the user's own, the blanks after it, and the rest
	// without its redirection.
	Tag, Blank, Body string
	Redirection      Redirection
}

// Read takes a line apart. shell reports whether a word is the shell's own.
func Read(typed string, shell func(word string) bool) Statement {
	s := Statement{Typed: typed}
	text := strings.TrimLeft(typed, " \t")
	if text == "" || text[0] == '#' {
		return s
	}
	first, rest, _ := strings.Cut(text, " ")
	if text[0] == ':' || shell(first) {
		s.Kind = Shell
		s.Word = strings.ToLower(strings.TrimPrefix(first, ":"))
		s.Arg = strings.TrimSpace(rest)
		return s
	}
	s.Kind = Command
	tag, body := command.Whose(text, shell)
	s.Tag, s.Body = tag, body
	if tag != "" {
		s.Blank = text[len(tag) : len(text)-len(body)]
		return s
	}
	if s.Body = text; len(command.Secrets(text)) == 0 { // else what looks like a redirection may be of a password
		s.Body, s.Redirection = Redirect(text)
	}
	return s
}

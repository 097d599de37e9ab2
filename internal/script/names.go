// Package script is the language of scripts besides IMAP itself: names and what they stand for, expectations,
// the answers that these look back on, and the checking of a script before it runs. It does no I/O and waits
// for nothing; whoever runs a script asks it.
package script

import (
	"strings"

	"imapsh/internal/match"
)

// A Value is what a name stands for.
type Value struct {
	Text string
	// Foreign reports whether it is not the author's text, but was bound by matching, read from a file or the
	// environment. It is one IMAP value wherever it is used, and never more than that.
	Foreign bool
	// Secret reports whether it must not be shown.
	Secret bool
}

// Names are the names of a script and their values. The zero value has none.
type Names struct {
	own map[string]Value
	// Builtin returns the value of a name that is not the script's: ${now}, ${count}, ${env.X}.
	Builtin func(name string) (Value, bool)
}

// Get returns the value of a name.
func (n *Names) Get(name string) (Value, bool) {
	if v, ok := n.own[name]; ok {
		return v, true
	}
	if n.Builtin != nil {
		return n.Builtin(name)
	}
	return Value{}, false
}

// Set gives a name its value.
func (n *Names) Set(name string, v Value) {
	if n.own == nil {
		n.own = map[string]Value{}
	}
	n.own[name] = v
}

// Forget takes a name its value.
func (n *Names) Forget(name string) { delete(n.own, name) }

// Own returns the names that have a value of the script's.
func (n *Names) Own() []string {
	var names []string
	for name := range n.own {
		names = append(names, name)
	}
	return names
}

// IsName reports whether s can be a name: letters, digits, "_" and ".", the first of them not a digit.
func IsName(s string) bool {
	return match.IsVariable(s) && (s[0] < '0' || s[0] > '9')
}

// A Builtin is a name that every script has.
type Builtin struct {
	Name, Help string
	// AfterCommand says that each command sets it again, or unsets it.
	AfterCommand bool
}

// Builtins are the names that every script has, besides ${env.NAME}.
var Builtins = []Builtin{
	{Name: "now", Help: "the time, as RFC 3339 writes it"},
	{Name: "random", Help: "eight characters, others each time"},
	{Name: "user", Help: "who is logged in"},
	{Name: "host", Help: "the server's name"},
	{Name: "selected", Help: "the selected mailbox"},
	{Name: "status", Help: "how the command was answered: OK, NO, BAD, BYE, LOST", AfterCommand: true},
	{Name: "code", Help: "the response code of that answer", AfterCommand: true},
	{Name: "text", Help: "the text of that answer", AfterCommand: true},
	{Name: "ms", Help: "how long the answer took", AfterCommand: true},
	{Name: "found", Help: "what SEARCH, SORT or ESEARCH found, as a set", AfterCommand: true},
	{Name: "count", Help: "how many were found; else how many responses came", AfterCommand: true},
	{Name: "uid", Help: "the UIDs of APPENDUID or COPYUID", AfterCommand: true},
	{Name: "uidvalidity", Help: "the UIDVALIDITY of APPENDUID or COPYUID", AfterCommand: true},
}

// envPrefix begins the name of an environment variable.
const envPrefix = "env."

// IsSet reports whether each command sets a name, or the environment does: nobody else can.
func IsSet(name string) bool {
	for i := range Builtins {
		if Builtins[i].Name == name {
			return Builtins[i].AfterCommand
		}
	}
	return strings.HasPrefix(name, envPrefix)
}

// IsBuiltin reports whether every script has a name, so that it cannot be bound or set.
func IsBuiltin(name string) bool {
	if strings.HasPrefix(name, envPrefix) {
		return true
	}
	for i := range Builtins {
		if Builtins[i].Name == name {
			return true
		}
	}
	return false
}

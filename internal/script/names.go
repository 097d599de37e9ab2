// Package script is the language of scripts besides IMAP itself: names and their values, expectations, the answers
// that they refer to, and the check of a script before it runs. It does no I/O and does not wait; it is called by
// whatever runs a script.
package script

import (
	"strings"

	"imapsh/internal/match"
)

// A Value is the value of a name.
type Value struct {
	Text string
	// Foreign is set if the text is not the script author's, but was bound by matching, or read from a file or the
	// environment. Such text becomes one IMAP value wherever it is used, never more.
	Foreign bool
	// Secret is set if the value must not be shown.
	Secret bool
}

// Names are the names of a script and their values. The zero value is empty and ready to use.
type Names struct {
	own map[string]Value
	// Builtin returns the value of a name that the script has not set: ${now}, ${count}, ${env.X}. It may be nil.
	Builtin func(name string) (Value, bool)
}

// Get returns the value of a name, and whether it has one.
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

// Forget removes the value of a name.
func (n *Names) Forget(name string) { delete(n.own, name) }

// Own returns the names that the script has set, in no particular order.
func (n *Names) Own() []string {
	var names []string
	for name := range n.own {
		names = append(names, name)
	}
	return names
}

// IsName reports whether s can be a name: letters, digits, "_" and ".", not beginning with a digit.
func IsName(s string) bool {
	return match.IsVariable(s) && (s[0] < '0' || s[0] > '9')
}

// A Builtin is a name that every script has.
type Builtin struct {
	Name, Help string
	// AfterCommand says that each command changes or removes the value.
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

// IsSet reports whether a name is set by each command or by the environment, so that a script cannot set it.
func IsSet(name string) bool {
	for i := range Builtins {
		if Builtins[i].Name == name {
			return Builtins[i].AfterCommand
		}
	}
	return strings.HasPrefix(name, envPrefix)
}

// IsBuiltin reports whether every script has the name, so that it cannot be bound.
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

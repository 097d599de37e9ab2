// Package script is the language of scripts besides IMAP itself: names and their values, expectations, the answers
// that they refer to, and the check of a script before it runs. It does no I/O and does not wait; it is called by
// whatever runs a script.
package script

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/command"
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

// Similar returns the end of a message about a name without a value: the name that was probably meant, or else a few of
// those that have a value. names are the names of the script.
func Similar(name string, names []string) string {
	const most = 5
	all := slices.Clone(names)
	for i := range Builtins {
		all = append(all, Builtins[i].Name)
	}
	all = slices.DeleteFunc(all, func(other string) bool { return other == name })
	if near, ok := command.Nearest(name, all); ok && len(name) > 2 {
		return "; did you mean ${" + near + "}?"
	}
	if len(names) == 0 {
		return ""
	}
	shown := slices.Sorted(slices.Values(names))
	more := len(shown) - most
	shown = shown[:min(len(shown), most)]
	says := "; there is ${" + strings.Join(shown, "}, ${") + "}"
	if more > 0 {
		says += fmt.Sprintf(" and %d more", more)
	}
	return says
}

// envPrefix begins the name of an environment variable.
const envPrefix = "env."

// IsSet reports whether a name is set by each command or by the environment, so that a script cannot set it.
func IsSet(name string) bool {
	if b := LookupBuiltin(name); b != nil {
		return b.AfterCommand
	}
	return strings.HasPrefix(name, envPrefix)
}

// IsBuiltin reports whether every script has the name, so that it cannot be bound.
func IsBuiltin(name string) bool {
	return strings.HasPrefix(name, envPrefix) || LookupBuiltin(name) != nil
}

// LookupBuiltin returns the row of a name; nil if the table does not have it.
func LookupBuiltin(name string) *Builtin {
	for i := range Builtins {
		if Builtins[i].Name == name {
			return &Builtins[i]
		}
	}
	return nil
}

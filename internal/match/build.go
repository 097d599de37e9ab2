package match

import "strings"

// How says how a pattern that was not made by Parse is compared.
type How struct {
	Fold   bool // the case of text does not matter
	Closed bool // values that the pattern does not name are not allowed, except in lists whose Mode allows them
	Prefix bool // only the beginning of the text of a condition is compared
	Wire   bool // names are bound to text as on the wire: mailbox names are not decoded
	ToNUL  bool // a text ends at its first NUL byte, as in C
}

// New returns a pattern. num is what the number before the name must be, nil if there must be none; name is in any
// case; text is the pattern as it was written.
func New(num *Node, name string, args []Node, how How, text string) *Pattern {
	return &Pattern{num: num, name: strings.ToUpper(name), args: args, how: how, text: text}
}

// Anything returns a node that matches any number of values.
func Anything() Node { return Node{kind: anything} }

// Some returns a node that matches one value of any kind, even a list.
func Some() Node { return Node{kind: some} }

// One returns a node that matches one value, by its text. If it is not quoted, NIL is not a string. Without parts,
// the text is empty.
func One(quoted bool, parts ...Part) Node {
	if len(parts) == 0 {
		parts = []Part{{}}
	}
	return Node{kind: one, quoted: quoted, parts: parts}
}

// ListOf returns a node that matches a list, compared by a mode; if mode is nil, the list's role in the response
// decides.
func ListOf(mode *Mode, inside ...Node) Node { return Node{kind: group, mode: mode, inside: inside} }

// CodeOf returns a node that matches a response code.
func CodeOf(inside ...Node) Node { return Node{kind: coded, inside: inside} }

// Fixed returns the text of a node that is one value without names, and whether it is one.
func (n *Node) Fixed() (string, bool) {
	if n.kind != one || n.variable() {
		return "", false
	}
	return n.fixed(), true
}

// IsList returns what is in a list, and whether the node is a list.
func (n *Node) IsList() ([]Node, bool) { return n.inside, n.kind == group }

// SetMode sets the mode by which a list is compared.
func (n *Node) SetMode(mode *Mode) { n.mode = mode }

// HasMode reports whether a node has a mode of its own.
func (n *Node) HasMode() bool { return n.mode != nil }

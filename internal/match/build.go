package match

import "strings"

// How says how a pattern of another notation than Parse reads is compared.
type How struct {
	Fold   bool // all text in upper or lower case
	Closed bool // nothing is there that the pattern does not name, but in lists whose Mode allows it
	Prefix bool // of the text of a condition only the beginning is compared
	Wire   bool // names are bound to what is on the wire: mailbox names are not decoded
	ToNUL  bool // a text ends at its first NUL byte, as in C
}

// New returns a pattern: num is what the number before the name must be, nil if there must be none. text is the
// pattern as it was written.
func New(num *Node, name string, args []Node, how How, text string) *Pattern {
	return &Pattern{num: num, name: strings.ToUpper(name), args: args, how: how, text: text}
}

// Anything is any number of values.
func Anything() Node { return Node{kind: anything} }

// Some is one value of any kind, a list too.
func Some() Node { return Node{kind: some} }

// One is one value, by its text. If it is not quoted, NIL is not a string.
func One(quoted bool, parts ...Part) Node {
	if len(parts) == 0 {
		parts = []Part{{}}
	}
	return Node{kind: one, quoted: quoted, parts: parts}
}

// ListOf is a list, compared by a mode; nil is that of what the list is in the response.
func ListOf(mode *Mode, inside ...Node) Node { return Node{kind: group, mode: mode, inside: inside} }

// CodeOf is a response code.
func CodeOf(inside ...Node) Node { return Node{kind: coded, inside: inside} }

// Fixed returns the text of a node that is one value and holds no name.
func (n *Node) Fixed() (string, bool) {
	if n.kind != one || n.variable() {
		return "", false
	}
	return n.fixed(), true
}

// IsList reports whether a node is a list, and returns what is in it.
func (n *Node) IsList() ([]Node, bool) { return n.inside, n.kind == group }

// SetMode has a list be compared by a mode.
func (n *Node) SetMode(mode *Mode) { n.mode = mode }

// HasMode reports whether a node has a mode of its own.
func (n *Node) HasMode() bool { return n.mode != nil }

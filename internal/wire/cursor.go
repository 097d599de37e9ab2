package wire

import "bytes"

// Bytes returns the bytes of node i: Raw[Off:End].
func (t *Tree) Bytes(i int32) []byte {
	n := &t.Nodes[i]
	return t.Frame.Raw[n.Off:n.End]
}

// A Str is a string as received, without its quotes, escapes or literal announcement.
type Str struct {
	B   []byte // nil for NIL; valid until the next Parse of the tree, aliases Raw if it can
	Nil bool   // it was NIL
	Off int32  // offset in Raw of its first wire byte
	Lit int32  // index in Frame.Literals if it is a literal, else -1
}

// A Cursor walks the values inside one node from left to right: atoms, strings, lists, sections, a code,
// human text, junk. It passes over spaces, brackets and the line end. It is a small value: copy it to
// look ahead. The methods that read advance only if they succeed. Nothing allocates.
type Cursor struct {
	tree    *Tree
	at, end int32 // at is the next value, end the first node outside
	off     int32 // offset in Raw where the walked node's contents end
}

// Top returns a cursor over the complete response: "*", "+" or a tag, then the values that follow.
func (t *Tree) Top() Cursor { return t.Inside(0) }

// Inside returns a cursor over the children of node i; a leaf has none.
func (t *Tree) Inside(i int32) Cursor {
	n := &t.Nodes[i]
	c := Cursor{tree: t, at: i + 1, end: n.Next, off: n.End}
	if last := n.Next - 1; last > i && t.Nodes[last].End == n.End && (t.Nodes[last].Kind == Close || t.Nodes[last].Kind == LineEnd) {
		c.off = t.Nodes[last].Off
	}
	c.settle()
	return c
}

// settle skips nodes that are not values.
func (c *Cursor) settle() {
	for c.at < c.end && passedOver[c.tree.Nodes[c.at].Kind] {
		c.at++ // these are leaves
	}
}

var passedOver = [...]bool{Space: true, Open: true, Close: true, LineEnd: true, Junk: false}

// Done reports whether no value is left.
func (c *Cursor) Done() bool { return c.at >= c.end }

// Node returns the index of the next value; -1 at the end.
func (c *Cursor) Node() int32 {
	if c.Done() {
		return -1
	}
	return c.at
}

// Kind returns the kind of the next value; at the end Response, which is the kind of no value.
func (c *Cursor) Kind() Kind {
	if c.Done() {
		return Response
	}
	return c.tree.Nodes[c.at].Kind
}

// Bytes returns the bytes of the next value, as received; nil at the end.
func (c *Cursor) Bytes() []byte {
	if c.Done() {
		return nil
	}
	return c.tree.Bytes(c.at)
}

// Off returns the offset in Raw of the next value; at the end, that of the ")", "]" or line end where
// another value was expected.
func (c *Cursor) Off() int32 {
	if c.Done() {
		return c.off
	}
	return c.tree.Nodes[c.at].Off
}

// Rest returns Raw from the next value to the end of what is walked, without its closing bracket or
// line end; nil at the end.
func (c *Cursor) Rest() []byte {
	if c.Done() {
		return nil
	}
	return c.tree.Frame.Raw[c.Off():max(c.off, c.Off())]
}

// Skip passes over the next value, whatever it is, and returns its node; -1 at the end.
func (c *Cursor) Skip() int32 {
	if c.Done() {
		return -1
	}
	i := c.at
	c.at = c.tree.Nodes[i].Next
	c.settle()
	return i
}

// Atom reads an atom: a word, a number, a flag, NIL. A Section is not an atom.
func (c *Cursor) Atom() ([]byte, bool) {
	if c.Kind() != Atom {
		return nil, false
	}
	return c.tree.Bytes(c.Skip()), true
}

// Is reads an atom that is word, which is ASCII in capitals; the response may have it in lower case.
func (c *Cursor) Is(word string) bool {
	if c.Kind() != Atom || !equalFold(c.tree.Bytes(c.at), word) {
		return false
	}
	c.Skip()
	return true
}

// Nil reads NIL.
func (c *Cursor) Nil() bool { return c.Is("NIL") }

// Number reads an atom of digits that fits in 64 bits without a sign.
func (c *Cursor) Number() (uint64, bool) {
	if c.Kind() != Atom {
		return 0, false
	}
	n, ok := Number(c.tree.Bytes(c.at))
	if ok {
		c.Skip()
	}
	return n, ok
}

// String reads a quoted string or a literal.
func (c *Cursor) String() (Str, bool) {
	if k := c.Kind(); k != Quoted && k != LiteralString {
		return Str{Lit: -1}, false
	}
	return c.tree.Str(c.Skip()), true
}

// NString reads a quoted string, a literal or NIL (RFC 9051 §9 nstring).
func (c *Cursor) NString() (Str, bool) {
	if c.Kind() != Atom {
		return c.String()
	}
	off := c.Off()
	if !c.Nil() {
		return Str{Lit: -1}, false
	}
	return Str{Nil: true, Off: off, Lit: -1}, true
}

// AString reads a quoted string, a literal or an atom (RFC 9051 §9 astring). NIL is read as the string
// "NIL".
func (c *Cursor) AString() (Str, bool) {
	if c.Kind() != Atom {
		return c.String()
	}
	off := c.Off()
	b, ok := c.Atom()
	return Str{B: b, Off: off, Lit: -1}, ok
}

// List reads a list and returns a cursor over its contents.
func (c *Cursor) List() (Cursor, bool) {
	if c.Kind() != List {
		return Cursor{}, false
	}
	return c.tree.Inside(c.Skip()), true
}

// Str returns the string in node i, if it is a Quoted or LiteralString; the bytes of any other node as
// they are.
func (t *Tree) Str(i int32) Str {
	n := &t.Nodes[i]
	b := t.Frame.Raw[n.Off:n.End]
	switch n.Kind {
	case Quoted:
		return Str{B: t.unquote(b), Off: n.Off, Lit: -1}
	case LiteralString:
		l := &t.Frame.Literals[n.Lit]
		return Str{B: t.Frame.Raw[l.At:n.End:n.End], Off: n.Off, Lit: n.Lit}
	}
	return Str{B: b, Off: n.Off, Lit: -1}
}

// unquote is Unquote into the tree's own memory.
func (t *Tree) unquote(q []byte) []byte {
	q = inQuotes(q)
	if bytes.IndexByte(q, '\\') < 0 {
		return q
	}
	start := len(t.text)
	t.text = appendUnescaped(t.text, q)
	return t.text[start:len(t.text):len(t.text)]
}

// Unquote returns a quoted string without its quotes and escapes. The result aliases q if nothing is
// escaped. A missing closing quote, or a backslash before a character that needs none, is tolerated.
func Unquote(q []byte) []byte {
	q = inQuotes(q)
	if bytes.IndexByte(q, '\\') < 0 {
		return q
	}
	return appendUnescaped(make([]byte, 0, len(q)), q)
}

func inQuotes(q []byte) []byte {
	if len(q) > 0 && q[0] == '"' {
		q = q[1:]
	}
	// The last quote closes the string unless an odd number of backslashes escapes it.
	n := len(q)
	if n > 0 && q[n-1] == '"' {
		i := n - 1
		for i > 0 && q[i-1] == '\\' {
			i--
		}
		if (n-1-i)%2 == 0 {
			q = q[: n-1 : n-1]
		}
	}
	return q
}

func appendUnescaped(dst, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i == len(b)-1 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		dst = append(dst, b[i+1])
		b = b[i+2:]
	}
}

// Number parses b, at most 20 digits and nothing else, as a number without a sign that fits in 64 bits.
func Number(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 20 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		d := uint64(c - '0')
		if d > 9 || n > (1<<64-1-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}

// equalFold reports whether b is word, which is ASCII in capitals, in upper or lower case.
func equalFold(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i := 0; i < len(word); i++ {
		c := b[i]
		if c-'a' < 26 {
			c -= 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

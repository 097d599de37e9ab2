package match

import (
	"math"
	"strings"

	"imapsh/internal/wire"
)

// A Response is a received response as values. It does not refer to the memory it was read from.
type Response struct {
	Tag  string // the tag of a tagged response; otherwise "*" or "+"
	Name string // in upper case: "FETCH", "OK"; "" if there is none
	// Num is the number before the name, as on the wire; "" if there is none.
	Num  string
	Args []Value // the values after the name

	whole bool // literals are complete as far as the frame has them
}

// Kind is the kind of a Value.
type Kind uint8

const (
	Atom   Kind = iota // an atom, a number, a flag, a section: BODY[TEXT]
	String             // a quoted string or a literal, without quotes or size
	Nil                // NIL
	List               // "(" … ")"
	Code               // "[" … "]" of a response code
	Text               // the text for people after a condition and its code
)

// A Value is one value of a response.
type Value struct {
	Kind   Kind
	Text   string  // of an Atom, String or Text: raw bytes, quoting removed, mailbox names not decoded
	Inside []Value // of a List or Code
	// Lost is set if the bytes of a literal were not kept; Text is then empty.
	Lost bool

	role role
}

// MaxLiteral is how large a literal may be, in bytes, to be kept for comparison; a larger one is not kept at all.
const MaxLiteral = 4 << 10

// Read returns the response in a parsed frame. Literals larger than MaxLiteral are lost.
func Read(t *wire.Tree) *Response { return reader{t, MaxLiteral}.response() }

// ReadWhole is like Read, but keeps literals as far as the frame has them.
func ReadWhole(t *wire.Tree) *Response {
	r := reader{t, math.MaxInt64}.response()
	r.whole = true
	return r
}

// A reader makes values from a tree, with literals up to most bytes.
type reader struct {
	*wire.Tree
	most int64
}

func (t reader) response() *Response {
	r := &Response{}
	top := t.Top()
	r.Tag = strings.Clone(string(top.Bytes()))
	top.Skip()
	values := t.all(&top)
	if r.Tag == "+" {
		r.Name, r.Args = "+", values
		return r
	}
	if len(values) > 0 && values[0].Kind == Atom && isNumber(values[0].Text) && len(values) > 1 && values[1].Kind == Atom {
		r.Num, values = values[0].Text, values[1:]
	}
	if len(values) > 0 && values[0].Kind == Atom {
		r.Name, values = strings.ToUpper(values[0].Text), values[1:]
	}
	r.Args = values
	assign(r)
	return r
}

func (t reader) all(c *wire.Cursor) (values []Value) {
	for !c.Done() {
		values = append(values, t.value(c))
	}
	return values
}

func (t reader) value(c *wire.Cursor) Value {
	kind, node := c.Kind(), c.Node()
	switch kind {
	case wire.List, wire.Code:
		inside := t.Inside(node)
		c.Skip()
		v := Value{Kind: List, Inside: t.all(&inside)}
		if kind == wire.Code {
			v.Kind = Code
		}
		return v
	case wire.Quoted, wire.LiteralString:
		c.Skip()
		s := t.Str(node)
		if s.Lit >= 0 {
			if l := t.Frame.Literals[s.Lit]; l.Spilled || l.Size > t.most || int64(l.Kept) < l.Size {
				return Value{Kind: String, Lost: true}
			}
		}
		return Value{Kind: String, Text: string(s.B)}
	case wire.Human:
		c.Skip()
		return Value{Kind: Text, Text: string(t.Bytes(node))}
	case wire.Section:
		c.Skip()
		return Value{Kind: Atom, Text: string(t.Bytes(node))}
	}
	c.Skip()
	b := t.Bytes(node)
	if kind == wire.Atom && strings.EqualFold(string(b), "NIL") {
		return Value{Kind: Nil, Text: string(b)}
	}
	return Value{Kind: Atom, Text: string(b)}
}

func isNumber(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

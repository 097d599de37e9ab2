package response

import (
	"imapsh/internal/wire"
)

func (d *Decoder) kind(node int32) wire.Kind { return d.Tree.Nodes[node].Kind }

func (d *Decoder) isList(node int32) bool { return node >= 0 && d.kind(node) == wire.List }

func (d *Decoder) isNil(node int32) bool {
	return d.kind(node) == wire.Atom && is(d.Tree.Bytes(node), "NIL")
}

// more reports a piece after the last one that the grammar allows. The parser has reported Junk.
func (d *Decoder) more(r *wire.Cursor) {
	if n := r.Skip(); n >= 0 && d.kind(n) != wire.Junk {
		d.odd("data-after-end", n)
	}
}

// A walk passes over the pieces inside a node like a wire.Cursor, but costs less: most of what is decoded
// is envelopes.
type walk struct {
	nodes  []wire.Node
	i, end int32
}

func (d *Decoder) walk(node int32) walk {
	return walk{nodes: d.Tree.Nodes, i: node + 1, end: d.Tree.Nodes[node].Next}
}

const passedOver = 1<<wire.Space | 1<<wire.Open | 1<<wire.Close | 1<<wire.LineEnd

// next returns the next piece; -1 at the end.
func (w *walk) next() int32 {
	for i := w.i; i < w.end; i = w.i {
		n := &w.nodes[i]
		w.i = n.Next
		if passedOver>>n.Kind&1 == 0 {
			return i
		}
	}
	return -1
}

// apart reports a list that follows another without a space.
func (d *Decoder) apart(list int32) {
	if off := d.Tree.Nodes[list].Off; d.Tree.Frame.Raw[off-1] == ')' {
		d.oddAt("lists-without-blank", off)
	}
}

// together reports a list that has a space before it, although it follows one of the same kind.
func (d *Decoder) together(list int32, what string) {
	if off := d.Tree.Nodes[list].Off; d.Tree.Frame.Raw[off-1] == ' ' {
		d.oddAt("blank-between-lists", off-1, what)
	}
}

// str returns the string at a node.
func (d *Decoder) str(node int32) String {
	s := d.Tree.Str(node)
	return String{B: s.B, Off: s.Off, Lit: s.Lit}
}

// nstring is string / nil; an atom instead of a string is accepted with an oddity.
func (d *Decoder) nstring(node int32) (s String) {
	d.nstringInto(&s, node)
	return s
}

// nstringInto sets every field of s. Envelopes are made of these, so the commonest kinds, NIL and a quoted
// string without escapes, are read here without calling anything else.
func (d *Decoder) nstringInto(s *String, node int32) {
	n := &d.Tree.Nodes[node]
	raw := d.Tree.Frame.Raw[n.Off:n.End:n.End]
	switch n.Kind {
	case wire.Quoted:
		if last := len(raw) - 1; n.Plain {
			s.B, s.Nil, s.Off, s.Lit = raw[1:last:last], false, n.Off, -1
			return
		}
	case wire.Atom:
		if len(raw) == 3 && raw[0]|0x20 == 'n' && raw[1]|0x20 == 'i' && raw[2]|0x20 == 'l' {
			s.B, s.Nil, s.Off, s.Lit = nil, true, n.Off, -1
			return
		}
		d.odd("string-expected", node)
	case wire.LiteralString:
	default:
		d.odd("string-expected", node)
	}
	*s = d.str(node)
}

// astring is an atom or a string; NIL is not special.
func (d *Decoder) astring(node int32) String {
	switch d.kind(node) {
	case wire.List:
		d.odd("string-expected", node)
	case wire.Atom:
		if d.Tree.Bytes(node)[0] == '\\' {
			d.odd("bad-astring", node)
		}
	}
	return d.str(node)
}

func (d *Decoder) took(words [][]byte, start int) [][]byte {
	d.words = words
	return words[start:len(words):len(words)]
}

// delim returns a hierarchy delimiter, DQUOTE QUOTED-CHAR DQUOTE / nil; 0 for NIL.
func (d *Decoder) delim(node int32) byte {
	s := d.nstring(node)
	if s.Nil {
		return 0
	}
	if s.Lit >= 0 {
		d.odd("literal-for-quoted", node)
	}
	if len(s.B) != 1 {
		d.odd("bad-delimiter", node)
		return 0
	}
	return s.B[0]
}

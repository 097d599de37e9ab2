package response

import "imapsh/internal/wire"

func (d *Decoder) kind(node int32) wire.Kind { return d.Tree.Nodes[node].Kind }

func (d *Decoder) isList(node int32) bool { return node >= 0 && d.kind(node) == wire.List }

func (d *Decoder) isNil(node int32) bool {
	return d.kind(node) == wire.Atom && is(d.Tree.Bytes(node), "NIL")
}

// more notes pieces that stand behind the last one the grammar has. Junk is the parser's to report.
func (d *Decoder) more(r *wire.Cursor) {
	if n := r.Skip(); n >= 0 && d.kind(n) != wire.Junk {
		d.odd("data-after-end", n)
	}
}

// str is the string at a node.
func (d *Decoder) str(node int32) String {
	s := d.Tree.Str(node)
	return String{B: s.B, Off: s.Off, Lit: s.Lit}
}

// nstring is string / nil; an atom in its place is taken, with an oddity.
func (d *Decoder) nstring(node int32) String {
	switch d.kind(node) {
	case wire.Quoted, wire.LiteralString:
		return d.str(node)
	case wire.Atom:
		if is(d.Tree.Bytes(node), "NIL") {
			return String{Nil: true, Off: d.Tree.Nodes[node].Off, Lit: -1}
		}
	}
	d.odd("string-expected", node)
	return d.str(node)
}

// astring is an atom or a string; NIL is three letters like any others.
func (d *Decoder) astring(node int32) String {
	if d.kind(node) == wire.List {
		d.odd("string-expected", node)
	}
	return d.str(node)
}

// flagList gives the words of a parenthesized list of flags or attributes; one
// word without parentheses is taken, with an oddity.
func (d *Decoder) flagList(node int32) [][]byte {
	if d.isList(node) {
		r := d.Tree.Inside(node)
		return d.wordsOf(&r)
	}
	d.odd("list-expected", node)
	if node < 0 || d.isNil(node) {
		return nil
	}
	start := len(d.words)
	return d.took(append(d.words, d.Tree.Bytes(node)), start)
}

// wordsOf gives what is left of r, each piece as it stands.
func (d *Decoder) wordsOf(r *wire.Cursor) [][]byte {
	start := len(d.words)
	words := d.words
	for n := r.Skip(); n >= 0 && len(words) < maxWords; n = r.Skip() {
		words = append(words, d.Tree.Bytes(n))
	}
	return d.took(words, start)
}

func (d *Decoder) took(words [][]byte, start int) [][]byte {
	d.words = words
	return words[start:len(words):len(words)]
}

// delim is a hierarchy delimiter: DQUOTE QUOTED-CHAR DQUOTE / nil; 0 for NIL.
func (d *Decoder) delim(node int32) byte {
	s := d.nstring(node)
	if s.Nil {
		return 0
	}
	if len(s.B) != 1 {
		d.odd("bad-delimiter", node)
		return 0
	}
	return s.B[0]
}

// Package wire turns bytes into parts, parts into frames and frames into
// nodes, and loses none of them on the way. It knows the grammar of IMAP's
// lines and literals, never what a command or a response means.
package wire

import "time"

// PartKind says what the bytes of a Part are.
type PartKind uint8

const (
	// Text is bytes of a response's lines: "{n}\r\n" and line ends included.
	Text PartKind = iota
	// LiteralData is bytes of a literal's contents.
	LiteralData
	// Overflow is text or literal data that is counted and not kept in Frame.Raw
	// because the response has grown beyond what is kept.
	Overflow
	// End has no bytes: the response is complete.
	End
)

// A Part is a run of received bytes. Every byte received is in exactly one
// Part, in order, as soon as it has come.
type Part struct {
	Kind  PartKind
	Bytes []byte // valid until the batch it came in is released
	// Literal is the literal that LiteralData (or its Overflow) belongs to; a snapshot.
	Literal *Literal
	// Frame is the complete response in an End. In bytes that are not kept
	// (Overflow, data of a spilled literal) it is a snapshot of the response as
	// far as it had come before them; nil elsewhere.
	Frame *Frame
}

// A Frame is one response: a line and the literals and further lines that its
// literals announce. It is valid until the batch that its End came in is released.
type Frame struct {
	At       time.Time // when its last byte came
	TLS      bool      // whether it came encrypted
	Raw      []byte    // the bytes kept: all but Overflow and spilled literals
	Size     int64     // the bytes on the wire, those not kept included
	Literals []Literal // in order
	Odd      []Oddity  // what the framer tolerated
	Cut      bool      // the stream ended before the response did
	// Fetch reports whether it begins with "* n FETCH ": found here, where the bytes are at hand, for
	// who passes very many of them on without reading them.
	Fetch   bool
	Clipped int64 // bytes of text at the end that are not kept in Raw
}

// A Literal is an announced run of bytes (RFC 9051 §4.3).
type Literal struct {
	At      int   // offset in Raw of its first byte (where it would be, if spilled)
	Size    int64 // as announced
	Kept    int   // bytes of it in Raw
	Spilled bool  // counted, not kept
	Binary  bool  // literal8: ~{n}
}

// Kind is the kind of a Node.
type Kind uint8

const (
	// Response is the root: the whole of Raw.
	Response Kind = iota
	// List holds "(" … ")": its first child is Open, its last Close (absent when unbalanced).
	List
	// Code holds "[" … "]" of a response code: children Open, Atom, …, Close.
	Code
	// Section is a message attribute with a bracket, whole: BODY[HEADER.FIELDS (FROM)]<0>,
	// BINARY.SIZE[1]; its children are leaves and lists that tile it.
	Section
	// Atom is a run of other characters: an atom, number, flag, tag, "*", "+", NIL.
	Atom
	// Quoted is a quoted string, its quotes included.
	Quoted
	// LiteralString is "{n}\r\n" and the bytes kept of the literal, in one leaf.
	LiteralString
	// Human is resp-text after OK, NO, BAD, BYE, PREAUTH and "+", after its code.
	Human
	// Space is one or more spaces.
	Space
	// Open is "(" or "[".
	Open
	// Close is ")" or "]".
	Close
	// LineEnd is the line end that ends the response.
	LineEnd
	// Junk is bytes no rule fits.
	Junk
)

// A Node is a piece of a response: Raw[Off:End]. Nodes of a Tree are in
// preorder; Next is the index of the first node that is not inside this one,
// so a node's children are i+1 … Next-1, and it is a leaf when Next == i+1.
type Node struct {
	Kind     Kind
	Off, End int32
	Next     int32
	// Lit is the index in Frame.Literals for a LiteralString, else -1.
	Lit int32
}

// A Tree is a parsed Frame. Its leaves tile Raw. It can be used again for
// another frame, so that parsing allocates nothing in the long run.
type Tree struct {
	Frame *Frame
	Nodes []Node   // Nodes[0] is the Response
	Odd   []Oddity // what the parser tolerated (the framer's are in Frame.Odd)
	// UTF8 is the mode of the session: quoted strings and text may be UTF-8, because
	// IMAP4rev2 is spoken or UTF8=ACCEPT enabled.
	UTF8 bool
	// MaxNodes bounds the tree, 1<<20 if 0. The rest of a response that needs more is one Junk.
	MaxNodes int

	text []byte // unescaped strings
}

// An Oddity is a deviation that was tolerated and reported: a row of a Table, and where it was found.
type Oddity struct {
	Name   string
	Off    int64  // offset in Frame.Raw, from 0
	Text   string // one sentence of what is wrong here, for people, without server bytes unescaped
	Rule   string
	RFC    string
	Effect string
}

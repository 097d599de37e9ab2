// Package wire turns bytes into parts, parts into frames and frames into
// nodes, and loses none of them on the way. It knows the grammar of IMAP's
// lines and literals, but not what a command or a response means.
package wire

import "time"

// PartKind says what the bytes of a Part are.
type PartKind uint8

const (
	// Text is bytes of a response's lines, "{n}\r\n" and line ends included.
	Text PartKind = iota
	// LiteralData is bytes of a literal's contents.
	LiteralData
	// Overflow is text or literal data that is counted but not kept in Frame.Raw, because the
	// response is larger than the limits of the Framer.
	Overflow
	// End has no bytes: the response is complete.
	End
)

// A Part is a run of received bytes. Every byte received is in exactly one Part, in order, as soon as
// it has arrived.
type Part struct {
	Kind  PartKind
	Bytes []byte // valid until its batch is released
	// Literal is the literal that LiteralData (or its Overflow) belongs to; a snapshot.
	Literal *Literal
	// Frame is the complete response if Kind is End. With bytes that are not kept (Overflow, data of a
	// spilled literal) it is a snapshot of the response as it was before them; nil otherwise.
	Frame *Frame
}

// A Frame is one response: a line, its literals and the lines that continue after them. It is valid
// until the batch of its End is released.
type Frame struct {
	At       time.Time // when its last byte arrived
	TLS      bool      // whether it came encrypted
	Raw      []byte    // its bytes, except for Overflow and spilled literals
	Size     int64     // its bytes on the wire, including those not kept
	Literals []Literal // in order
	Odd      []Oddity  // what the framer tolerated
	Cut      bool      // the stream ended before the response did
	// Fetch reports whether it begins with "* n FETCH ", for code that passes on very many responses
	// without parsing them.
	Fetch   bool
	Clipped int64 // bytes of text at the end that are not kept in Raw
}

// A Literal is an announced run of bytes (RFC 9051 §4.3).
type Literal struct {
	At      int   // offset in Raw of its first byte (where it would be, if spilled)
	Size    int64 // bytes, as announced
	Kept    int   // bytes of it in Raw
	Spilled bool  // counted but not kept
	Binary  bool  // literal8: ~{n}
}

// Kind is the kind of a Node.
type Kind uint8

const (
	// Response is the root: all of Raw.
	Response Kind = iota
	// List holds "(" … ")": its first child is Open, its last Close (absent when unbalanced).
	List
	// Code holds "[" … "]" of a response code: children Open, Atom, …, Close.
	Code
	// Section is a message attribute with a section and all that belongs to it, such as
	// BODY[HEADER.FIELDS (FROM)]<0> or BINARY.SIZE[1]; its children are leaves and lists that tile it.
	Section
	// Atom is a run of other characters: an atom, number, flag, tag, "*", "+" or NIL.
	Atom
	// Quoted is a quoted string, its quotes included.
	Quoted
	// LiteralString is "{n}\r\n" and the bytes kept of the literal, in one leaf.
	LiteralString
	// Human is the text for people after OK, NO, BAD, BYE, PREAUTH or "+", without its response code.
	Human
	// Space is one or more spaces.
	Space
	// Open is "(" or "[".
	Open
	// Close is ")" or "]".
	Close
	// LineEnd is the line end that ends the response.
	LineEnd
	// Junk is bytes that no rule fits.
	Junk
)

// A Node is a piece of a response: Raw[Off:End]. Nodes of a Tree are in
// preorder; Next is the index of the first node that is not inside this one,
// so a node's children are i+1 … Next-1, and it is a leaf when Next == i+1.
type Node struct {
	Kind Kind
	// Plain marks a Quoted that is its bytes between two quotes: no escapes, only TEXT-CHARs. One that is
	// not marked may be as plain.
	Plain    bool
	Off, End int32
	Next     int32
	// Lit is the index in Frame.Literals for a LiteralString, else -1.
	Lit int32
}

// A Tree is a parsed Frame. Its leaves tile Raw. Reuse it for another frame, so that parsing allocates
// nothing in the long run.
type Tree struct {
	Frame *Frame
	Nodes []Node   // Nodes[0] is the Response
	Odd   []Oddity // what the parser tolerated (the framer's are in Frame.Odd)
	// UTF8 is the mode of the session: quoted strings and text may be UTF-8, because IMAP4rev2 or
	// UTF8=ACCEPT is enabled.
	UTF8 bool
	// MaxNodes limits the tree; 0 means DefaultMaxNodes. The rest of a larger response is one Junk.
	MaxNodes int

	text []byte // unescaped strings
}

// An Oddity is a deviation that was tolerated and reported: a row of a Table and where it was found.
type Oddity struct {
	Name   string
	Off    int64  // offset in Frame.Raw, from 0
	Text   string // one sentence that says what is wrong, without unescaped bytes of the server
	Rule   string
	RFC    string
	Effect string
}

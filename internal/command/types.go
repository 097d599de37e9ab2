// Package command is the table of commands, their grammar and capabilities, the
// matcher that reads a typed line against it, and what follows from a match:
// completed shorthand, warnings, secrets, effects. It does no I/O and keeps no
// state of a session.
package command

import "strings"

// State is a set of the states of RFC 9051 §3.
type State uint8

const (
	NotAuthenticated State = 1 << iota
	Authenticated
	Selected
	Logout
	AnyState = NotAuthenticated | Authenticated | Selected
	LoggedIn = Authenticated | Selected
)

// Effect is what a command does to the server's data.
type Effect uint8

const (
	None Effect = iota
	Reads
	Changes
	Destroys
)

// View is what the shell knows of a session, as an immutable value: hints,
// completion, warnings and shorthand read it.
type View struct {
	State     State
	Caps      map[string]bool // upper case; nil while unknown
	MoreCaps  bool            // there are more than Caps has: one that it has not may be offered
	Enabled   map[string]bool // upper case
	TLS       bool
	Mailbox   string // selected, decoded for people
	Exists    uint32
	ReadOnly  bool
	Delim     byte
	Mailboxes []string // wire names seen in LIST, in order
	Numbers   []uint32 // sequence numbers that responses have named recently, newest first
	UIDs      []uint32 // the same of UIDs
	Flags     []string // of the selected mailbox
	Rev2      bool     // IMAP4rev2 is the base (advertised without rev1, or enabled)
	UTF8      bool     // ENABLED named UTF8=ACCEPT or IMAP4rev2
	Literals  LiteralMode
}

// Has reports whether a capability (any case) is advertised. Unknown capabilities count as not.
func (v *View) Has(name string) bool { return v.Caps[strings.ToUpper(name)] }

// LiteralMode is :literals auto|sync|nonsync.
type LiteralMode uint8

const (
	LiteralsAuto LiteralMode = iota
	LiteralsSync
	LiteralsNonSync
)

// Span is a half-open range of byte offsets.
type Span struct{ Start, End int }

// Match is how a typed line (without tag) reads against the table.
type Match struct {
	Line    string   // what was matched, unchanged
	Command *Command // nil when the first word is not a command of the table
	Name    string   // the command's name as the table has it ("UID FETCH"), or the first word in capitals
	Words   []Word   // every word of the line, the command's own first
	Fits    bool     // the whole line fits the grammar
	Stop    int      // offset where the line stopped fitting (len(Line) when it ended too early)
	Want    string   // what is expected at Stop, for people
	Secrets []Span   // spans of Line that are secrets (a near miss of LOGIN or AUTHENTICATE too)
	// Literal is set when the line ends in "{n}" or "{n+}", telnet's literal.
	Literal *TypedLiteral
	// LiteralSecret says that the bytes of Literal are a secret, RestSecret that
	// what the user sends after it is (LOGIN with the user name as a literal).
	LiteralSecret, RestSecret bool
	// Early says that all of the line has its place and something is still missing.
	Early bool

	past *state  // the reading
	only [1]Word // what Words is in if the command has no arguments
}

// Word is one word of a line: a whole parenthesized list is one word.
type Word struct {
	Span
	Text string // as typed
	Arg  *Arg   // the argument it was matched to, nil if it did not fit
}

// TypedLiteral is the "{n}" that ends a line.
type TypedLiteral struct {
	At      int // offset of "{"  (of "~" in "~{")
	Size    int64
	NonSync bool // "{n+}"
	Binary  bool
}

// Piece is a part of what is sent for a line: text, or the bytes of a literal
// (whose "{n}" the sender writes, in the text before, as the session allows).
type Piece struct {
	Text    []byte
	Literal bool
	Binary  bool   // literal8
	Secrets []Span // in Text
}

// Completed is what a line becomes.
type Completed struct {
	Pieces []Piece // without tag and line end
	// Changed says that the pieces are not the line as typed.
	Changed bool
	// Ask is set when something is missing that only the user can give: a
	// password for LOGIN. The answer is appended by completing again WithSecret.
	Ask *Ask
	// Fits says that what is sent fits the grammar; its literals count as strings.
	Fits bool
	// Match is how what is sent reads. It is that of the line as typed if that is what is sent,
	// if a literal is in it, and if it holds the answer to Ask.
	Match *Match
}

// Ask is a question for the user.
type Ask struct {
	Prompt string // "Password for alice"
	Secret bool
}

// Warning is a doubt about a line that is sent all the same.
type Warning struct {
	Text string
	At   int // offset in the line, -1 when it is about the whole
	// Again is what is said in place of Text once a warning that has one has been said, for what is
	// often meant so; "" for Text.
	Again string
}

func doubt(text string, at int) Warning { return Warning{Text: text, At: at} }

// Package command is the table of commands, their grammar and capabilities, the
// matcher that reads a typed line against it, and what follows from a match:
// completed shorthand, warnings, secrets, effects. It does no I/O and keeps no
// session state.
package command

import "strings"

// State is a set of the states of RFC 9051 §3.
type State uint8

const (
	NotAuthenticated State = 1 << iota
	Authenticated
	Selected
	Logout
	AnyState = NotAuthenticated | Authenticated | Selected // not Logout: no command is allowed in it
	LoggedIn = Authenticated | Selected
)

// Effect is what a command does to the server's data.
type Effect uint8

const (
	None     Effect = iota // it neither reads nor changes data
	Reads                  // it only reads
	Changes                // it changes data, but removes none
	Destroys               // it removes data, or marks it for removal
)

// View is what the shell knows about a session, as an immutable value for hints, completion, warnings and
// shorthand.
type View struct {
	State     State           // 0 if unknown
	Caps      map[string]bool // in capitals; nil if unknown
	MoreCaps  bool            // Caps is not complete: any other capability may be offered
	Enabled   map[string]bool // in capitals
	TLS       bool
	Mailbox   string   // the selected mailbox, decoded for people; "" if none
	Exists    uint32   // messages in the selected mailbox
	ReadOnly  bool     // the selected mailbox is read-only
	Delim     byte     // the hierarchy delimiter; 0 if unknown or NIL
	Prefix    string   // of the user's own mailboxes, as on the wire, according to NAMESPACE; "" if unknown
	Mailboxes []string // names seen in LIST, as on the wire, in order
	Numbers   []uint32 // sequence numbers in recent responses, newest first
	UIDs      []uint32 // UIDs in recent responses, newest first
	Flags     []string // of the selected mailbox
	Rev2      bool     // IMAP4rev2 is the base protocol (advertised without rev1, or enabled)
	UTF8      bool     // UTF8=ACCEPT or IMAP4rev2 is enabled
	Literals  LiteralMode
}

// Has reports whether a capability, in upper or lower case, is advertised; false while they are unknown.
func (v *View) Has(name string) bool { return v.Caps[strings.ToUpper(name)] }

// LiteralMode says how literals are announced: the setting :literals auto|sync|nonsync.
type LiteralMode uint8

const (
	LiteralsAuto    LiteralMode = iota // nonsync if the server advertises it
	LiteralsSync                       // {n}
	LiteralsNonSync                    // {n+}
)

// Span is a half-open range of byte offsets.
type Span struct{ Start, End int }

// Match says how a typed line, without its tag, reads against the table.
type Match struct {
	Line    string   // the line, unchanged
	Command *Command // nil if the first word is not a command of the table
	Name    string   // the command's name as in the table ("UID FETCH"), or the first word in capitals
	Words   []Word   // every word of the line, the command's name first
	Fits    bool     // the complete line fits the grammar
	Stop    int      // offset at which the line stops fitting (len(Line) if it ends too early)
	Want    string   // what is expected at Stop, for people
	Secrets []Span   // parts of Line that are secrets, also after a mistyped LOGIN or AUTHENTICATE
	// Literal is set if the line ends in "{n}" or "{n+}": the bytes are typed after it, as with telnet.
	Literal *TypedLiteral
	// LiteralSecret says that the bytes of Literal are a secret, RestSecret that what follows them is
	// (LOGIN with the user name as a literal).
	LiteralSecret, RestSecret bool
	// Early says that all words of the line fit but something is still missing.
	Early bool

	past *state  // the reading
	only [1]Word // the array of Words if the command has no arguments
}

// Word is one word of a line; a parenthesized list is one word.
type Word struct {
	Span
	Text string // as typed
	Arg  *Arg   // the argument it was matched to; nil if it did not fit
}

// TypedLiteral is the "{n}" that ends a line.
type TypedLiteral struct {
	At      int   // offset of "{", or of "~" in "~{"
	Size    int64 // bytes
	NonSync bool  // "{n+}"
	Binary  bool
}

// Piece is a part of what is sent for a line: text, or the bytes of a literal. The sender writes the "{n}" at the
// end of the text before, in the form that the session allows.
type Piece struct {
	Text    []byte
	Literal bool
	Binary  bool   // literal8
	Secrets []Span // in Text
}

// Completed is what is sent for a line.
type Completed struct {
	Pieces []Piece // without tag and line end
	// Changed says that the pieces differ from the line as typed.
	Changed bool
	// Ask is set if something is missing that only the user can supply: the password for LOGIN. Pass the
	// answer to CompleteWithSecret.
	Ask *Ask
	// Fits says that what is sent fits the grammar; its literals count as strings.
	Fits bool
	// Match says how what is sent reads. It is the Match of the line as typed if that is sent, if
	// a literal is in it, or if it contains the answer to Ask.
	Match *Match
}

// Ask is a question for the user.
type Ask struct {
	Prompt string // "Password for alice"
	Secret bool
}

// Warning is a doubt about a line, which is sent all the same.
type Warning struct {
	Text string // one sentence, without a full stop
	At   int    // offset in the line; -1 if it is about the complete line
	// Again is a shorter text for the second time, for warnings about what is often intended; "" to repeat
	// Text.
	Again string
}

func doubt(text string, at int) Warning { return Warning{Text: text, At: at} }

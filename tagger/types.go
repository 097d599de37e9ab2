// Package tagger gives commands their tags, knows which are in flight, and keeps
// what the exchange has taught about the session. It does no I/O: a typed line
// becomes steps to send, a received frame becomes an event.
package tagger

import (
	"io"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// StepKind says what a Step is.
type StepKind uint8

const (
	// SendText sends Bytes: a piece of a command's lines, "{n}\r\n" and line ends included.
	SendText StepKind = iota
	// SendLiteral sends Bytes: the bytes of a literal.
	SendLiteral
	// SendSource sends Size bytes of Source as a literal.
	SendSource
	// AwaitContinuation waits for a continuation request before the next step.
	AwaitContinuation
)

// A Step is one thing to do for a command.
type Step struct {
	Kind    StepKind
	Bytes   []byte
	Secrets []command.Span // of Bytes, never shown
	Source  io.Reader
	Size    int64
	// Name says where a source comes from ("message.eml"), "" for the user's input.
	Name string
	// Answer says that it is a whole line, to a challenge: it is shown if it is empty too.
	Answer bool
	// Read says that it is a message of an exchange whose secrets are known: none is guessed from its base64.
	Read bool
	// AsIs says that the bytes are sent as they are, and end wherever they end.
	AsIs bool
}

// Outgoing is what Begin makes of a line.
type Outgoing struct {
	Command *Command
	// Steps are valid until the next Begin.
	Steps []Step
	// Ask is set, and nothing else, when a secret is missing: ask the user and begin again.
	Ask *command.Ask
	// Barrier says that the command changes the layer (STARTTLS, COMPRESS) and is sent alone in flight.
	Barrier bool
	// Literal is the literal whose bytes come from the user's input, after the steps, or nil.
	Literal *command.TypedLiteral
	// LiteralSecret says that its bytes are a secret, RestSecret that what the user
	// sends after them is.
	LiteralSecret, RestSecret bool
	// Repeated says that a command with the same tag is in flight still.
	Repeated bool
}

// A Command is a command in flight, or one that has just been completed.
type Command struct {
	Tag    string
	Own    bool   // the tag was the user's
	Line   string // as typed, without tag; secrets masked
	Match  *command.Match
	Begun  time.Time
	Frames int   // responses that came while it was the oldest in flight, its tagged one included
	Bytes  int64 // their size
	Odd    int   // oddities in them
	// Gone is how many messages it has removed: by EXPUNGE and VANISHED in its time, and of a CLOSE that
	// was answered OK those last seen with \Deleted. Sure says that a CLOSE can have removed no others: the flags
	// of all messages are known.
	Gone uint32
	Sure bool
	// OddMessages are the sequence numbers of the FETCH responses that had some, 1000 at most.
	OddMessages []uint32
	// Cond is the condition of its tagged response, 0 before.
	Cond response.Cond
	// Refusal and Code are the text and the response code of a login that was refused.
	Refusal, Code string
	// Number counts the commands of a connection, from 1.
	Number int

	// Owner is whoever sent it keeps it for; the tagger does not look at it.
	Owner any

	// User is who logs in with it, if the line does not say so.
	User string

	asked   *asked // what a FETCH asks for
	named   string // the mailbox that a SELECT or EXAMINE opens
	hasCaps bool   // capabilities came while it was in flight
	saving  *saving
	result  *Saved // what "$" names in it, nil if that is not known
}

// Opening returns the mailbox that the command opens, decoded; "" of others, and once it is answered.
func (c *Command) Opening() string {
	if c.Cond != 0 {
		return ""
	}
	return c.named
}

// Event is a response and what it means for the session. It is valid until the
// next Observe.
type Event struct {
	Conn  string // the connection's name; "" while there is only one
	Frame *wire.Frame
	Value response.Value
	// Command is the command that a tagged response completes, that a continuation request
	// is for, or that was the oldest in flight when an untagged response came, or nil.
	Command  *Command
	Done     bool // the response completes Command
	Oddities []wire.Oddity
	// Notes are sentences of what is worth a look and breaks no rule: what was asked for and never came.
	Notes []string
	// Elapsed is the time since Command was sent (of a tagged response), or since the last
	// response (within IDLE); 0 elsewhere.
	Elapsed time.Duration
	// Idle says that the response came within IDLE.
	Idle bool
	// Flags is what a FETCH response that nobody asked for has changed; nil if nothing has, or
	// the flags before are not known.
	Flags *FlagChange
	// Before and After are the session around the response: values, not to be changed.
	Before, After *Session
}

// Mailbox is the selected mailbox as the exchange has shown it.
type Mailbox struct {
	Name         string // as sent by us, decoded
	Exists       uint32
	Recent       uint32
	Unseen       uint32 // of [UNSEEN n]; 0 unknown
	UIDNext      uint64
	UIDValidity  uint64
	ModSeq       uint64
	ReadOnly     bool
	Flags        []string
	Permanent    []string // of PERMANENTFLAGS
	HasPermanent bool
	MoreFlags    bool // FLAGS or PERMANENTFLAGS named more than are remembered
	HasExists    bool // EXISTS has come since SELECT
	HasFlags     bool // FLAGS has
}

// Session is what the exchange has taught, as a value: it is replaced, never changed.
type Session struct {
	State    command.State
	Greeted  bool
	PreAuth  bool
	User     string   // of the LOGIN answered OK, if the line says it
	Caps     []string // upper case, in order; nil while unknown
	MoreCaps bool     // there were more than are remembered: one that Caps has not may be offered
	Enabled  []string // upper case
	Delim    byte
	Mailbox  *Mailbox // nil outside the selected state
	Saved    *Saved   // what a search has saved; nil if that is not known
	Bye      bool
	TLS      bool
}

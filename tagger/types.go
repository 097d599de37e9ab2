// Package tagger gives commands their tags, knows which are in flight, and keeps
// what the exchange has shown about the session. It does no I/O: a typed line
// becomes steps to send, a received frame becomes an event.
package tagger

import (
	"io"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// StepKind says what a Step does.
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
	// Name says where Source comes from ("message.eml"); "" for the user's input.
	Name string
	// Answer says that it is a complete line, in answer to a challenge, which is shown even if it is empty.
	Answer bool
	// Read says that it is a message of an exchange whose secrets are known, so that none is guessed from its base64.
	Read bool
	// AsIs says that the bytes are sent as they are, even if they do not end with a line end.
	AsIs bool
}

// Outgoing is the result of Begin.
type Outgoing struct {
	Command *Command
	// Steps are valid until the next Begin.
	Steps []Step
	// Ask is set, and nothing else, if a secret is missing: ask the user and call Begin again.
	Ask *command.Ask
	// Barrier says that the command changes the layer (STARTTLS, COMPRESS): nothing else may be in flight.
	Barrier bool
	// Literal is the literal whose bytes come from the user's input, after the steps; nil if there is none.
	Literal *command.TypedLiteral
	// LiteralSecret says that its bytes are a secret, RestSecret that what the user
	// sends after them is.
	LiteralSecret, RestSecret bool
	// Repeated says that a command with the same tag is still in flight.
	Repeated bool
}

// A Command is a command in flight, or one that has just been completed.
type Command struct {
	Tag    string
	Own    bool   // the tag is the user's own
	Line   string // as sent, without tag and with secrets masked
	Match  *command.Match
	Begun  time.Time
	Frames int   // responses that came while it was the oldest in flight, including its tagged one
	Bytes  int64 // the size of these responses
	Odd    int   // the number of oddities in them
	// Gone is how many messages it has removed: those of EXPUNGE and VANISHED during it and, for a CLOSE that
	// was answered OK, those last seen with \Deleted. Sure says that a CLOSE cannot have removed others, because
	// the flags of all messages are known.
	Gone uint32
	Sure bool
	// OddMessages are the sequence numbers of the FETCH responses that had oddities, at most 1000.
	OddMessages []uint32
	// Cond is the condition of its tagged response; 0 before that.
	Cond response.Cond
	// Code is the response code, in capitals, with which it was refused, Refusal the text with which a login was.
	Refusal, Code string
	// Answer is the beginning of its tagged response, if that was not OK, with secrets masked. The tagger does not set it.
	Answer string
	// Number counts the commands of all connections, from 1.
	Number int

	// Owner belongs to whoever sent the command; the tagger does not use it.
	Owner any

	// User is the user who logs in with it, if that is not in the line.
	User string

	asked   *asked // what a FETCH asks for
	named   string // the mailbox that a SELECT or EXAMINE opens
	hasCaps bool   // capabilities came while it was in flight
	saving  *saving
	result  *Saved // what "$" means in it; nil if that is not known
}

// Opening returns the name of the mailbox that the command is opening, decoded; "" if it opens none, or has been answered.
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
	// Command is the command that a tagged response completes, the one that a continuation request is for, or
	// the oldest in flight when an untagged response came; nil if there is none.
	Command  *Command
	Done     bool // the response completes Command
	Oddities []wire.Oddity
	// Notes are sentences about what is worth a look but breaks no rule, such as data that was requested and never came.
	Notes []string
	// Elapsed is the time since Command was sent (for a tagged response), or since the last response (during
	// IDLE); 0 otherwise.
	Elapsed time.Duration
	// Idle says that the response came during IDLE.
	Idle bool
	// Flags says which flags have changed according to a FETCH response that nobody asked for; nil if none have, or
	// if the earlier flags are not known.
	Flags *FlagChange
	// Before and After are the session before and after the response: values, which must not be changed.
	Before, After *Session
}

// Mailbox is what the exchange has shown about the selected mailbox.
type Mailbox struct {
	Name         string // as we sent it, decoded
	Exists       uint32
	Recent       uint32
	Unseen       uint32 // of [UNSEEN n]; 0 if unknown
	UIDNext      uint64
	UIDValidity  uint64
	ModSeq       uint64
	ReadOnly     bool
	Flags        []string
	Permanent    []string // of PERMANENTFLAGS
	HasPermanent bool
	MoreFlags    bool // FLAGS or PERMANENTFLAGS had more flags than are remembered
	HasExists    bool // EXISTS has come since SELECT
	HasFlags     bool // FLAGS has come since SELECT
}

// Session is what the exchange has shown, as a value: it is replaced, never changed.
type Session struct {
	State    command.State
	Greeted  bool
	PreAuth  bool
	User     string   // of the LOGIN that was answered OK; "" if unknown
	Caps     []string // in capitals, in the order received; nil if unknown
	MoreCaps bool     // there were more than are remembered: any other may be offered
	Enabled  []string // in capitals
	Delim    byte     // the hierarchy delimiter; 0 if unknown
	Prefix   string   // of the user's own mailboxes, as on the wire; "" if unknown
	Mailbox  *Mailbox // nil if none is selected
	Saved    *Saved   // the saved result of a search; nil if unknown
	Bye      bool
	TLS      bool
}

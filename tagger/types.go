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
	// SendLiteral sends Bytes: the octets of a literal.
	SendLiteral
	// SendSource sends Size octets of Source as a literal.
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
	// Name tells where a source comes from ("message.eml"), "" for the user's input.
	Name string
	// Binary tells that a literal is literal8.
	Binary bool
}

// Outgoing is what Begin makes of a line.
type Outgoing struct {
	Command *Command
	Steps   []Step
	// Barrier tells that the command changes the layer (STARTTLS, COMPRESS): it is sent alone in flight.
	Barrier bool
	Notes   []string
}

// A Command is a command in flight, or one that has just been completed.
type Command struct {
	Tag    string
	Own    bool   // the tag was the user's
	Line   string // as typed, without tag; secrets masked
	Match  command.Match
	Begun  time.Time
	Frames int   // responses that came while it was the oldest in flight, its tagged one included
	Bytes  int64 // their size
	Odd    int   // oddities in them
	// Cond is the condition of its tagged response, 0 before.
	Cond response.Cond
	// Cause numbers the command among all of its connection, from 1.
	Number int
	// exchange is what answers its continuation requests (AUTHENTICATE, IDLE), nil without.
	exchange Exchange
	barrier  bool
}

// Event is a response and what it means for the session.
type Event struct {
	Conn  string // the connection's name; "" while there is only one
	Frame *wire.Frame
	Value response.Value
	// Command is the command that a tagged response completes, that a continuation request
	// is for, or that was the oldest in flight when an untagged response came; nil without.
	Command  *Command
	Done     bool          // the response completes Command
	Oddities []wire.Oddity // framer's, parser's, decoder's and the exchange's, by offset
	// Elapsed is the time since Command was sent (of a tagged response), or since the last
	// response (within IDLE); 0 elsewhere.
	Elapsed time.Duration
	// Idle tells that the response came within IDLE.
	Idle bool
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
	// HasExists tells that EXISTS has come since SELECT.
	HasExists bool
}

// Session is what the exchange has taught, as a value.
type Session struct {
	State      command.State
	Greeted    bool
	PreAuth    bool
	User       string   // of the LOGIN or AUTHENTICATE answered OK, where the line says it
	Caps       []string // upper case, in order; nil while unknown
	Enabled    []string
	Delim      byte
	Mailbox    *Mailbox // nil outside the selected state
	Bye        bool
	TLS        bool
	Compressed bool
}

// Exchange answers continuation requests of one command.
type Exchange interface {
	// Next takes the text of a continuation request (base64 still) and gives the
	// line to send. Ask tells that the user must give it.
	Next(challenge []byte) (Reply, error)
}

// Reply is an exchange's next move.
type Reply struct {
	Step *Step // nil: nothing to send now
	Ask  *command.Ask
	Done bool // no further continuation request is expected
}

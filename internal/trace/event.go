// Package trace describes what happens on connections as values in one order: events, the stream that they pass
// through and the listeners that hear them. It shows nothing and sends nothing.
package trace

import (
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// Kind says what an Event is.
type Kind uint8

const (
	// Octets are bytes received, as on the wire, before they are interpreted: Part, or if Part is nil those of
	// several parts together in Data. Every byte received is in exactly one such event, in order.
	Octets Kind = iota
	// Response is a complete response: Seen.
	Response
	// Sent is a step as it is sent, its secrets masked: Step. A tagger.SendSource only names where the bytes come
	// from; they follow as SentData and SentEnd.
	Sent
	// SentData are bytes of such a source: Data.
	SentData
	// SentEnd ends the literal whose bytes were SentData.
	SentEnd
	// Begun says that a command begins while no other is in flight.
	Begun
	// Connected says that the server has been reached and has begun to speak: Info, and Elapsed, the time until it
	// did.
	Connected
	// Secured says that TLS is active from here on: Info.
	Secured
	// Handshake asks for everything known about TLS to be shown: Info.
	Handshake
	// Compressed says that DEFLATE is active from here on: Info.
	Compressed
	// Timing says how long each step of connecting took: Info, Elapsed (until the greeting) and Auth.
	Timing
	// Traffic says what the connection has carried: Info, Carried, and Elapsed, its age.
	Traffic
	// Discarded are unencrypted bytes that arrived where TLS must begin: Data. They are ignored.
	Discarded
	// Lost is the end of a connection, or of an attempt to make one. Err is nil if the end was intended; Text
	// describes it and Hint says what would help. Info is the connection's, nil if there was none.
	Lost
	// Note is one line of our own: Text. A line feed in it is shown as a control character.
	Note
	// Warning is one line of our own that should not be overlooked: Text.
	Warning
	// Text is the readable text of a message: Data, in UTF-8.
	Text
	// Exchange is what a message of a SASL exchange says once its base64 is decoded: Message.
	Exchange
	// Expected is the result of an expectation in a script: OK, Text (as it was written) and, if it was not met, Got.
	Expected
	// Printed is what a script prints: Text, which has the script's own line ends.
	Printed
	// Skipped says why a script is not run on this server: Text.
	Skipped
)

// Carried is what a connection has carried so far.
type Carried struct {
	conn.Traffic
	Commands int
	Trips    int // how often the server answered after something was sent
}

// A Message is one message of a SASL exchange, without its secrets.
type Message struct {
	Mechanism string
	Server    bool // it is a challenge
	Fields    []sasl.Field
}

// An Event is one thing that happened. It is valid only during Hear: a listener that needs anything of it longer must
// copy that.
type Event struct {
	Kind Kind
	Conn string // the connection's name; "" for the first one
	At   time.Time
	// Of is the command that it belongs to: the one that it answers if that is known, or else the oldest one in
	// flight; nil if there is none. It is only for display.
	Of *tagger.Command
	// Asked is set if Of asked for this data, rather than merely being the oldest command in flight.
	Asked bool
	// Elsewhere is set if a command's listeners take the event in place of the screen.
	Elsewhere bool
	// Saved names the file that the bodies in it are saved to, with %d and %u for the message's number and UID; "" if
	// there is none.
	Saved string

	// Mask knows the secrets that must not be shown in the text of Part, Data or Seen; nil if there are none. Seen is
	// masked already; Came is then its frame as received, and nil otherwise. Listeners that record the exact bytes do
	// not mask.
	Mask *Mask
	Came *wire.Frame

	Part    *wire.Part
	Seen    *tagger.Event
	Step    *tagger.Step
	Data    []byte
	Message *Message
	Info    *conn.Info
	Elapsed time.Duration
	Auth    time.Duration // how long the login took; 0 if there was none
	Carried *Carried
	Err     error
	Text    string
	Hint    string

	// For an expectation of a script: whether it was met, and what came instead.
	OK  bool
	Got string
	// File and Line (1-based) are the place in a script of the expectation, of what was sent, or of the command that
	// a response completes.
	File string
	Line int
}

// Depth says how far responses must be parsed for a listener.
type Depth uint8

const (
	// Bytes is for a listener that hears bytes as they arrive; it may get many together, in Data.
	Bytes Depth = iota
	// Frames is for one that reads the frame and status of responses but no FETCH data: it may not hear FETCH
	// responses without errors at all.
	Frames
	// EveryFrame is for one that reads the frame of every response, FETCH data included, but needs no values.
	EveryFrame
	// Values is for one that reads decoded values.
	Values
)

// A Listener hears events. Hear is called from the stream's goroutine; it must not block and must not keep the event.
type Listener interface {
	Depth() Depth
	Hear(*Event)
}

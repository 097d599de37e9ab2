// Package trace is what happens on connections, as values in one order: events, the stream they
// pass through and the listeners that hear them. It shows nothing and sends nothing.
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
	// Octets are bytes received, before anybody knows what they are: Part, or with Part nil those of
	// several parts at once in Data. Every byte received is in exactly one of them, in order.
	Octets Kind = iota
	// Response is a complete response: Seen.
	Response
	// Sent is a step as it is sent, its secrets masked: Step. Of a tagger.SendSource it names where the
	// bytes come from; they follow as SentData and SentEnd.
	Sent
	// SentData are bytes of a source: Data.
	SentData
	// SentEnd ends the literal that SentData has shown.
	SentEnd
	// Begun says that a command begins while no other is in flight.
	Begun
	// Connected says that the server has been reached and has begun to speak: Info, and in Elapsed
	// the time until it did.
	Connected
	// Secured says that TLS is in force from here on: Info.
	Secured
	// Handshake asks for all that is known of TLS: Info.
	Handshake
	// Compressed says that DEFLATE is: Info.
	Compressed
	// Timing says how long each step of connecting took: Info, in Elapsed the greeting, and Auth.
	Timing
	// Traffic says what the connection has carried: Info, Carried, and in Elapsed how long it lasts.
	Traffic
	// Discarded are bytes that came unencrypted where TLS must begin: Data. They count for nothing.
	Discarded
	// Lost is the end of a connection, or of an attempt to make one: Err is nil if we meant to;
	// Text says it in words and Hint what would help. Info is that of the connection, nil if
	// there was none.
	Lost
	// Note is one line of ours: Text. A line feed in it is a control character like any other.
	Note
	// Warning is one line of ours that should not be overlooked: Text.
	Warning
	// Text is what a message says: Data, in UTF-8.
	Text
	// Exchange is what a message of a SASL exchange says below its base64: Message.
	Exchange
	// Expected says how an expectation of a script went: OK, Text as it was written and, where it was not
	// met, Got.
	Expected
	// Printed is what a script prints: Text, whose line ends are its author's.
	Printed
	// Skipped says why a script does not run on this server: Text.
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

// An Event is one thing that happened. It is valid during Hear: a listener that needs it longer
// copies what it needs.
type Event struct {
	Kind Kind
	Conn string // the connection's name; "" for the first one
	At   time.Time
	// Of is the command in whose time it came: the one it answers as far as that is known, else
	// the oldest in flight; nil for none. It is for show.
	Of *tagger.Command
	// Asked says that it is data that Of has asked for, not what came while that was the oldest.
	Asked bool
	// Elsewhere says that listeners of a command have taken it in place of the screen.
	Elsewhere bool
	// Saved names the file that the values of bodies in it go to, with %d and %u for the message's number and
	// UID; "" for none.
	Saved string

	// Mask knows the secrets that must not be shown to people in the text of Part, Data or Seen; nil
	// if there are none. Seen is masked already: Came is its frame as it was received, nil if that
	// is no other. What takes the very bytes down is not masked.
	Mask *Mask
	Came *wire.Frame

	Part    *wire.Part
	Seen    *tagger.Event
	Step    *tagger.Step
	Data    []byte
	Message *Message
	Info    *conn.Info
	Elapsed time.Duration
	Auth    time.Duration // that the login took; 0 if there is none
	Carried *Carried
	Err     error
	Text    string
	Hint    string

	// Of what a script has to say: whether it is met, and what came in its place.
	OK  bool
	Got string
	// File and Line are where a script says so, or has what was sent, or what a response completes.
	File string
	Line int
}

// Depth is how far responses must be taken apart for a listener.
type Depth uint8

const (
	// Bytes is for a listener that hears bytes as they come; it may get many at once, in Data.
	Bytes Depth = iota
	// Frames is for one that reads a response's frame and status, but no FETCH data: a FETCH response
	// in which nothing is wrong it may not hear at all.
	Frames
	// EveryFrame is for one that reads each response's frame, FETCH data too, and needs no values.
	EveryFrame
	// Values is for one that reads decoded values.
	Values
)

// A Listener hears events. Hear must not block, and must not keep the event.
type Listener interface {
	Depth() Depth
	Hear(*Event)
}

package trace

import (
	"time"

	"imapsh/internal/wire"
	"imapsh/tagger"
)

// A Tap watches a connection that somebody else drives: it is given what goes over it, both ways,
// in order, and passes what that means to a stream. It does no I/O and answers nothing. It belongs
// to one goroutine, or to whoever holds the lock that its owner has for it.
//
// What a client sends is masked, and becomes known to the mask; what a server writes is passed on
// as it came, secrets that it echoes included: whoever shows it asks the mask.
//
// Where a connection leads, and how it ends, is known only to its owner, who passes those events to
// the stream himself.
type Tap struct {
	name   string
	now    func() time.Time
	stream *Stream
	tag    *tagger.Tagger

	framer *wire.Framer
	arena  wire.Arena
	parts  []wire.Part

	client client
	event  Event // in use while it is heard
}

// NewTap returns a tap on a new connection of this name ("" for the first one). Its secrets are
// added to the mask, which several taps may share.
func NewTap(name string, now func() time.Time, stream *Stream, mask *Mask) *Tap {
	t := &Tap{name: name, now: now, stream: stream, tag: tagger.New(name, now, &tagger.Memory{}), framer: wire.NewFramer(now)}
	t.framer.Each = true
	t.client = client{tap: t, mask: mask}
	return t
}

// Secured says that TLS is in force from here on; changed says that the session began without
// (STARTTLS), so that what the server offered then counts for nothing (RFC 9051 §6.2.1).
func (t *Tap) Secured(changed bool) {
	t.framer.TLS = true
	t.tag.Secure(changed)
}

// Session returns what the exchange has taught so far: a value, not to be changed.
func (t *Tap) Session() *tagger.Session { return t.tag.Session() }

// FromServer takes received bytes up to the end of a response, or all of them if none ends, and
// returns how many it has taken. The owner gives it the rest when it has done what a complete response
// asks of it: pass it on, change the layer. Bytes are passed to the stream, and a Response once it
// is complete.
func (t *Tap) FromServer(b []byte) (n int) {
	if len(b) == 0 {
		return 0
	}
	t.framer.Resume()
	t.arena.Reset()
	t.parts = t.framer.Feed(b, t.parts[:0], &t.arena)
	n = len(b) - len(t.framer.Rest())
	t.pass(b[:n])
	return n
}

// ServerEnds says that the server sends nothing more. What has come of a response is passed on, as
// one that is cut.
func (t *Tap) ServerEnds() {
	t.arena.Reset()
	t.parts = t.framer.Close(t.parts[:0], &t.arena)
	t.pass(nil)
}

// pass passes on the parts in hand, which b is made of.
func (t *Tap) pass(b []byte) {
	at := t.now()
	t.tag.Skim = t.stream.Depth() < Values
	if t.tag.Skim && len(b) > 0 {
		t.hear(Event{Kind: Octets, At: at, Data: b})
	}
	for i := range t.parts {
		p := &t.parts[i]
		if !t.tag.Skim {
			t.hear(Event{Kind: Octets, At: at, Part: p})
		}
		if p.Kind == wire.End {
			seen := t.tag.Observe(p.Frame)
			t.hear(Event{Kind: Response, At: p.Frame.At, Of: seen.Command, Seen: seen})
			t.client.heard(seen)
		}
	}
}

// FromClient takes what the client writes, in pieces of any size. Lines and literals are taken
// apart, and passed to the stream once they are complete: as steps with their secrets masked, or where
// a literal is large as a source without a name, with its bytes (Sent, SentData, SentEnd).
func (t *Tap) FromClient(b []byte) { t.client.take(b) }

// ClientEnds says that the client sends nothing more. What has come of a line or a literal is
// passed on.
func (t *Tap) ClientEnds() { t.client.end() }

// hear passes on an event of this connection.
func (t *Tap) hear(e Event) {
	t.event = e
	t.event.Conn = t.name
	t.stream.Hear(&t.event)
}

package trace

import (
	"time"

	"imapsh/internal/wire"
	"imapsh/tagger"
)

// A Tap watches a connection that other code drives: it is given what is sent and received, in order, and passes what
// it means to a stream. It does no I/O and answers nothing. It belongs to one goroutine, or its owner guards it with
// a lock.
//
// What a client sends is masked and added to the mask. What a server sends is passed on as it came, secrets that it
// echoes included: whoever shows it must use the mask.
//
// Only the owner knows where a connection leads and how it ends; it passes those events to the stream itself.
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

// NewTap returns a tap on a new connection called name ("" for the first one). Secrets are added to mask, which
// several taps may share.
func NewTap(name string, now func() time.Time, stream *Stream, mask *Mask) *Tap {
	t := &Tap{name: name, now: now, stream: stream, tag: tagger.New(name, now, &tagger.Memory{}), framer: wire.NewFramer(now)}
	t.framer.Each = true
	t.client = client{tap: t, mask: mask}
	return t
}

// Secured says that TLS is active from here on. changed is set if the session began without it (STARTTLS): the
// capabilities known until then are discarded (RFC 9051 §6.2.1).
func (t *Tap) Secured(changed bool) {
	t.framer.TLS = true
	t.tag.Secure(changed)
}

// Session returns what the tap has learned so far; the value must not be changed.
func (t *Tap) Session() *tagger.Session { return t.tag.Session() }

// FromServer takes received bytes up to the end of a response, or all of them if no response ends there, and returns
// how many bytes it took. The owner calls it again with the rest once it has done what the complete response asks
// for, such as changing the layer. Bytes are passed to the stream immediately, a Response once it is complete.
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

// ServerEnds says that the server sends nothing more. An unfinished response is passed on as a truncated one.
func (t *Tap) ServerEnds() {
	t.arena.Reset()
	t.parts = t.framer.Close(t.parts[:0], &t.arena)
	t.pass(nil)
}

// pass passes on the current parts, which b consists of.
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

// FromClient takes what the client writes, in pieces of any size. Lines and literals are parsed, and passed to the
// stream once they are complete: as steps with their secrets masked or, if a literal is large, as a source without a
// name and its bytes (Sent, SentData, SentEnd).
func (t *Tap) FromClient(b []byte) { t.client.take(b) }

// ClientEnds says that the client sends nothing more. An unfinished line or literal is passed on.
func (t *Tap) ClientEnds() { t.client.end() }

// hear passes on an event of this connection.
func (t *Tap) hear(e Event) {
	t.event = e
	t.event.Conn = t.name
	t.stream.Hear(&t.event)
}

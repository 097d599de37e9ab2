package check

import (
	"bytes"
	"net"
	"sync/atomic"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// A recorder is a connection that listens to itself: what is written and read is taken apart,
// judged and shown as in the shell. One goroutine reads. It is given a response only once that is
// whole and judged, and never two at once: whatever the client stumbles over is the last one heard.
type recorder struct {
	name string // "" for the first connection
	tape *tape
	link *conn.Link
	now  func() time.Time

	// Of the reader alone.
	framer *wire.Framer
	arena  wire.Arena
	chunk  []byte
	parts  []wire.Part // not yet taken
	err    error       // behind the parts
	taken  []byte      // a response, or what has come of a long one
	given  int         // octets of it given to the client

	// Under tape.mu.
	tag     *tagger.Tagger
	sending sender
	last    heard
	bye     string // text of an untagged BYE
	broken  error  // how the stream ended, nil while it has not
	exists  func(number uint32, at time.Time)

	ended atomic.Bool // closed by us
}

// heard is the last response given to the client.
type heard struct {
	number  uint64 // among all that were heard
	raw     []byte
	mailbox string
	message uint32
	uid     uint32
	odd     []wire.Oddity
	done    string // the tag of the command it completes
	cond    response.Cond
	text    string // of that, escaped
}

const readSize = 32 << 10

func newRecorder(name string, link *conn.Link, tp *tape, now func() time.Time) *recorder {
	r := &recorder{name: name, tape: tp, link: link, now: now, framer: wire.NewFramer(now), tag: tagger.New(name, now), chunk: make([]byte, readSize)}
	r.sending.r = r
	r.encrypted(false)
	return r
}

// encrypted takes note of TLS, when it is there; changed tells that the session stood before.
func (r *recorder) encrypted(changed bool) {
	if r.link.Info.State == nil {
		return
	}
	r.framer.TLS = true
	r.tag.Secure(changed)
}

// wholeMost is how much of a response is gathered before the client gets of it.
const wholeMost = 1 << 20

// Read gives what came of one response.
func (r *recorder) Read(p []byte) (int, error) {
	for r.given == len(r.taken) {
		if len(r.parts) == 0 && r.err != nil {
			return 0, r.err
		}
		r.next()
	}
	n := copy(p, r.taken[r.given:])
	r.given += n
	return n, nil
}

// next takes the next response.
func (r *recorder) next() {
	r.taken, r.given = r.taken[:0], 0
	for len(r.taken) < wholeMost {
		for len(r.parts) == 0 {
			if r.err != nil {
				return
			}
			r.fill()
		}
		part := &r.parts[0]
		r.taken = append(r.taken, part.Bytes...)
		r.take(part)
		r.parts = r.parts[1:]
		if part.Kind == wire.End {
			return
		}
	}
}

// fill reads from the socket. At the end of the stream what has come of a response is judged.
func (r *recorder) fill() {
	n, err := r.link.Read(r.chunk)
	r.arena.Reset()
	r.parts = r.framer.Feed(r.chunk[:n], nil, &r.arena)
	if err != nil {
		r.err = err
		r.tape.mu.Lock()
		r.broken = err
		r.tape.mu.Unlock()
		r.parts = r.framer.Close(r.parts, &r.arena)
	}
}

// take shows a part, and judges a response that is whole.
func (r *recorder) take(p *wire.Part) {
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	r.tape.show.Part(r.name, p)
	if p.Kind != wire.End {
		return
	}
	e := r.tag.Observe(p.Frame)
	r.tape.show.Event(e)
	r.remember(e, r.tape.find(e))
	r.sending.answered(e)
}

// remember keeps what a step may want to know of the last response.
func (r *recorder) remember(e *tagger.Event, number uint64) {
	l := &r.last
	*l = heard{number: number, raw: append(l.raw[:0], e.Frame.Raw[:min(len(e.Frame.Raw), lastKept)]...), odd: append(l.odd[:0], e.Oddities...)}
	if m := e.After.Mailbox; m != nil {
		l.mailbox = m.Name
	}
	switch v := e.Value.(type) {
	case *response.Status:
		if e.Done {
			l.done, l.cond, l.text = string(v.Tag), v.Cond, wire.EscapeString(string(v.Text))
		}
		if v.Tag == nil && v.Cond == response.BYE {
			r.bye = wire.EscapeString(string(v.Text))
		}
	case *response.Number:
		if v.Name() == "EXISTS" && r.exists != nil {
			r.exists(v.Num, e.Frame.At)
		}
	case *response.Fetch:
		l.message, l.uid = v.Seq, uidOf(v)
	}
}

// lastKept bounds what is kept of the last response.
const lastKept = 1 << 20

func uidOf(v *response.Fetch) uint32 {
	for i := range v.Items {
		if v.Items[i].Kind == response.ItemUID {
			return uint32(v.Items[i].Num)
		}
	}
	return 0
}

// Write shows what is sent, and sends it: the answer cannot be shown before.
func (r *recorder) Write(p []byte) (int, error) {
	r.tape.mu.Lock()
	r.sending.take(p)
	r.tape.mu.Unlock()
	return r.link.Write(p)
}

// Close ends the connection at once.
func (r *recorder) Close() error {
	r.ended.Store(true)
	return r.link.Abort()
}

// session is what the exchange has taught so far, a value.
func (r *recorder) session() *tagger.Session {
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	return r.tag.Session()
}

// final is the last response given to the client; it may be kept.
func (r *recorder) final() heard {
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	l := r.last
	l.raw, l.odd = bytes.Clone(l.raw), append([]wire.Oddity(nil), l.odd...)
	return l
}

// Deadlines are those of the check: the client's own, 30 s, would end a step without a word of
// what was awaited.
func (r *recorder) SetDeadline(time.Time) error      { return nil }
func (r *recorder) SetReadDeadline(time.Time) error  { return nil }
func (r *recorder) SetWriteDeadline(time.Time) error { return nil }
func (r *recorder) LocalAddr() net.Addr              { return r.link.LocalAddr() }
func (r *recorder) RemoteAddr() net.Addr             { return r.link.RemoteAddr() }

// brokenBy is how the stream ended, nil while it has not.
func (r *recorder) brokenBy() error {
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	return r.broken
}

// byeText is what came with a BYE, "" without one.
func (r *recorder) byeText() string {
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	return r.bye
}

// behind is how many octets came with the last response given and were not given yet. It is of
// the goroutine that reads.
func (r *recorder) behind() int {
	n := 0
	for _, p := range r.parts {
		n += len(p.Bytes)
	}
	return n
}

package check

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// A tapped is a connection that the ordinary client drives while a tap watches. One goroutine reads.
// It is given a response only once that is complete and judged, and never two at once: whatever the
// client stumbles over is the last one heard.
type tapped struct {
	*conn.Link
	tape *tape

	// Of the reader only.
	chunk []byte
	rest  []byte // of it, not given to the tap yet
	err   error  // after the rest
	taken []byte // a response, or what has come of a long one
	given int    // bytes of it given to the client

	// Under tape.mu.
	tap    *trace.Tap
	last   last
	broken error // how the stream ended, nil while it has not

	ended     atomic.Bool // closed by us
	answering atomic.Bool // the client answers challenges
}

const (
	readSize = 32 << 10
	// wholeMost is how much of a response is gathered before the client gets of it.
	wholeMost = 1 << 20
)

// newTapped taps a link; the name is "" for the first connection.
func newTapped(name string, link *conn.Link, tp *tape, now func() time.Time) *tapped {
	t := &tapped{Link: link, tape: tp, chunk: make([]byte, readSize), last: last{finds: &tp.finds}}
	var stream trace.Stream
	stream.Join(tp.show)
	stream.Join(&tp.finds)
	stream.Join(&t.last)
	t.tap = trace.NewTap(name, now, &stream, &tp.mask)
	return t
}

// secure puts TLS on the connection; changed says that the session began without.
func (t *tapped) secure(ctx context.Context, changed bool) error {
	if err := t.Secure(ctx); err != nil {
		return err
	}
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	t.tap.Secured(changed)
	return nil
}

// Read gives what has come of one response.
func (t *tapped) Read(p []byte) (int, error) {
	for t.given == len(t.taken) {
		if len(t.rest) == 0 && t.err != nil {
			return 0, t.err
		}
		t.next()
	}
	n := copy(p, t.taken[t.given:])
	t.given += n
	return n, nil
}

// next takes the next response.
func (t *tapped) next() {
	t.taken, t.given = t.taken[:0], 0
	for whole := false; !whole && len(t.taken) < wholeMost; {
		if len(t.rest) == 0 {
			if t.err != nil {
				return
			}
			t.fill()
		}
		whole = t.take()
	}
}

// fill reads from the socket.
func (t *tapped) fill() {
	n, err := t.Link.Read(t.chunk)
	t.rest = t.chunk[:n]
	if err != nil {
		t.err = err
		t.tape.mu.Lock()
		t.broken = err
		t.tape.mu.Unlock()
	}
}

// take lets the tap hear what has come, up to the end of a response, and reports whether one has
// ended. At the end of the stream what has come of a response is judged too.
func (t *tapped) take() (whole bool) {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	before := t.last.number
	n := t.tap.FromServer(t.rest)
	t.taken = append(t.taken, t.rest[:n]...)
	t.rest = t.rest[n:]
	if len(t.rest) == 0 && t.err != nil {
		t.tap.ServerEnds()
	}
	return t.last.number != before
}

// extra returns how many bytes came after the last response given and were not given yet. Only
// the goroutine that reads may call it.
func (t *tapped) extra() int { return len(t.rest) }

// Write shows what is sent, and sends it: the answer cannot be shown before. An empty answer the client's
// library writes as "=", which is one in an initial response only (RFC 4959 §3): it goes as it must.
func (t *tapped) Write(p []byte) (int, error) {
	if t.answering.Load() && string(p) == "=\r\n" {
		n, err := t.Write(p[1:])
		return n + 1, err
	}
	t.tape.mu.Lock()
	t.tap.FromClient(p)
	t.tape.mu.Unlock()
	return t.Link.Write(p)
}

// Close ends the connection at once.
func (t *tapped) Close() error {
	t.ended.Store(true)
	return t.Abort()
}

// Deadlines are those of the check: the client's own, 30 s, would end a step without a word of
// what it waited for.
func (t *tapped) SetDeadline(time.Time) error      { return nil }
func (t *tapped) SetReadDeadline(time.Time) error  { return nil }
func (t *tapped) SetWriteDeadline(time.Time) error { return nil }

var _ net.Conn = (*tapped)(nil)

// session is what the exchange has taught so far, a value.
func (t *tapped) session() *tagger.Session {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	return t.tap.Session()
}

// final is the last response given to the client; it may be kept.
func (t *tapped) final() heard {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	return t.last.copy()
}

// brokenBy is how the stream ended, nil while it has not.
func (t *tapped) brokenBy() error {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	return t.broken
}

// byeText is what came with a BYE, "" without one.
func (t *tapped) byeText() string {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	return t.last.bye
}

// onExists makes f hear each EXISTS; nil ends it.
func (t *tapped) onExists(f func(number uint32, at time.Time)) {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	t.last.exists = f
}

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

// A tapped is a connection that the ordinary client uses while a tap listens. One goroutine reads. The client gets
// a response only after it is complete and has been judged, and never two at a time: so the response that the
// client rejects is always the last one.
type tapped struct {
	*conn.Link
	tape *tape

	// Only the reader uses these.
	chunk []byte
	rest  []byte // the part of chunk that the tap has not got yet
	err   error  // the error after rest
	taken []byte // a response, or the first part of a long one
	given int    // how many bytes of it the client has got

	// tape.mu guards these.
	tap    *trace.Tap
	last   last
	broken error // the error that ended the stream, nil before

	ended     atomic.Bool // closed by us
	answering atomic.Bool // the client answers challenges
}

const (
	readSize = 32 << 10
	// wholeMost is how many bytes of a response are gathered at most before the client gets the first.
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

// secure starts TLS on the connection. changed says whether the session began without it.
func (t *tapped) secure(ctx context.Context, changed bool) error {
	if err := t.Secure(ctx); err != nil {
		return err
	}
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	t.tap.Secured(changed)
	return nil
}

// Read returns bytes of one response.
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

// take passes bytes to the tap, up to the end of a response, and reports whether a response has ended. At the end of
// the stream an incomplete response is judged too.
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

// extra returns how many bytes have come after the last response. Only the goroutine that reads may call it.
func (t *tapped) extra() int { return len(t.rest) }

// Write records bytes and then sends them, so that they are recorded before the answer. The client's library writes
// an empty answer to a challenge as "=", which is only right for an initial response (RFC 4959 §3): Write corrects it.
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

// Close ends the connection without waiting.
func (t *tapped) Close() error {
	t.ended.Store(true)
	return t.Abort()
}

// The check sets its own deadlines. Those of the client, 30 s, would end a step without saying what it waited
// for.
func (t *tapped) SetDeadline(time.Time) error      { return nil }
func (t *tapped) SetReadDeadline(time.Time) error  { return nil }
func (t *tapped) SetWriteDeadline(time.Time) error { return nil }

var _ net.Conn = (*tapped)(nil)

// session returns what is known about the session so far. It does not change later.
func (t *tapped) session() *tagger.Session {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	return t.tap.Session()
}

// final returns the last response passed to the client. The caller may keep it.
func (t *tapped) final() heard {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	return t.last.copy()
}

// brokenBy returns the error that ended the stream, nil before.
func (t *tapped) brokenBy() error {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	return t.broken
}

// byeText returns the text of a BYE, escaped; "" if there was none.
func (t *tapped) byeText() string {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	return t.last.bye
}

// onExists has f called for each EXISTS; nil ends that.
func (t *tapped) onExists(f func(number uint32, at time.Time)) {
	t.tape.mu.Lock()
	defer t.tape.mu.Unlock()
	t.last.exists = f
}

package check

import (
	"bytes"
	"io"
	"sync"
	"time"

	"imapsh/internal/trace"
	"imapsh/render"
)

// wireKept is how many bytes of a step's wire are kept at least; its end is what matters.
const wireKept = 256 << 10

// A tape records the exchange on all connections of a check in one order, as the shell shows it in a
// pipe. Its mutex also guards the taps, so that what is sent and received is recorded in the right order.
type tape struct {
	mu     sync.Mutex
	show   *render.Renderer
	mask   trace.Mask   // the secrets, which must not be shown anywhere
	open   []byte       // a line that is not complete yet
	wire   bytes.Buffer // the output of the renderer since the end of the step before
	passed int64        // how many bytes have been written to wire
	mark   int64        // the value of passed when a preparation began
	log    io.Writer    // nil if there is none, or after it has failed
	fail   error        // why the log ended
	finds  finder
}

func newTape(log io.Writer, now func() time.Time) *tape {
	t := &tape{log: log, finds: finder{step: &Step{}}}
	t.show = render.New(render.Options{Mode: render.Pretty, Out: t, Now: now})
	return t
}

// Write takes the output of the renderer; the mutex is held. It passes complete lines on, so that no secret is
// split. A very long line is passed on in pieces, cut where no secret is.
func (t *tape) Write(p []byte) (int, error) {
	t.open = append(t.open, p...)
	n := 0
	if i := bytes.LastIndexByte(p, '\n'); i >= 0 {
		n = len(t.open) - len(p) + i + 1
	} else if len(t.open) > wireKept {
		n = t.mask.Apart(t.open)
	}
	t.keep(n)
	return len(p), nil
}

// keep masks the first n open bytes and passes them on to the log and the wire.
func (t *tape) keep(n int) {
	if n <= 0 {
		return
	}
	b := t.mask.Of(t.open[:n])
	if t.log != nil {
		if _, err := t.log.Write(b); err != nil {
			t.log, t.fail = nil, err
		}
	}
	t.wire.Write(b)
	t.passed += int64(len(b))
	t.open = append(t.open[:0], t.open[n:]...)
	if extra := t.wire.Len() - wireKept; extra > wireKept {
		t.wire.Next(extra)
		if i := bytes.IndexByte(t.wire.Bytes(), '\n'); i >= 0 {
			t.wire.Next(i + 1)
		}
	}
}

// pause makes the renderer write what it holds back, and passes it on; the mutex is held.
func (t *tape) pause() {
	t.show.Pause()
	t.keep(len(t.open))
}

// listen sets the step to which violations are added from now on.
func (t *tape) listen(s *Step) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finds.step = s
}

// cut returns the wire of the step that ends, and begins that of the next.
func (t *tape) cut() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pause()
	b := bytes.Clone(t.wire.Bytes())
	t.wire.Reset()
	return b
}

// begin marks where a preparation begins: a new connection, a login, or selecting a mailbox.
func (t *tape) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pause()
	t.mark = t.passed
}

// forget removes the wire of a preparation from that of the step, and returns it.
func (t *tape) forget() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pause()
	at := max(0, t.wire.Len()-int(t.passed-t.mark))
	b := bytes.Clone(t.wire.Bytes()[at:])
	t.wire.Truncate(at)
	t.mark = t.passed
	return b
}

// note writes a remark of the check between the lines.
func (t *tape) note(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.show.Hear(&trace.Event{Kind: trace.Note, Text: text})
}

// hide masks a secret from now on, wherever it appears.
func (t *tape) hide(secret string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pause()
	t.mask.Add(secret)
}

package check

import (
	"bytes"
	"io"
	"sync"
	"time"

	"imapsh/internal/trace"
	"imapsh/render"
)

// wireKept bounds what is kept of a step's wire; the end of it is what matters.
const wireKept = 256 << 10

// A tape is the exchange of all connections of a check in one order, as the shell shows it in a
// pipe. Its mutex is that of the taps too, so that order and direction stay what they were.
type tape struct {
	mu     sync.Mutex
	show   *render.Renderer
	mask   trace.Mask   // what must not be shown wherever it is
	open   []byte       // a line that is not complete yet
	wire   bytes.Buffer // what was rendered since the step before ended
	passed int64        // bytes that went through wire
	mark   int64        // where in those a preparation began
	log    io.Writer    // nil if there is none; also once it has failed
	fail   error        // why the log ended
	finds  finder
}

func newTape(log io.Writer, now func() time.Time) *tape {
	t := &tape{log: log, finds: finder{step: &Step{}}}
	t.show = render.New(render.Options{Mode: render.Pretty, Out: t, Now: now})
	return t
}

// Write takes what the renderer made; the mutex is held. It continues line by line, so that a secret
// is met whole. A line without an end continues in pieces that overlap no secret.
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

// keep passes on the first bytes of what is open, masked.
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

// pause shows what is held back; the mutex is held.
func (t *tape) pause() {
	t.show.Pause()
	t.keep(len(t.open))
}

// listen makes the oddities heard from now on those of a step.
func (t *tape) listen(s *Step) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finds.step = s
}

// cut takes the wire of the step that ends. What is heard from then on belongs to the next.
func (t *tape) cut() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pause()
	b := bytes.Clone(t.wire.Bytes())
	t.wire.Reset()
	return b
}

// begin marks where a preparation begins: a new connection, a login, a selection.
func (t *tape) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pause()
	t.mark = t.passed
}

// forget takes what a preparation said out of the wire of the step, and gives it.
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

// note says something of the check's own between the lines.
func (t *tape) note(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.show.Hear(&trace.Event{Kind: trace.Note, Text: text})
}

// hide masks a secret from now on, wherever the server writes it.
func (t *tape) hide(secret string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pause()
	t.mask.Add(secret)
}

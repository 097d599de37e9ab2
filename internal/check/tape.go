package check

import (
	"bytes"
	"io"
	"sync"
	"time"

	"imapsh/render"
)

// wireKept bounds what is kept of a step's wire; the end of it is what matters.
const wireKept = 256 << 10

// A tape is the exchange of all connections of a check in one order, as the shell shows it in a
// pipe. Its mutex is that of the recorders too, so that order and direction stay what they were.
type tape struct {
	mu   sync.Mutex
	show *render.Renderer
	step bytes.Buffer // what was rendered in this step
	log  io.Writer    // nil without; also once it has failed
	fail error        // why the log ended
}

func newTape(log io.Writer, now func() time.Time) *tape {
	t := &tape{log: log}
	t.show = render.New(render.Options{Mode: render.Pretty, Out: t, Now: now})
	return t
}

// Write takes what the renderer made; the mutex is held.
func (t *tape) Write(p []byte) (int, error) {
	if t.log != nil {
		if _, err := t.log.Write(p); err != nil {
			t.log, t.fail = nil, err
		}
	}
	t.step.Write(p)
	if extra := t.step.Len() - wireKept; extra > wireKept {
		t.step.Next(extra)
		if i := bytes.IndexByte(t.step.Bytes(), '\n'); i >= 0 {
			t.step.Next(i + 1)
		}
	}
	return len(p), nil
}

// begin forgets the wire of the step before.
func (t *tape) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.show.Pause()
	t.step.Reset()
}

// cut is the wire of the step so far.
func (t *tape) cut() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.show.Pause()
	return bytes.Clone(t.step.Bytes())
}

// note says something of the check's own between the lines.
func (t *tape) note(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.show.Note(text)
}

package conn

import "sync"

// A change of layer (STARTTLS, COMPRESS) goes through a gate that stops the
// writer after the command, and the reader after its answer, until the loop
// has said how to continue:
//
//	writer   arm(tag) ─ writes the op ─ await ──────────────────────┐ continues in the new layer
//	reader   frames the response with the tag ─ park ─ the switch ─ release
//	loop                          Batch.Parked ─▶ Continue, StartTLS or Compress
//
// The reader makes the new layer: only it knows where the old one ended.
type gate struct {
	stopAfter func(tag string) // of the framer

	mu    sync.Mutex
	moved sync.Cond

	armed  bool // the writer is at a barrier that has not been released
	writer bool // the writer has also written its op
	credit int  // the first barrier among this many next ops has been released already

	reader  bool    // the reader is parked after the response of a barrier
	extra   int     // how many bytes had arrived after that response
	verdict verdict // for the reader

	next   sink // the layer in which the writer continues; nil for the same one
	ended  bool // the stream has ended: no barrier will be answered
	closed bool
}

// verdict says what a parked reader must do.
type verdict uint8

const (
	undecided verdict = iota
	goOn
	toTLS
	toDeflate
)

// arm is called with the barrier, or "", of every op that the writer takes, and reports whether the writer must
// wait after the op.
func (g *gate) arm(tag string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	credit := g.credit > 0
	if credit {
		g.credit--
	}
	switch {
	case tag == "" || g.ended || g.closed:
		return false
	case credit:
		g.credit = 0
		return false
	}
	g.armed = true
	g.stopAfter(tag)
	return true
}

// await parks the writer until it is released and returns the layer to continue in; nil for the same one.
func (g *gate) await() sink {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.writer = true
	g.moved.Broadcast()
	for g.armed && !g.closed {
		g.moved.Wait()
	}
	g.writer = false
	next := g.next
	g.next = nil
	return next
}

// release opens the barrier that the writer is at, and lets the writer continue in next (nil for the same layer).
func (g *gate) release(next sink) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open(next)
}

func (g *gate) open(next sink) {
	if g.armed {
		g.armed, g.next = false, next
		g.stopAfter("")
	}
	g.reader = false
	g.moved.Broadcast()
}

// park is called by the reader before it posts that it is parked, with the number of bytes that it has after the
// response.
func (g *gate) park(extra int) {
	g.mu.Lock()
	g.reader, g.extra, g.verdict = true, extra, undecided
	g.mu.Unlock()
}

// decided waits for the loop's verdict; undecided means that the connection has been closed.
func (g *gate) decided() verdict {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.verdict == undecided && !g.closed {
		g.moved.Wait()
	}
	if g.closed {
		return undecided
	}
	return g.verdict
}

// change gives a parked reader the verdict to change the layer. It refuses unless both sides are at the
// barrier, because ops may still be on their way in the old layer. TLS must not begin with bytes that came
// unencrypted.
func (g *gate) change(v verdict) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case !g.reader || !g.armed || g.verdict != undecided:
		return ErrNotParked
	case v == toTLS && g.extra > 0:
		return &ExtraBytes{Count: g.extra}
	}
	g.verdict = v
	g.moved.Broadcast()
	return nil
}

// goOn lets everything continue in the same layer. If a barrier's tag was answered before the writer came to
// it, the barrier is that of one of the queued ops, or of the one that the writer is just taking.
func (g *gate) goOn(queued int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.reader && g.verdict == undecided:
		g.verdict = goOn
		g.moved.Broadcast()
	case g.reader: // it is changing the layer
	case g.armed:
		g.open(nil)
	case queued > 0:
		g.credit = queued + 1
	}
}

// written waits until the writer has written the barrier's op; it returns false if the connection has been
// closed.
func (g *gate) written() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.armed && !g.writer && !g.closed {
		g.moved.Wait()
	}
	return g.armed && !g.closed
}

// end opens every barrier permanently, because the reader has ended.
func (g *gate) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
	g.open(nil)
}

// close lets both sides through permanently.
func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.moved.Broadcast()
	g.mu.Unlock()
}

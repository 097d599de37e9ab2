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
	stopAfter func(tag string) // the framer's

	mu    sync.Mutex
	moved sync.Cond

	armed  bool // the writer is at a barrier that has not been released
	writer bool // and has written its op
	credit int  // of how many ops to come the first barrier has been released already

	reader  bool    // parked after a barrier's response
	extra   int     // bytes that had come after that
	verdict verdict // for the reader

	next   sink // the layer the writer continues in; nil is the same
	ended  bool // the stream has ended: no barrier will be answered
	closed bool
}

// verdict is what a parked reader is to do.
type verdict uint8

const (
	undecided verdict = iota
	goOn
	toTLS
	toDeflate
)

// arm is told the barrier, or "", of every op that the writer takes up, and
// reports whether it must wait after that.
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

// await parks the writer until it is released and gives the layer to continue
// in, nil if that has not changed.
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

// release opens the barrier the writer is at or after, and lets it go on in
// next (nil: the same layer).
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

// park is the reader's, before it posts that it has parked, with the number of
// bytes it has after the response.
func (g *gate) park(extra int) {
	g.mu.Lock()
	g.reader, g.extra, g.verdict = true, extra, undecided
	g.mu.Unlock()
}

// decided waits for the loop's verdict; undecided is that the connection has been closed.
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

// change gives a parked reader the verdict to change the layer. It refuses
// unless both sides are at the barrier: else ops may be on their way in the old
// layer. TLS has no use for bytes that came without TLS.
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

// goOn lets everything continue in the same layer. A barrier's tag may have been
// answered before the writer came to it: then it is one of the ops queued, or
// that one which the writer is just taking up.
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

// written waits until the writer has written the barrier's op; false when the
// connection has been closed.
func (g *gate) written() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.armed && !g.writer && !g.closed {
		g.moved.Wait()
	}
	return g.armed && !g.closed
}

// end opens every barrier for good: the reader has ended.
func (g *gate) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
	g.open(nil)
}

// close lets everybody through for good.
func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.moved.Broadcast()
	g.mu.Unlock()
}

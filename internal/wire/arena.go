package wire

// An Arena holds what the parts of one batch point to besides the chunk: frames,
// literals and the bytes of responses that began in an earlier chunk. It belongs to
// the batch, as the chunk does. The zero value is ready; reuse it for few allocations.
type Arena struct {
	frames   []Frame
	literals []Literal
	copied   []byte // of one response; the framer gets it back through another arena's spare
	spare    []byte
}

// What an arena keeps for the next batch is bounded, so that one batch of a million
// empty lines is not paid forever after.
const (
	spareFrames   = 8 << 10
	spareLiterals = 16 << 10
	spareBytes    = 1 << 20
)

// Reset makes the memory free for another batch. No part or frame made with the arena may
// be used any longer.
func (a *Arena) Reset() {
	clear(a.frames) // lets go of what they point to
	a.frames = a.frames[:0]
	if cap(a.frames) > spareFrames {
		a.frames = nil
	}
	a.literals = a.literals[:0]
	if cap(a.literals) > spareLiterals {
		a.literals = nil
	}
	if a.copied != nil {
		a.spare, a.copied = a.copied[:0], nil
	}
}

// frame is a place for a frame. Earlier frames stay where they are.
func (a *Arena) frame() *Frame {
	if len(a.frames) == cap(a.frames) {
		a.frames = make([]Frame, 0, max(16, 2*cap(a.frames)))
	}
	a.frames = a.frames[:len(a.frames)+1]
	return &a.frames[len(a.frames)-1]
}

// copyLiterals is a copy of from, nil when that is empty.
func (a *Arena) copyLiterals(from []Literal) []Literal {
	if len(from) == 0 {
		return nil
	}
	if cap(a.literals)-len(a.literals) < len(from) {
		a.literals = make([]Literal, 0, max(16, 2*cap(a.literals), len(from)))
	}
	start := len(a.literals)
	a.literals = append(a.literals, from...)
	return a.literals[start:len(a.literals):len(a.literals)]
}

// copyLiteral is where a copy of l is.
func (a *Arena) copyLiteral(l Literal) *Literal {
	if cap(a.literals) == len(a.literals) {
		a.literals = make([]Literal, 0, max(16, 2*cap(a.literals)))
	}
	a.literals = append(a.literals, l)
	return &a.literals[len(a.literals)-1]
}

// own takes over the bytes of a response, whose batch this is, and gives memory for the next.
func (a *Arena) own(kept []byte) (spare []byte) {
	if a.copied != nil || cap(kept) > spareBytes {
		return nil
	}
	a.copied = kept
	spare, a.spare = a.spare, nil
	return spare
}

package wire

// An Arena holds what the parts of one batch point to, other than the chunk: frames, literals and the
// bytes of responses that began in an earlier chunk. Like the chunk, it belongs to the batch. The zero
// value is ready to use; reuse it to save allocations.
type Arena struct {
	frames   []Frame
	literals []Literal
	copied   []byte // of one response; the framer gets it back through another arena's spare
	spare    []byte
}

// Limits of what an arena keeps for the next batch, so that one batch of a million empty lines does
// not hold its memory forever.
const (
	spareFrames   = 8 << 10
	spareLiterals = 16 << 10
	spareBytes    = 1 << 20
)

// Reset frees the memory for the next batch. Parts and frames made with the arena must not be used
// after it.
func (a *Arena) Reset() {
	clear(a.frames) // so that what they point to can be freed
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

// frame returns room for a frame. Earlier frames do not move.
func (a *Arena) frame() *Frame {
	if len(a.frames) == cap(a.frames) {
		a.frames = make([]Frame, 0, max(16, 2*cap(a.frames)))
	}
	a.frames = a.frames[:len(a.frames)+1]
	return &a.frames[len(a.frames)-1]
}

// copyLiterals returns a copy of from; nil if it is empty.
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

// copyLiteral returns a pointer to a copy of l.
func (a *Arena) copyLiteral(l Literal) *Literal {
	if cap(a.literals) == len(a.literals) {
		a.literals = make([]Literal, 0, max(16, 2*cap(a.literals)))
	}
	a.literals = append(a.literals, l)
	return &a.literals[len(a.literals)-1]
}

// own takes over the bytes of a response that ends in this batch, and returns memory for the next
// response; nil if there is none to spare.
func (a *Arena) own(kept []byte) (spare []byte) {
	if a.copied != nil || cap(kept) > spareBytes {
		return nil
	}
	a.copied = kept
	spare, a.spare = a.spare, nil
	return spare
}

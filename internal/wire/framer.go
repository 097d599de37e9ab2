package wire

import (
	"sync/atomic"
	"time"
)

// The default limits of what is kept in memory of one response; see Framer.
const (
	DefaultMaxLiteral  = 1 << 20 // bytes
	DefaultMaxKept     = 8 << 20 // bytes
	DefaultMaxLiterals = 1 << 16 // literals
)

// A Framer splits a stream into parts and frames. It looks only at line ends and at what comes just
// before them, so that a malformed response cannot spoil the next. StopAfter may be called by any
// goroutine, everything else only by the one that reads.
//
// What is larger than the limits is passed on as parts and counted, but not kept.
// An announced size is never allocated in advance.
type Framer struct {
	Now func() time.Time // called once by each Feed
	TLS bool             // copied into the frames
	// GaveUp is set before Close if it was not the server that ended the stream: nobody waits any longer.
	GaveUp bool

	MaxLiteral  int64 // bytes: a literal announced as larger spills
	MaxKept     int   // bytes kept of one response
	MaxLiterals int   // literals listed of one response; text after them is clipped

	// Each makes Feed stop after every response, not only after the one that StopAfter names.
	Each bool

	stop    atomic.Pointer[string]
	stopped bool
	rest    []byte

	// The response in progress.
	kept      []byte    // the part of its Raw that is in earlier chunks or before something spilled
	lent      bool      // a snapshot shares kept
	size      int64     // its bytes on the wire
	clipped   int64     // its bytes of text that are not kept
	full      bool      // the rest of it is not kept
	continued bool      // its first line has been read
	literals  []Literal // those listed
	shared    bool      // a snapshot shares literals
	odd       []Oddity

	inLine int            // bytes of the current line that came in earlier chunks
	tail   []byte         // the last of these
	window [tailSize]byte // the memory of tail

	literal Literal // the literal in progress
	left    int64   // bytes of it to come
	listed  bool    // it is the last of literals
}

// NewFramer returns a framer with the default limits.
func NewFramer(now func() time.Time) *Framer {
	return &Framer{Now: now, MaxLiteral: DefaultMaxLiteral, MaxKept: DefaultMaxKept, MaxLiterals: DefaultMaxLiterals}
}

// StopAfter makes Feed stop after the response with this tag, so that the caller can read what follows
// in another layer. Call it before the command is sent; "" clears it.
func (f *Framer) StopAfter(tag string) {
	if tag == "" {
		f.stop.Store(nil)
		return
	}
	f.stop.Store(&tag)
}

// Stopped reports whether Feed has stopped: after the response that StopAfter named or, with Each, after
// any. It takes nothing more until Resume.
func (f *Framer) Stopped() bool { return f.stopped }

// Rest returns the part of the last chunk that Feed did not take because it had stopped. It aliases the chunk.
func (f *Framer) Rest() []byte { return f.rest }

// Resume lets Feed continue, and drops the rest: feed it again, or give it to the new layer.
func (f *Framer) Resume() { f.stopped, f.rest = false, nil }

// Unfinished returns how many bytes have arrived of a response that is not complete, and those of them
// that are kept, which are valid until the next Feed. n is 0 between responses.
func (f *Framer) Unfinished() (n int64, raw []byte) { return f.size, f.kept }

// Literal returns the announced size in bytes of the literal in progress, and how many are still to come;
// 0, 0 if there is none.
func (f *Framer) Literal() (size, left int64) {
	if f.left == 0 {
		return 0, 0
	}
	return f.literal.Size, f.left
}

// Feed appends the parts of chunk to parts. They alias chunk and the memory of a, which must not change
// until the parts have been used.
func (f *Framer) Feed(chunk []byte, parts []Part, a *Arena) []Part {
	if f.stopped {
		f.rest = chunk
		return parts
	}
	r := run{f: f, a: a, chunk: chunk, parts: parts, at: f.Now()}
	for r.pos < len(chunk) {
		if f.left > 0 {
			r.readLiteral()
		} else {
			r.readLine()
		}
		if f.stopped {
			f.rest = chunk[r.pos:]
			return r.parts
		}
	}
	r.keep()
	return r.parts
}

// Close ends the stream: it appends the End of a response that is not complete, with Frame.Cut set.
func (f *Framer) Close(parts []Part, a *Arena) []Part {
	if f.size == 0 {
		return parts
	}
	f.addUnfinished()
	r := run{f: f, a: a, parts: parts, at: f.Now()}
	r.end()
	r.parts[len(r.parts)-1].Frame.Cut = true
	f.inLine, f.tail = 0, nil
	return r.parts
}

// maxOdd is how many oddities of one response are listed at most.
const maxOdd = 64

func (f *Framer) addOdd(name string, off int, args ...any) {
	if len(f.odd) < maxOdd {
		f.odd = append(f.odd, deviations.Oddity(name, off, args...))
	}
}

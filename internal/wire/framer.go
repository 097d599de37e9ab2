package wire

import (
	"sync/atomic"
	"time"
)

// Limits of what of one response is kept in memory; see Framer.
const (
	DefaultMaxLiteral  = 1 << 20
	DefaultMaxKept     = 8 << 20
	DefaultMaxLiterals = 1 << 16
)

// A Framer cuts a stream into parts and frames. It looks at no more than line
// ends and what comes before them, so that a malformed response cannot spoil
// the next. StopAfter is for any goroutine, all else for the one that reads.
//
// What is larger than the limits passes as parts and is counted, not kept.
// An announced size is never allocated.
type Framer struct {
	Now func() time.Time // asked once a Feed
	TLS bool             // copied into the frames
	// GaveUp is set before Close if it is not the server that has ended the stream: nobody waits any longer.
	GaveUp bool

	MaxLiteral  int64 // bytes: a literal announced larger spills
	MaxKept     int   // bytes kept of one response
	MaxLiterals int   // literals listed of one response; text after them is clipped

	// Each makes Feed stop after every response, not only after the one that StopAfter names.
	Each bool

	stop    atomic.Pointer[string]
	stopped bool
	rest    []byte

	// The response that is not complete yet.
	kept      []byte    // of its Raw, what lies in earlier chunks or before something spilled
	lent      bool      // some snapshot shares kept
	size      int64     // its bytes on the wire
	clipped   int64     // its bytes of text not kept
	full      bool      // nothing further of it is kept
	continued bool      // its first line is after us
	literals  []Literal // those listed
	shared    bool      // some snapshot shares literals
	odd       []Oddity

	inLine int            // bytes of the line in hand that earlier chunks gave
	tail   []byte         // the last of these
	window [tailSize]byte // where tail is

	literal Literal // the literal in hand
	left    int64   // bytes of it to come
	listed  bool    // it is the last of literals
}

// NewFramer is a framer with the default limits.
func NewFramer(now func() time.Time) *Framer {
	return &Framer{Now: now, MaxLiteral: DefaultMaxLiteral, MaxKept: DefaultMaxKept, MaxLiterals: DefaultMaxLiterals}
}

// StopAfter makes Feed stop after the response with this tag, so that what
// follows can be read in another layer. It is set before the command is sent;
// "" lifts it.
func (f *Framer) StopAfter(tag string) {
	if tag == "" {
		f.stop.Store(nil)
		return
	}
	f.stop.Store(&tag)
}

// Stopped says that Feed has stopped after the response StopAfter named, or with Each any. It takes
// nothing more until Resume.
func (f *Framer) Stopped() bool { return f.stopped }

// Rest is what of the last chunk Feed did not take because it had stopped. It aliases the chunk.
func (f *Framer) Rest() []byte { return f.rest }

// Resume lets Feed continue. What Rest gave is forgotten: feed it again, or give it to the new layer.
func (f *Framer) Resume() { f.stopped, f.rest = false, nil }

// Unfinished is what has come of a response that is not complete: how many bytes, and those
// kept, which are valid until the next Feed. n is 0 between responses.
func (f *Framer) Unfinished() (n int64, raw []byte) { return f.size, f.kept }

// Literal is the literal in hand: its bytes as announced, and how many are to come; 0, 0 if none is.
func (f *Framer) Literal() (size, left int64) {
	if f.left == 0 {
		return 0, 0
	}
	return f.literal.Size, f.left
}

// Feed appends the parts of chunk to parts. They alias chunk and what is in a: both must stay as they
// are until the parts have been used.
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

// Close appends, at the end of the stream, the End of a response that is not complete.
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

// maxOdd bounds the oddities listed of one response.
const maxOdd = 64

func (f *Framer) addOdd(name string, off int, args ...any) {
	if len(f.odd) < maxOdd {
		f.odd = append(f.odd, deviations.Oddity(name, off, args...))
	}
}

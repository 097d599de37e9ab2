package wire

import (
	"bytes"
	"math"
	"time"
)

// tailSize is how many bytes at the end of a line are searched for the announcement of a literal:
// enough for "~{", the digits of an int64 and "+}" CRLF, and for some more to say what is wrong.
const tailSize = 64

// A run is one Feed. Of the response in progress, chunk[from:pos] is to be kept but has not yet been
// appended to Framer.kept.
type run struct {
	f         *Framer
	a         *Arena
	chunk     []byte
	from, pos int
	parts     []Part
	at        time.Time
	shot      *Frame // the snapshot for parts that are not kept
}

// rawLen returns the length so far of the response's Raw.
func (r *run) rawLen() int { return len(r.f.kept) + r.pos - r.from }

// back returns the offset in Raw n bytes before what has been read; the end of Raw if that is not kept.
func (r *run) back(n int) int {
	if r.f.clipped > 0 {
		return r.rawLen()
	}
	return r.rawLen() - n
}

// readLine takes a line, or its start if the chunk ends in it.
func (r *run) readLine() {
	f := r.f
	n := bytes.IndexByte(r.chunk[r.pos:], '\n') + 1
	if n == 0 {
		line := r.chunk[r.pos:]
		f.inLine += len(line)
		f.tail = appendTail(f.tail, f.window[:0], line)
		r.text(len(line))
		return
	}
	line := r.chunk[r.pos : r.pos+n]
	r.text(n)
	if f.inLine > 0 {
		line = appendTail(f.tail, f.window[:0], line)
		f.inLine, f.tail = 0, nil
	}

	end := len(line) - 1
	if end > 0 && line[end-1] == '\r' {
		end--
	} else {
		f.addOdd("bare-lf", r.back(1))
	}
	if end > 0 && line[end-1] == '}' {
		line = line[max(0, len(line)-tailSize):]
		if (f.continued || !r.human()) && r.announced(line) {
			return
		}
	}
	r.end()
}

// human reports whether the response's first line ends in text for people, which announces no literal.
func (r *run) human() bool {
	head := r.chunk[r.from:r.pos]
	if len(r.f.kept) > 0 {
		r.keep()
		head = r.f.kept
	}
	if head[0] == '+' {
		return true
	}
	_, _, ok := condition(head)
	return ok
}

// announced begins the literal that a line announces, and reports whether it announces one. tail is the end
// of the line, "}" and the line end included. If its size is not valid, the line is text.
//
//	literal  = "{" number64 ["+"] "}" CRLF *CHAR8    (RFC 9051 §9)
//	literal8 = "~{" number64 "}" CRLF *OCTET
func (r *run) announced(tail []byte) bool {
	brace := bytes.LastIndexByte(tail, '}')
	last := brace
	if last > 0 && tail[last-1] == '+' {
		last--
	}
	first := last
	for first > 0 && tail[first-1]-'0' <= 9 {
		first--
	}
	if first > 0 && tail[first-1] == '{' {
		if n, ok := Number(tail[first:last]); ok && n <= math.MaxInt64 {
			r.begin(Literal{Size: int64(n), Binary: first > 1 && tail[first-2] == '~'})
			return true
		}
	}
	if first > 0 {
		// Anything else in braces is a bad size only if it is one word.
		first = bytes.LastIndexByte(tail, '{') + 1
		if first == 0 || bytes.ContainsAny(tail[first:brace], " ()\"{}") {
			return false
		}
	}
	r.f.addOdd("bad-literal-size", r.back(len(tail)-max(0, first-1)))
	return false
}

// begin makes l the literal in progress.
func (r *run) begin(l Literal) {
	f := r.f
	l.At = r.rawLen()
	f.listed = len(f.literals) < f.MaxLiterals
	if !f.listed && !f.full {
		f.full, r.shot = true, nil
	}
	l.Spilled = f.full || l.Size > f.MaxLiteral || l.Size > int64(f.MaxKept-l.At)
	if f.listed {
		f.literals = append(f.literals, l)
	}
	f.literal, f.left, f.continued = l, l.Size, true
	if !f.full {
		r.shot = nil // if full, nothing has been kept since the snapshot
	}
}

// readLiteral takes bytes of the literal in progress.
func (r *run) readLiteral() {
	f, l := r.f, &r.f.literal
	n := int(min(f.left, int64(len(r.chunk)-r.pos)))
	p := Part{Kind: LiteralData, Bytes: r.chunk[r.pos : r.pos+n]}
	f.left -= int64(n)
	f.size += int64(n)
	if l.Spilled {
		r.keep()
		p.Frame = r.snapshot()
		if l.Size <= f.MaxLiteral {
			p.Kind = Overflow
		}
		r.pos += n
		r.from = r.pos
	} else {
		l.Kept += n
		r.pos += n
	}
	if f.listed && !l.Spilled { // otherwise nothing has changed, and a snapshot may share the list
		f.literals[len(f.literals)-1] = *l
	}
	p.Literal = r.a.copyLiteral(*l)
	r.parts = append(r.parts, p)
}

// text takes n bytes of a line.
func (r *run) text(n int) {
	f := r.f
	f.size += int64(n)
	room := f.MaxKept - r.rawLen()
	if f.full {
		room = 0
	}
	if n <= room {
		r.parts = append(r.parts, Part{Kind: Text, Bytes: r.chunk[r.pos : r.pos+n]})
		r.pos += n
		return
	}
	if room > 0 {
		r.parts = append(r.parts, Part{Kind: Text, Bytes: r.chunk[r.pos : r.pos+room]})
		r.pos += room
		n -= room
	}
	r.keep()
	if !f.full {
		f.full, r.shot = true, nil
	}
	f.clipped += int64(n)
	r.parts = append(r.parts, Part{Kind: Overflow, Bytes: r.chunk[r.pos : r.pos+n], Frame: r.snapshot()})
	r.pos += n
	r.from = r.pos
}

// keep copies the bytes of the chunk that are to be kept.
func (r *run) keep() {
	f, b := r.f, r.chunk[r.from:r.pos]
	if need := len(f.kept) + len(b); need > cap(f.kept) {
		// Never beyond the limit, even if append would reserve more.
		grown := make([]byte, len(f.kept), max(need, min(2*cap(f.kept), f.MaxKept), 4096))
		copy(grown, f.kept)
		f.kept, f.lent = grown, false
	}
	f.kept = append(f.kept, b...)
	r.from = r.pos
}

// snapshot returns the response as far as it is kept. All of it has been copied.
func (r *run) snapshot() *Frame {
	if r.shot == nil {
		f := r.f
		f.lent, f.shared = true, true
		r.shot = r.a.frame()
		*r.shot = Frame{
			At: r.at, TLS: f.TLS, Raw: f.kept[:len(f.kept):len(f.kept)], Size: f.size,
			Literals: f.literals[:len(f.literals):len(f.literals)], Odd: f.odd[:len(f.odd):len(f.odd)], Clipped: f.clipped,
		}
	}
	return r.shot
}

// end makes a frame of the response in progress.
func (r *run) end() {
	f := r.f
	raw := r.chunk[r.from:r.pos:r.pos]
	if len(f.kept) > 0 {
		r.keep()
		raw = f.kept
		if f.lent {
			f.kept = nil
		} else {
			f.kept = r.a.own(f.kept)
		}
	}
	literals := f.literals
	if f.shared {
		f.literals, f.shared = nil, false
	} else {
		literals = r.a.copyLiterals(literals)
	}
	frame := r.a.frame()
	*frame = Frame{
		At: r.at, TLS: f.TLS, Raw: raw, Size: f.size, Odd: f.odd,
		Literals: literals, Clipped: f.clipped, Fetch: isFetch(raw),
	}
	r.parts = append(r.parts, Part{Kind: End, Frame: frame})
	r.from = r.pos

	f.lent, f.size, f.clipped, f.full, f.continued = false, 0, 0, false, false
	f.literals, f.odd, f.left = f.literals[:0], nil, 0
	f.stopped = f.Each
	if tag := f.stop.Load(); tag != nil && hasTag(raw, *tag) && f.stop.CompareAndSwap(tag, nil) {
		f.stopped = true
	}
}

// hasTag reports whether raw is a response with this tag.
func hasTag(raw []byte, tag string) bool {
	return len(raw) > len(tag) && string(raw[:len(tag)]) == tag && raw[len(tag)] <= ' '
}

// isFetch reports whether raw begins with "* n FETCH ".
func isFetch(raw []byte) bool {
	if len(raw) < 10 || raw[0] != '*' || raw[1] != ' ' {
		return false
	}
	i := 2
	for i < len(raw) && raw[i]-'0' <= 9 {
		i++
	}
	return i > 2 && i+7 <= len(raw) && string(raw[i:i+7]) == " FETCH "
}

// appendTail returns the last tailSize bytes of tail and line, in window.
func appendTail(tail, window, line []byte) []byte {
	if len(line) >= tailSize {
		return append(window, line[len(line)-tailSize:]...)
	}
	drop := max(0, len(tail)+len(line)-tailSize)
	return append(append(window, tail[drop:]...), line...)
}

package render

import (
	"bytes"
	"io"
	"slices"
)

// outputSize is how many bytes of output are collected before they are written.
const outputSize = 64 << 10

// output collects what is written to w. The first error is kept and ends all writing.
type output struct {
	w io.Writer
	// lines says that w must get only complete lines, because it is a terminal that may show a prompt. A line
	// longer than outputSize is broken.
	lines bool
	buf   []byte
	err   error
	total int64 // bytes written
}

// commit writes what has been collected once there is enough of it.
func (o *output) commit() {
	if len(o.buf) >= outputSize {
		o.flush()
	}
}

// reserve makes room for n bytes in one step.
func (o *output) reserve(n int) {
	o.flush()
	o.buf = slices.Grow(o.buf, n)
}

func (o *output) flush() {
	n := len(o.buf)
	if o.lines {
		n = bytes.LastIndexByte(o.buf, '\n') + 1
		if n == 0 && len(o.buf) >= outputSize {
			o.buf = append(o.buf, '\n')
			n = len(o.buf)
		}
	}
	if n == 0 {
		return
	}
	o.write(o.buf[:n])
	rest := copy(o.buf, o.buf[n:])
	o.buf = o.buf[:rest]
	if cap(o.buf) > 16*outputSize && rest == 0 {
		o.buf = nil
	}
}

// through writes b after what has been collected; if b is long it is not copied.
func (o *output) through(b []byte) {
	if len(b) < outputSize/4 || o.lines {
		o.buf = append(o.buf, b...)
		o.commit()
		return
	}
	o.flush()
	o.write(b)
}

func (o *output) write(b []byte) {
	o.total += int64(len(b))
	if o.err == nil && o.w != nil {
		_, o.err = o.w.Write(b)
	}
}

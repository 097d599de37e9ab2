package render

import "io"

// outputSize is how much output is gathered before it is written.
const outputSize = 64 << 10

// output gathers whole lines for a writer, so that a terminal never gets half of one. The
// first error is remembered and ends all writing.
type output struct {
	w   io.Writer
	buf []byte
	err error
}

// commit writes what has been gathered once that is much.
func (o *output) commit() {
	if len(o.buf) >= outputSize {
		o.flush()
	}
}

func (o *output) flush() {
	if len(o.buf) > 0 {
		o.write(o.buf)
		o.buf = o.buf[:0]
		if cap(o.buf) > 16*outputSize {
			o.buf = nil
		}
	}
}

// through writes b behind what has been gathered, without gathering it when it is much itself.
func (o *output) through(b []byte) {
	if len(b) < outputSize/4 {
		o.buf = append(o.buf, b...)
		o.commit()
		return
	}
	o.flush()
	o.write(b)
}

func (o *output) write(b []byte) {
	if o.err == nil && o.w != nil {
		_, o.err = o.w.Write(b)
	}
}

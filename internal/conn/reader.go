package conn

import (
	"compress/flate"
	"errors"
	"io"
	"os"
	"time"
)

// A reader is the goroutine that takes what the server sends: each read of the topmost layer, framed, is one
// batch.
type reader struct {
	c    *Conn
	in   io.Reader // the topmost layer
	most int       // the most bytes of the next read
}

func (r *reader) run() {
	c := r.c
	defer c.running.Done()
	defer c.moved()
	defer close(c.batches)
	r.most = readSize
	size := firstRead
	for {
		b := c.newBatch(size)
		if c.failed.Load() != nil {
			c.link.SetReadDeadline(time.Now().Add(lastWords))
		}
		n, err := r.in.Read(b.buf[:min(size, r.most)])
		if n == size {
			size = min(2*size, readSize)
		}
		c.received.imap.Add(int64(n))
		if n > 0 && !r.frame(b, b.buf[:n]) {
			return
		}
		if err != nil {
			if n > 0 {
				b = c.newBatch(0)
			}
			r.end(b, err)
			return
		}
		if n == 0 {
			b.Release()
		}
	}
}

// frame posts bytes, which are in b's buffer, as b; if there is a barrier in them, it posts the rest as further
// batches. It returns false if the stream has ended.
func (r *reader) frame(b *Batch, octets []byte) bool {
	for len(octets) > 0 {
		b.feed(r.c.framer, octets)
		// Short lines make many parts of few bytes: smaller reads limit the memory of the batches that
		// are ahead.
		r.most = min(readSize, max(denseRead, len(octets)*partsAimed/max(1, len(b.Parts))))
		if !b.Parked {
			return r.post(b)
		}
		rest := append([]byte(nil), b.Rest...)
		r.c.gate.park(len(rest))
		if !r.post(b) {
			return false
		}
		verdict := r.c.gate.decided()
		r.c.framer.Resume()
		switch verdict {
		case goOn:
			r.c.gate.release(nil)
			b = r.c.newBatch(len(rest))
			octets = b.buf[:copy(b.buf, rest)]
			if len(octets) == 0 {
				b.Release()
			}
		case toTLS, toDeflate:
			return r.change(verdict, rest)
		default:
			return false
		}
	}
	return true
}

// change makes the new layer once the writer has nothing on its way in the old one, posts the outcome, and lets
// the writer continue.
func (r *reader) change(v verdict, rest []byte) bool {
	c := r.c
	if !c.gate.written() {
		return false
	}
	b := c.newBatch(0)
	b.Switched = true
	var next sink
	if v == toDeflate {
		r.in, next = c.deflate(rest)
	} else if in, out, err := c.encrypt(); err != nil {
		r.stop(b, err)
		return false
	} else {
		r.in, next = in, out
	}
	c.gate.release(next)
	return r.post(b)
}

// post hands a batch to the loop; it returns false if the connection has been closed.
func (r *reader) post(b *Batch) bool {
	select {
	case r.c.batches <- b:
		r.c.moved()
		return true
	case <-r.c.closed:
		return false
	}
}

// end posts the last batch.
func (r *reader) end(b *Batch, err error) {
	r.c.framer.GaveUp = errors.Is(err, os.ErrDeadlineExceeded) // HangUp sets the deadline
	b.Parts = r.c.framer.Close(b.Parts, &b.arena)
	r.stop(b, r.c.lastError(err))
}

// stop posts a batch that ends the stream, and makes the writer refuse to send, because nothing would be
// answered.
func (r *reader) stop(b *Batch, err error) {
	b.Err = err
	if err == io.EOF {
		err = because(err, "the server closed the connection")
	}
	var e *Error
	if errors.As(err, &e) {
		err = e.Err
	}
	r.c.fail(err)
	r.c.gate.end()
	r.post(b)
}

// lastError returns why the stream has ended; err, from the read, may not say it.
func (c *Conn) lastError(err error) error {
	failed := c.failed.Load()
	t, tunnelled := c.link.Conn.(*tunnel)
	switch {
	case failed != nil && (err == io.EOF || errors.Is(err, os.ErrDeadlineExceeded)):
		return failed
	case tunnelled && err == io.EOF:
		if status := t.status(); status != nil {
			return &Error{Phase: Ended, Target: c.target, Err: status}
		}
		return err
	case err == io.EOF:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = because(err, "the server closed the connection inside a TLS record")
	case errors.As(err, new(flate.CorruptInputError)):
		err = because(err, "the server's data is not compressed as agreed (%v)", err)
	default:
		err = plain(err, 0)
	}
	return &Error{Phase: Reading, Target: c.target, Err: err, Hint: alertHint(err, c.Info().Asked)}
}

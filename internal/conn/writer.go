package conn

import (
	"io"
	"net"
)

const (
	writeSize   = 64 << 10 // octets gathered for one write at most, and of a source read at once
	waitingMost = 1 << 10  // ops whose Done waits for a write
	emptyMost   = 100      // reads of a source that give neither octets nor an error
)

// A writer is the goroutine that sends ops. It gathers what is waiting, so
// that many short ops cost one write.
type writer struct {
	c    *Conn
	out  sink          // the layer in force
	buf  []byte        // not written yet
	done []func(error) // to be called when that is written
}

func (w *writer) run() {
	c := w.c
	defer c.running.Done()
	w.buf = make([]byte, 0, writeSize)
	for {
		var op Op
		select {
		case op = <-c.queue:
		default:
			w.flush()
			select {
			case op = <-c.queue:
			case <-c.closed:
				w.drain()
				return
			}
		}
		w.send(op)
	}
}

// drain fails what is still in the queue of a closed connection.
func (w *writer) drain() {
	for {
		select {
		case op := <-w.c.queue:
			if op.Done != nil {
				op.Done(net.ErrClosed)
			}
		default:
			return
		}
	}
}

// send takes an op in hand: it is written by the next flush.
func (w *writer) send(op Op) {
	parks := w.c.gate.arm(op.Barrier)
	err := w.broken()
	if err == nil {
		err = w.gather(op)
	}
	if op.Done != nil { // not before: gathering may have told those who waited
		w.done = append(w.done, op.Done)
	}
	if err == nil && (parks || len(w.done) >= waitingMost) {
		err = w.flush()
	}
	switch {
	case err != nil:
		w.settle(err)
		if parks {
			w.c.gate.release(nil)
		}
	case parks:
		if next := w.c.gate.await(); next != nil {
			w.out = next
		}
	}
}

// broken is why nothing can be sent any more, nil while it can.
func (w *writer) broken() error {
	if w.c.isClosed() {
		return net.ErrClosed
	}
	if e := w.c.failed.Load(); e != nil {
		return e
	}
	return nil
}

// gather puts an op's octets behind those waiting, writing whenever the buffer is full.
func (w *writer) gather(op Op) error {
	for b := op.Bytes; len(b) > 0; {
		n := min(len(b), writeSize-len(w.buf))
		w.buf, b = append(w.buf, b[:n]...), b[n:]
		if len(w.buf) == writeSize {
			if err := w.write(); err != nil {
				return err
			}
		}
	}
	if op.Source == nil {
		return nil
	}
	return w.copySource(op.Source, op.Size)
}

// copySource gathers exactly size octets of a source. When it has fewer the
// server, which was told a size, would take the next commands for the rest:
// the connection is closed for writing, and what the server says to that is still read.
func (w *writer) copySource(source io.Reader, size int64) error {
	empty := 0
	for left := size; left > 0; {
		room := w.buf[len(w.buf):writeSize]
		if int64(len(room)) > left {
			room = room[:left]
		}
		n, err := source.Read(room)
		w.buf = w.buf[:len(w.buf)+n]
		left -= int64(n)
		if empty++; n > 0 {
			empty = 0
		} else if err == nil && empty == emptyMost {
			err = io.ErrNoProgress
		}
		if left > 0 && err != nil {
			return w.giveUp(size-left, size, err)
		}
		// A source that gives less than there is room for may be slow.
		if len(w.buf) == writeSize || n < len(room) {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// giveUp sends what there is of a source that failed and closes for writing.
func (w *writer) giveUp(n, size int64, err error) error {
	short := because(err, "the source failed after %d of %d octets: %v", n, size, err)
	if err == io.EOF {
		short = because(io.ErrUnexpectedEOF, "the source ended after %d of %d octets", n, size)
	}
	if err := w.flush(); err != nil {
		return err
	}
	defer w.c.closeWrite()
	return w.c.fail(short)
}

// flush writes all there is and tells those who wait for it.
func (w *writer) flush() error {
	if len(w.buf) == 0 && len(w.done) == 0 {
		return nil
	}
	err := w.write()
	if err == nil {
		if err = w.out.Flush(); err != nil {
			err = w.c.fail(plain(err, 0))
		}
	}
	w.settle(err)
	return err
}

// write hands the buffer to the layer.
func (w *writer) write() error {
	if len(w.buf) == 0 {
		return w.broken()
	}
	_, err := w.out.Write(w.buf)
	w.buf = w.buf[:0]
	if err == nil {
		return nil
	}
	if w.c.isClosed() {
		return net.ErrClosed
	}
	return w.c.fail(plain(err, 0))
}

// settle calls every Done that waits.
func (w *writer) settle(err error) {
	for i, done := range w.done {
		done(err)
		w.done[i] = nil
	}
	w.done = w.done[:0]
}

// closeWrite tells the server that nothing more will come.
func (c *Conn) closeWrite() {
	if secure := c.secure.Load(); secure != nil {
		secure.CloseWrite()
	}
	if half, ok := c.link.(halfCloser); ok {
		half.CloseWrite()
		return
	}
	c.link.Close()
}

package conn

import (
	"net"
)

const (
	writeFirst  = 4 << 10  // bytes that the buffer has room for at first
	writeSize   = 64 << 10 // the most bytes collected for one write
	waitingMost = 1 << 10  // the most ops whose Done waits for a write
)

// A writer is the goroutine that sends ops. It collects the ops that are waiting, so that many short ones cost one
// write.
type writer struct {
	c    *Conn
	out  sink          // the topmost layer
	buf  []byte        // not written yet
	done []func(error) // to be called when buf is written
}

func (w *writer) run() {
	c := w.c
	defer c.running.Done()
	w.buf = make([]byte, 0, writeFirst)
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
		if c.wanted.Load() && c.wanted.Swap(false) {
			c.moved()
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

// send takes an op, which the next flush writes.
func (w *writer) send(op Op) {
	parks := w.c.gate.arm(op.Barrier)
	err := w.broken()
	if err == nil {
		err = w.gather(op)
	}
	if op.Done != nil { // only now: gather may have called those that were waiting
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

// broken returns why nothing can be sent any longer; nil while it can.
func (w *writer) broken() error {
	if w.c.isClosed() {
		return net.ErrClosed
	}
	if e := w.c.failed.Load(); e != nil {
		return e
	}
	return nil
}

// gather appends an op's bytes to the buffer, and writes whenever it is full.
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
	return nil
}

// flush writes everything and calls those who wait for it.
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
	w.c.sent.imap.Add(int64(len(w.buf))) // first: the answer may come before Write returns
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

// settle calls every waiting Done.
func (w *writer) settle(err error) {
	for i, done := range w.done {
		done(err)
		w.done[i] = nil
	}
	w.done = w.done[:0]
}

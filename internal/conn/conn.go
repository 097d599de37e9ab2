package conn

import (
	"cmp"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"imapsh/internal/wire"
)

// queueAhead is how many ops may wait for the writer.
const queueAhead = 8

// lastWords is how long the reader still waits for data after sending has failed: the server may have said
// why.
const lastWords = 5 * time.Second

// goodbye is how long Close may take to tell the server that TLS ends.
const goodbye = 200 * time.Millisecond

// A Conn is a connection: a reader that posts batches and a writer that takes ops, each a goroutine. Any
// goroutine may call its methods.
type Conn struct {
	target Target
	opts   Options
	link   *metered // the lowest layer
	info   atomic.Pointer[Info]
	framer *wire.Framer // any goroutine may call StopAfter; everything else only the reader

	batches chan *Batch
	free    chan *Batch
	queue   chan Op
	wanted  atomic.Bool // Send found the queue full
	gate    gate
	failed  atomic.Pointer[Error] // why nothing more can be sent

	sent, received meter

	secure  atomic.Pointer[tls.Conn] // the TLS layer; nil if there is none
	closed  chan struct{}
	closing sync.Once
	running sync.WaitGroup
}

// start makes a Conn on a link, with its TLS layer (or nil), and starts the goroutines.
func start(link net.Conn, secure *tls.Conn, t Target, o Options, info Info) *Conn {
	c := &Conn{
		target: t, opts: o, link: meteredOn(link),
		framer:  wire.NewFramer(o.Now),
		batches: make(chan *Batch, batchesAhead),
		free:    make(chan *Batch, batchesAhead+3), // plus one in the reader, one in the loop, and one between them
		queue:   make(chan Op, queueAhead),
		closed:  make(chan struct{}),
	}
	c.framer.MaxLiteral, c.framer.MaxKept = cmp.Or(o.MaxLiteral, wire.DefaultMaxLiteral), cmp.Or(o.MaxKept, wire.DefaultMaxKept)
	c.gate.moved.L = &c.gate.mu
	c.gate.stopAfter = c.framer.StopAfter
	c.info.Store(&info)
	r := reader{c: c, in: c.link}
	w := writer{c: c, out: plainSink{c.link}}
	if secure != nil {
		c.secure.Store(secure)
		c.framer.TLS = true
		r.in, w.out = secure, plainSink{secure}
	}
	c.running.Add(2)
	go r.run()
	go w.run()
	return c
}

// Batches returns the channel of what the server sends. It is closed after the batch with Err, and when Close
// has been called: a nil batch is the end.
func (c *Conn) Batches() <-chan *Batch { return c.batches }

// Send hands an op to the writer and reports whether it was taken. Send never blocks: if the queue is full it
// returns false, and Options.Moved is called once there is room again. After Close nothing is taken.
func (c *Conn) Send(op Op) bool {
	for range 2 {
		select {
		case c.queue <- op:
			return true
		default:
		}
		c.wanted.Store(true) // then try again: the writer may have made room meanwhile
	}
	return false
}

// moved tells the owner to look at the connection again.
func (c *Conn) moved() {
	if c.opts.Moved != nil {
		c.opts.Moved()
	}
}

// Info returns what is known about the connection now.
func (c *Conn) Info() Info { return *c.info.Load() }

// Close ends the connection immediately: ops that are not written fail with net.ErrClosed, and batches that
// are not taken are lost. It returns when both goroutines, and the command of a tunnel, have ended. The error is
// always nil.
func (c *Conn) Close() error {
	c.closing.Do(func() {
		close(c.closed)
		c.gate.close()
		if secure := c.secure.Load(); secure != nil {
			// It sends close_notify, and would wait 5 s for that.
			hurry := time.AfterFunc(goodbye, func() { c.link.Close() })
			secure.Close()
			hurry.Stop()
		}
		c.link.Close()
	})
	c.running.Wait()
	return nil
}

// HangUp ends reading: the last batch has what has arrived of a response, cut, and an Err.
func (c *Conn) HangUp() { c.link.SetReadDeadline(time.Unix(1, 0)) }

func (c *Conn) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

// fail stores why nothing more can be sent and returns it; the first reason stays. The server may have said
// the reason too, so the reader continues as long as data comes.
func (c *Conn) fail(err error) *Error {
	if c.failed.CompareAndSwap(nil, &Error{Phase: Sending, Target: c.target, Err: err}) {
		c.link.SetReadDeadline(time.Now().Add(lastWords))
	}
	return c.failed.Load()
}

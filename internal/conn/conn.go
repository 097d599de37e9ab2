package conn

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"imapsh/internal/wire"
)

// queueAhead is how many ops may wait for the writer.
const queueAhead = 8

// lastWords is how long the reader waits for more of a server that could not
// be sent to: it may have said why.
const lastWords = 5 * time.Second

// goodbye is how long Close may take to tell the server that TLS ends.
const goodbye = 200 * time.Millisecond

// A Conn is a connection: a reader that posts batches and a writer that takes
// ops, each a goroutine. All methods are for any goroutine.
type Conn struct {
	target Target
	opts   Options
	link   *metered // the lowest layer
	info   atomic.Pointer[Info]
	framer *wire.Framer // StopAfter is for any goroutine, all else for the reader

	batches chan *Batch
	free    chan *Batch
	queue   chan Op
	wanted  atomic.Bool // Send found the queue full
	gate    gate
	failed  atomic.Pointer[Error] // why nothing more can be sent

	sent, received meter

	secure  atomic.Pointer[tls.Conn] // the layer of TLS, nil if there is none
	closed  chan struct{}
	closing sync.Once
	running sync.WaitGroup
}

// start makes a Conn on a link, with the TLS that is on it or nil, and
// sets its goroutines to work.
func start(link net.Conn, secure *tls.Conn, t Target, o Options, info Info) *Conn {
	c := &Conn{
		target: t, opts: o, link: meteredOn(link),
		framer:  wire.NewFramer(o.Now),
		batches: make(chan *Batch, batchesAhead),
		free:    make(chan *Batch, batchesAhead+3), // and one each with the reader, the loop, and on the way
		queue:   make(chan Op, queueAhead),
		closed:  make(chan struct{}),
	}
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

// Batches is what the server sends. The channel is closed after the batch
// with Err, and when Close has been called: a nil batch is the end.
func (c *Conn) Batches() <-chan *Batch { return c.batches }

// Send hands an op to the writer and reports whether it has taken it. The queue is bounded and Send
// never blocks: after false Options.Moved is called once there is room again. Once Close has been
// called nothing is taken any longer.
func (c *Conn) Send(op Op) bool {
	for range 2 {
		select {
		case c.queue <- op:
			return true
		default:
		}
		c.wanted.Store(true) // and again: the writer may have made room meanwhile
	}
	return false
}

// moved says that something is to be had of the connection.
func (c *Conn) moved() {
	if c.opts.Moved != nil {
		c.opts.Moved()
	}
}

// Info is what is known of the connection now.
func (c *Conn) Info() Info { return *c.info.Load() }

// Close ends the connection at once: ops not written fail with net.ErrClosed,
// batches not taken are lost. It returns when both goroutines, and a tunnel's
// command, have ended.
func (c *Conn) Close() error {
	c.closing.Do(func() {
		close(c.closed)
		c.gate.close()
		if secure := c.secure.Load(); secure != nil {
			// It says close_notify, for which it would wait 5 s.
			hurry := time.AfterFunc(goodbye, func() { c.link.Close() })
			secure.Close()
			hurry.Stop()
		}
		c.link.Close()
	})
	c.running.Wait()
	return nil
}

// HangUp ends the reading: what has come of a response is the last batch's, cut, with an Err.
func (c *Conn) HangUp() { c.link.SetReadDeadline(time.Unix(1, 0)) }

func (c *Conn) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

// fail remembers why nothing more can be sent; the first reason stays and is
// returned. The server may have said the reason too, so the reader continues for
// as long as more comes.
func (c *Conn) fail(err error) *Error {
	if c.failed.CompareAndSwap(nil, &Error{Phase: Sending, Target: c.target, Err: err}) {
		c.link.SetReadDeadline(time.Now().Add(lastWords))
	}
	return c.failed.Load()
}

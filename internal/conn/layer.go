package conn

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
)

// What a change of layer is refused with; nothing has been done then, and
// Continue continues in the same layer.
var (
	ErrNotParked  = errors.New("not at a barrier: the layer cannot be changed")
	ErrTLSAlready = errors.New("TLS is already active")
	ErrCompressed = errors.New("the connection is compressed; no other layer can be added")
)

// ExtraBytes is StartTLS's refusal when the server sent bytes without TLS after
// its OK, where TLS must begin (RFC 9051 §6.2.1): somebody on the way may have
// put them there. The connection is to be closed.
type ExtraBytes struct{ Count int }

func (e *ExtraBytes) Error() string {
	unit := "bytes"
	if e.Count == 1 {
		unit = "byte"
	}
	return fmt.Sprintf("%d unencrypted %s followed the OK, where TLS must begin", e.Count, unit)
}

// Continue lets the reader and the writer continue in the same layer; what is in
// Batch.Rest comes again, as ordinary parts. It is called once for each
// barrier whose command was refused. When the tag was answered without the reader
// having parked (before the op was sent, by a server that guesses), it releases the writer.
func (c *Conn) Continue() { c.gate.goOn(len(c.queue)) }

// StartTLS makes the parked reader negotiate TLS. It returns at once: the
// outcome comes as a Batch with Switched, and an *Error in Err if it failed,
// which ends the stream. An error here (ErrNotParked, ErrTLSAlready,
// *After) means that nothing was begun.
func (c *Conn) StartTLS() error {
	switch {
	case c.secure.Load() != nil:
		return ErrTLSAlready
	case c.Info().Compressed:
		return ErrCompressed
	}
	return c.gate.change(toTLS)
}

// Compress makes the parked reader inflate and the writer deflate
// (RFC 4978); Batch.Rest is the first it inflates. A Batch with Switched
// follows. ErrNotParked or ErrCompressed mean that nothing was begun.
func (c *Conn) Compress() error {
	if c.Info().Compressed {
		return ErrCompressed
	}
	return c.gate.change(toDeflate)
}

// encrypt is the switch to TLS, in the reader.
func (c *Conn) encrypt() (io.Reader, sink, error) {
	began := c.opts.Now()
	secure, asked, j, err := handshake(context.Background(), c.link, c.target, c.opts)
	if err != nil {
		return nil, nil, err
	}
	info := c.Info().secured(secure, asked, j, c.opts.Now().Sub(began))
	c.info.Store(&info)
	c.secure.Store(secure)
	c.framer.TLS = true
	return secure, plainSink{secure}, nil
}

// deflate is the switch to compression, in the reader; rest came after the OK.
func (c *Conn) deflate(rest []byte) (io.Reader, sink) {
	var lower net.Conn = c.link
	if secure := c.secure.Load(); secure != nil {
		lower = secure
	}
	c.received.imap.Add(-int64(len(rest))) // it was not IMAP yet
	c.received.before.Store(c.received.imap.Load())
	c.sent.before.Store(c.sent.imap.Load())
	info := c.Info()
	info.Compressed = true
	c.info.Store(&info)
	packed := packedReader{io.MultiReader(bytes.NewReader(rest), lower), &c.received.packed}
	return inflated(packed), newDeflateSink(packedWriter{lower, &c.sent.packed})
}

// An inflater reads a raw DEFLATE stream (RFC 1951). Servers end the connection
// without ending the stream, so the end of what is below is its end. What a
// server flushes without an empty stored block (zlib's partial flush) is given only
// again has come: compress/flate knows no other mark.
type inflater struct {
	flate io.Reader
	below *endMarker
}

func inflated(below io.Reader) *inflater {
	marked := &endMarker{Reader: below}
	return &inflater{flate.NewReader(bufio.NewReaderSize(marked, readSize)), marked}
}

func (i *inflater) Read(p []byte) (int, error) {
	n, err := i.flate.Read(p)
	if err == io.ErrUnexpectedEOF && i.below.ended {
		err = io.EOF
	}
	return n, err
}

// endMarker remembers that a reader has come to its end.
type endMarker struct {
	io.Reader
	ended bool
}

func (m *endMarker) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.ended = m.ended || err == io.EOF
	return n, err
}

// A sink is the layer the writer writes to. What has been written is on its
// way once Flush has been called.
type sink interface {
	io.Writer
	Flush() error
}

type plainSink struct{ io.Writer }

func (plainSink) Flush() error { return nil }

// A deflateSink compresses; the buffer below gathers the many small writes of
// the compressor.
type deflateSink struct {
	*flate.Writer
	below *bufio.Writer
}

func newDeflateSink(w io.Writer) deflateSink {
	below := bufio.NewWriterSize(w, 32<<10)
	f, _ := flate.NewWriter(below, flate.DefaultCompression) // fails only on a bad level
	return deflateSink{f, below}
}

// Flush ends what it has with a sync marker, without which the server would
// wait for more (RFC 4978 §4).
func (d deflateSink) Flush() error {
	if err := d.Writer.Flush(); err != nil {
		return err
	}
	return d.below.Flush()
}

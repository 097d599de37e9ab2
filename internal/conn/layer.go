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

// The errors with which a change of layer is refused. Nothing has been done then, and Continue continues in the
// same layer.
var (
	ErrNotParked  = errors.New("not at a barrier: the layer cannot be changed")             // one side is not at the barrier
	ErrTLSAlready = errors.New("TLS is already active")                                     // no second TLS layer
	ErrCompressed = errors.New("the connection is compressed; no other layer can be added") // nothing goes on top of COMPRESS
)

// ExtraBytes is the error of StartTLS if the server sent unencrypted bytes after its OK, where TLS must begin
// (RFC 9051 §6.2.1): an attacker may have injected them. The caller must close the connection.
type ExtraBytes struct{ Count int }

func (e *ExtraBytes) Error() string {
	unit := "bytes"
	if e.Count == 1 {
		unit = "byte"
	}
	return fmt.Sprintf("%d unencrypted %s followed the OK, where TLS must begin", e.Count, unit)
}

// Continue lets the reader and the writer continue in the same layer; Batch.Rest comes again, as ordinary
// parts. Call it once for each barrier whose command was refused. If the tag was answered before the op was
// sent, by a server that guesses tags, the reader has not parked, and Continue releases the writer.
func (c *Conn) Continue() { c.gate.goOn(len(c.queue)) }

// StartTLS makes the parked reader negotiate TLS. It returns immediately: the outcome comes as a Batch with
// Switched, and with an *Error in Err, which ends the stream, if it failed. An error from StartTLS itself
// (ErrNotParked, ErrTLSAlready, ErrCompressed, *ExtraBytes) means that nothing was begun.
func (c *Conn) StartTLS() error {
	switch {
	case c.secure.Load() != nil:
		return ErrTLSAlready
	case c.Info().Compressed:
		return ErrCompressed
	}
	return c.gate.change(toTLS)
}

// Compress makes the parked reader inflate and the writer deflate (RFC 4978); Batch.Rest is the first data to be
// inflated. A Batch with Switched follows. ErrNotParked or ErrCompressed means that nothing was begun.
func (c *Conn) Compress() error {
	if c.Info().Compressed {
		return ErrCompressed
	}
	return c.gate.change(toDeflate)
}

// encrypt switches to TLS; it runs in the reader.
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

// deflate switches to compression; it runs in the reader. rest is what came after the OK.
func (c *Conn) deflate(rest []byte) (io.Reader, sink) {
	var lower net.Conn = c.link
	if secure := c.secure.Load(); secure != nil {
		lower = secure
	}
	c.received.imap.Add(-int64(len(rest))) // it was compressed, not IMAP
	c.received.before.Store(c.received.imap.Load())
	c.sent.before.Store(c.sent.imap.Load())
	info := c.Info()
	info.Compressed = true
	c.info.Store(&info)
	packed := packedReader{io.MultiReader(bytes.NewReader(rest), lower), &c.received.packed}
	return inflated(packed), newDeflateSink(packedWriter{lower, &c.sent.packed})
}

// An inflater reads a raw DEFLATE stream (RFC 1951). Servers end the connection without ending the stream, so
// the end of the layer below is its end. Data that a server flushes without an empty stored block (a partial
// flush of zlib) is returned only when more has arrived: compress/flate knows no other mark.
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

// endMarker remembers whether a reader has reached its end.
type endMarker struct {
	io.Reader
	ended bool
}

func (m *endMarker) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.ended = m.ended || err == io.EOF
	return n, err
}

// A sink is the layer that the writer writes to. Flush sends on its way what has been written.
type sink interface {
	io.Writer
	Flush() error
}

type plainSink struct{ io.Writer }

func (plainSink) Flush() error { return nil }

// A deflateSink compresses. The buffer below it collects the many small writes of the compressor.
type deflateSink struct {
	*flate.Writer
	below *bufio.Writer
}

func newDeflateSink(w io.Writer) deflateSink {
	below := bufio.NewWriterSize(w, 32<<10)
	f, _ := flate.NewWriter(below, flate.DefaultCompression) // fails only on a bad level
	return deflateSink{f, below}
}

// Flush ends the data so far with a sync marker, because without it the server would wait for more (RFC 4978
// §4).
func (d deflateSink) Flush() error {
	if err := d.Writer.Flush(); err != nil {
		return err
	}
	return d.below.Flush()
}

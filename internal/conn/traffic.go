package conn

import (
	"io"
	"net"
	"sync/atomic"
)

// Traffic says how many bytes a connection has carried.
type Traffic struct{ Sent, Received Flow }

// A Flow says how many bytes went in one direction.
type Flow struct {
	IMAP int64 // bytes of the protocol
	Wire int64 // bytes on the network, encrypted and compressed
	// Full is how many bytes of IMAP went since DEFLATE was started, and Packed what they were compressed to; 0 without it.
	Full, Packed int64
}

// A meter counts the bytes of one direction as they go: those of IMAP, those of them before DEFLATE, and compressed ones.
type meter struct{ imap, before, packed atomic.Int64 }

func (m *meter) flow(wire *atomic.Int64, compressed bool) Flow {
	f := Flow{IMAP: m.imap.Load(), Wire: wire.Load()}
	if compressed {
		f.Full, f.Packed = f.IMAP-m.before.Load(), m.packed.Load()
	}
	return f
}

// Traffic returns what the connection has carried until now.
func (c *Conn) Traffic() Traffic {
	compressed := c.Info().Compressed
	return Traffic{c.sent.flow(c.link.sent, compressed), c.received.flow(c.link.received, compressed)}
}

// metered is a link that counts its bytes.
type metered struct {
	net.Conn
	sent, received *atomic.Int64
}

// Read counts what is received.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.received.Add(int64(n))
	return n, err
}

// Write counts what is sent before it is written, because the answer may come before Write returns.
func (m *metered) Write(p []byte) (int, error) {
	m.sent.Add(int64(len(p)))
	n, err := m.Conn.Write(p)
	m.sent.Add(int64(n - len(p)))
	return n, err
}

// meteredOn returns a link that counts its bytes; one that already does keeps its counts.
func meteredOn(link net.Conn) *metered {
	if m, ok := link.(*metered); ok {
		return m
	}
	return &metered{Conn: link, sent: new(atomic.Int64), received: new(atomic.Int64)}
}

// packedReader and packedWriter count compressed bytes.
type packedReader struct {
	io.Reader
	n *atomic.Int64
}

func (r packedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n.Add(int64(n))
	return n, err
}

type packedWriter struct {
	io.Writer
	n *atomic.Int64
}

func (w packedWriter) Write(p []byte) (int, error) {
	w.n.Add(int64(len(p)))
	return w.Writer.Write(p)
}

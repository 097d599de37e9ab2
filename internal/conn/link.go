package conn

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// A Link is a connection that nobody reads yet. As a net.Conn it is the topmost layer.
type Link struct {
	net.Conn
	Info Info

	below  net.Conn  // the lowest layer
	secure *tls.Conn // nil if there is none
	target Target
	opts   Options
}

// Open makes the lowest layer of a connection: TCP over IPv6 and IPv4, a local socket, or a program. It never
// starts TLS, not even for imaps. Errors are like those of Dial.
func Open(ctx context.Context, t Target, o Options) (*Link, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	below, info, err := open(ctx, t, o)
	if err != nil {
		return nil, err
	}
	return &Link{Conn: below, Info: info, below: below, target: t, opts: o}, nil
}

// Secure puts TLS on the link. Errors are like those of Dial; after one the link cannot be used again.
func (l *Link) Secure(ctx context.Context) error {
	if l.secure != nil {
		return ErrTLSAlready
	}
	began := l.opts.Now()
	secure, asked, j, err := handshake(ctx, l.below, l.target, l.opts)
	if err != nil {
		return err
	}
	l.Conn, l.secure = secure, secure
	l.Info = l.Info.secured(secure, asked, j, l.opts.Now().Sub(began))
	return nil
}

// Abort closes the link immediately, without telling the server that TLS ends.
func (l *Link) Abort() error { return l.below.Close() }

// Target returns where the link leads.
func (l *Link) Target() Target { return l.target }

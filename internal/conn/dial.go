package conn

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/idna"

	"imapsh/internal/wire"
)

// Dial connects to a target: TCP on IPv6 and IPv4 alike, TLS for imaps, a
// local socket, or a program. The greeting is not awaited. An error is an
// *Error, or a *UsageError when the options cannot be used; when ctx was
// cancelled it wraps context.Canceled.
func Dial(ctx context.Context, t Target, o Options) (*Conn, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := o.Check(); err != nil { // before anything is connected, also when TLS comes later
		return nil, err
	}
	link, err := Open(ctx, t, o)
	if err != nil {
		return nil, err
	}
	if t.Scheme == IMAPS {
		if err := link.Secure(ctx); err != nil {
			link.Abort()
			return nil, err
		}
	}
	return start(link.below, link.secure, t, o, link.Info), nil
}

// New makes a Conn of a connection that stands already, without TLS, and owns
// it from then on.
func New(link net.Conn, t Target, o Options) *Conn {
	if o.Now == nil {
		o.Now = time.Now
	}
	return start(link, nil, t, o, Info{Remote: remote(link, t), Trust: trustOf(link, t, o.Local)})
}

// open makes the lowest layer.
func open(ctx context.Context, t Target, o Options) (net.Conn, error) {
	if t.Scheme == Tunnel {
		link, err := startTunnel(t.Path, o.Stderr)
		if err != nil {
			return nil, &Error{Phase: Starting, Target: t, Err: plain(err, 0)}
		}
		return link, nil
	}
	d := net.Dialer{Timeout: o.Timeout}
	network, address := "unix", t.Path
	if t.Scheme != Unix {
		host, err := asciiHost(t.Host)
		if err != nil {
			return nil, &Error{Phase: Resolving, Target: t, Err: because(err, "not a host name")}
		}
		network, address = "tcp", net.JoinHostPort(host, t.Port)
	}
	link, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, dialError(ctx, t, o, err)
	}
	return link, nil
}

// asciiHost gives the name that DNS and certificates use for an
// internationalized one (RFC 5891 §4.4).
func asciiHost(host string) (string, error) {
	for i := 0; i < len(host); i++ {
		if host[i] >= 0x80 {
			return idna.Lookup.ToASCII(host)
		}
	}
	return host, nil
}

func dialError(ctx context.Context, t Target, o Options, err error) error {
	e := &Error{Phase: Connecting, Target: t, Err: plain(err, o.Timeout)}
	var dns *net.DNSError
	switch {
	case ctx.Err() != nil: // the caller's own end, whatever the dialer made of it
		e.Err = plain(ctx.Err(), 0)
	case errors.As(err, &dns):
		e.Phase = Resolving
		switch {
		case dns.IsNotFound:
			e.Err = because(err, "no such host")
		case !dns.IsTimeout:
			e.Err = because(err, "%s", wire.EscapeString(dns.Err))
		}
	default:
		// Which of a name's addresses it was.
		var op *net.OpError
		if errors.As(err, &op) && op.Addr != nil && t.Scheme != Unix {
			if host, _, serr := net.SplitHostPort(op.Addr.String()); serr == nil && host != t.Host {
				e.Err = because(err, "%s: %s", host, e.Err)
			}
		}
	}
	return e
}

func remote(link net.Conn, t Target) string {
	if t.Scheme == Unix || t.Scheme == Tunnel {
		return t.Path
	}
	if a := link.RemoteAddr(); a != nil {
		return a.String()
	}
	return t.Addr()
}

// trustOf judges a link without TLS. A loopback address counts as local: no
// network sees what is sent.
func trustOf(link net.Conn, t Target, local func(net.Addr) bool) Trust {
	if t.Scheme == Unix || t.Scheme == Tunnel {
		return Local
	}
	if local == nil {
		local = isLoopback
	}
	if a := link.RemoteAddr(); a != nil && local(a) {
		return Local
	}
	return Clear
}

func isLoopback(a net.Addr) bool {
	p, err := netip.ParseAddrPort(a.String())
	return err == nil && p.Addr().Unmap().IsLoopback()
}

package conn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"imapsh/internal/wire"
)

// Dial connects to a target: by TCP over IPv6 and IPv4, with TLS for imaps; to a local socket; or to a
// program. It does not wait for the greeting. An error is an *Error, or a *UsageError if the options cannot
// be used; if ctx was cancelled it wraps context.Canceled.
func Dial(ctx context.Context, t Target, o Options) (*Conn, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := o.Check(); err != nil { // before connecting, even if TLS comes later
		return nil, err
	}
	link, err := openSecure(ctx, t, o)
	if e := (*Error)(nil); errors.As(err, &e) && e.Resuming && ctx.Err() == nil {
		// Some servers fail on a session that they issued themselves, instead of refusing it.
		o.tell(e.Err.Error() + " (it had been offered an earlier session): connecting again without one")
		o.Sessions = nil
		if link, err = openSecure(ctx, t, o); err == nil {
			link.Info.Unresumed = true
		}
	}
	if err != nil {
		return nil, err
	}
	return start(link.below, link.secure, t, o, link.Info), nil
}

// openSecure connects to a target, with TLS for imaps.
func openSecure(ctx context.Context, t Target, o Options) (*Link, error) {
	link, err := Open(ctx, t, o)
	if err == nil && t.Scheme == IMAPS {
		if err = link.Secure(ctx); err != nil {
			link.Abort()
		}
	}
	return link, err
}

// New makes a Conn from a link that is already open, without TLS, and owns the link from then on.
func New(link net.Conn, t Target, o Options) *Conn {
	if o.Now == nil {
		o.Now = time.Now
	}
	return start(link, nil, t, o, Info{Remote: remote(link, t), Trust: trustOf(link, t, o.Local)})
}

// open makes the lowest layer and returns what is known about it.
func open(ctx context.Context, t Target, o Options) (net.Conn, Info, error) {
	began := o.Now()
	var link net.Conn
	var info Info
	var err error
	switch t.Scheme {
	case Tunnel:
		if link, err = startTunnel(t.Path, o); err != nil {
			return nil, info, &Error{Phase: Starting, Target: t, Err: plain(err, 0)}
		}
	case Unix:
		d := net.Dialer{Timeout: o.Timeout}
		if link, err = d.DialContext(ctx, "unix", t.Path); err != nil {
			return nil, info, dialError(ctx, t, o, err)
		}
	default:
		limited := ctx
		if o.Timeout > 0 {
			var cancel context.CancelFunc
			limited, cancel = context.WithTimeout(ctx, o.Timeout)
			defer cancel()
		}
		if link, info, err = reach(limited, ctx, t, o); err != nil {
			return nil, info, err
		}
	}
	if info.Connect == 0 {
		info.Connect = o.Now().Sub(began)
	}
	info.Remote, info.Trust = remote(link, t), trustOf(link, t, o.Local)
	if info.Via != "" {
		info.Remote, info.Trust = t.Addr(), Clear // nobody knows where the proxy connects to
	}
	return meteredOn(link), info, nil
}

// reach connects by TCP, through the proxy if there is one. asked is the caller's own context, without the timeout.
func reach(ctx, asked context.Context, t Target, o Options) (net.Conn, Info, error) {
	var info Info
	host, err := asciiHost(t.Host)
	if err != nil {
		return nil, info, &Error{Phase: Resolving, Target: t, Err: because(err, "not a host name")}
	}
	var link net.Conn
	if o.Proxy.IsZero() {
		link, err = o.connect(ctx, host, t.Port, &info)
		if err != nil {
			e := dialError(asked, t, o, err)
			if known := (*Error)(nil); errors.As(e, &known) {
				known.Resolve = info.Resolve
			}
			return nil, info, e
		}
	} else if link, err = o.throughProxy(ctx, host, t.Port, &info); err != nil {
		return nil, info, proxyError(asked, t, o, err)
	}
	if info.Header, err = o.announce(link); err != nil {
		link.Close()
		return nil, info, &Error{Phase: Connecting, Target: t, Err: plain(err, 0), Hint: hintOf(err)}
	}
	if info.Header != "" {
		o.tell("sent the header " + info.Header)
	}
	return link, info, nil
}

func (o *Options) tell(text string) {
	if o.Tell != nil {
		o.Tell(text)
	}
}

// connect connects to a host by TCP, at the first of its addresses that answers.
func (o *Options) connect(ctx context.Context, host, port string, info *Info) (net.Conn, error) {
	d, err := o.dialer()
	if err != nil {
		return nil, err
	}
	answers := make(chan answer, 2)
	lookups := 0
	_, aerr := netip.ParseAddr(host)
	for _, v6 := range []bool{true, false} {
		if o.family() == IPv4 && v6 || o.family() == IPv6 && !v6 {
			continue
		}
		lookups++
		go func() { answers <- o.lookup(ctx, host, v6) }()
	}
	r := race{
		now: o.Now, after: time.After, tell: o.Tell,
		dial: func(ctx context.Context, a netip.Addr) (net.Conn, error) {
			return d.DialContext(ctx, "tcp", net.JoinHostPort(a.String(), port))
		},
	}
	began := o.Now()
	link, err := r.run(ctx, lookups, answers)
	if aerr != nil {
		info.Resolve = r.resolved
	}
	info.Connect = o.Now().Sub(began) - info.Resolve
	info.Attempts = r.attempts
	if err != nil {
		return nil, &unreached{host: host, attempts: r.attempts, family: o.family(), err: err}
	}
	if tcp, ok := link.(*net.TCPConn); ok {
		o.probe(tcp)
	}
	return link, nil
}

// dialer returns the dialer for a single address.
func (o *Options) dialer() (*net.Dialer, error) {
	d := &net.Dialer{KeepAlive: -1} // probe sets it
	if o.Bind != "" {
		a, err := ParseBind(o.Bind)
		if err != nil {
			return nil, err
		}
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(a, 0))
	}
	return d, nil
}

// family returns the family of the addresses to try: that of the local address, if one is named.
func (o *Options) family() Family {
	if a, err := ParseBind(o.Bind); err == nil && o.Family == AnyFamily {
		if a.Is4() {
			return IPv4
		}
		return IPv6
	}
	return o.Family
}

// ParseBind parses a local address to connect from, without a port. An error is a *UsageError.
func ParseBind(addr string) (netip.Addr, error) {
	a, err := netip.ParseAddr(strings.Trim(addr, "[]"))
	if err != nil {
		return a, &UsageError{quote(addr) + " is not an IP address", "use an address of this machine, without a port: 192.0.2.7"}
	}
	return a, nil
}

// unreached says that none of a host's addresses could be connected to.
type unreached struct {
	host     string
	attempts []Attempt
	family   Family
	err      error
}

func (e *unreached) Error() string { return e.err.Error() }
func (e *unreached) Unwrap() error { return e.err }

// attemptsShown is how many attempts an error lists.
const attemptsShown = 4

// says returns what each address answered; only the reason if the user named the one address.
func (e *unreached) says(timeout time.Duration) error {
	if len(e.attempts) == 0 || len(e.attempts) == 1 && e.attempts[0].Addr == e.host {
		return plain(e.err, timeout)
	}
	var list []string
	for i, a := range e.attempts {
		if i == attemptsShown {
			list = append(list, fmt.Sprintf("and %d more", len(e.attempts)-i))
			break
		}
		list = append(list, a.Addr+": "+plain(a.Err, timeout).Error())
	}
	return because(e.err, "%s", strings.Join(list, ", "))
}

// asciiHost returns the form of an internationalized name that DNS and certificates use (RFC 5891 §4.4).
func asciiHost(host string) (string, error) {
	for i := 0; i < len(host); i++ {
		if host[i] >= 0x80 {
			return idna.Lookup.ToASCII(host)
		}
	}
	return host, nil
}

func dialError(ctx context.Context, t Target, o Options, err error) error {
	e := &Error{Phase: Connecting, Target: t, Err: plain(err, o.Timeout), Hint: helpsToConnect(t, o, err)}
	var dns *net.DNSError
	var missed *unreached
	var usage *UsageError
	switch {
	case errors.As(err, &usage):
		return usage
	case ctx.Err() != nil: // the caller cancelled it, whatever error the dialer returned
		e.Err, e.Hint = plain(ctx.Err(), 0), ""
	case errors.As(err, &dns):
		e.Phase, e.Hint = Resolving, helpsToResolve(o, dns)
		switch {
		case dns.IsNotFound && errors.As(err, &missed) && missed.family != AnyFamily:
			e.Err, e.Hint = because(err, "no such host, or none with an %s address", missed.family), "without -4, -6 and --bind all its addresses are tried"
			if _, aerr := netip.ParseAddr(t.Host); aerr == nil {
				e.Phase, e.Err = Connecting, because(err, "it is not an %s address, and only those are tried", missed.family)
			}
		case dns.IsNotFound:
			e.Err = because(err, "no such host")
		case !dns.IsTimeout:
			e.Err = because(err, "%s", wire.EscapeString(dns.Err))
		}
		if o.DNS != "" {
			e.Err = because(err, "%s (asked %s)", e.Err, o.DNS)
		}
	case errors.As(err, &missed):
		e.Err = missed.says(o.Timeout)
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

// trustOf returns the trust in a link without TLS. A loopback address is local: nothing goes over a
// network.
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

package conn

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/proxy"

	"imapsh/internal/wire"
)

// A Proxy connects to the server on our behalf. The zero value means none.
type Proxy struct {
	kind       proxyKind
	user       string
	host, port string
}

// proxyKind is the protocol of a proxy.
type proxyKind uint8

const (
	noProxy      proxyKind = iota
	socks5                 // we resolve the server's name
	socks5Remote           // the proxy does
	httpProxy              // CONNECT (RFC 9110 §9.3.6)
)

// proxySchemes are the schemes of proxy URLs, as curl has them, with their default ports.
var proxySchemes = []struct {
	scheme, port string
	kind         proxyKind
}{{"socks5", "1080", socks5}, {"socks5h", "1080", socks5Remote}, {"http", "8080", httpProxy}}

// proxyPasswordHint says where the password of a proxy's user comes from.
const proxyPasswordHint = "leave it out and set IMAPSH_PROXY_PASSWORD in the environment"

// ParseProxy parses the URL of a proxy, or its host and port: for SOCKS5 "socks5h://[user@]host[:port]"
// (socks5:// resolves the server's name here), for HTTP "http://[user@]host[:port]". An error is a *UsageError.
func ParseProxy(text string, isHTTP bool) (Proxy, error) {
	kind, usage := " SOCKS", "use socks5h://[user@]host[:1080], or socks5:// to resolve the server's name here"
	scheme, rest, isURL := strings.Cut(text, "://")
	if !isURL {
		scheme, rest = "socks5h", text
	}
	if isHTTP {
		kind, usage = "n HTTP", "use http://[user@]host[:8080]"
		if !isURL {
			scheme = "http"
		}
	}
	rest = strings.TrimSuffix(rest, "/")
	p := Proxy{}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user := rest[:at]
		if strings.Contains(user, ":") {
			return p, &UsageError{"a password does not belong in a URL, where others can see it", proxyPasswordHint}
		}
		var err error
		if p.user, err = url.PathUnescape(user); err != nil || user == "" {
			return p, &UsageError{"the user of the proxy is not a valid part of a URL", usage}
		}
		rest = rest[at+1:]
	}
	for _, s := range proxySchemes {
		if strings.EqualFold(scheme, s.scheme) && (s.kind == httpProxy) == isHTTP {
			p.kind, p.port = s.kind, s.port
		}
	}
	if p.kind == noProxy {
		return Proxy{}, &UsageError{quote(scheme) + " is not the scheme of a" + kind + " proxy", usage}
	}
	host, port, err := splitHostPort(rest)
	if err != nil {
		if u := (*UsageError)(nil); errors.As(err, &u) {
			u.Hint = usage
		}
		return Proxy{}, err
	}
	if p.host = host; port != "" {
		p.port = port
	}
	return p, nil
}

// IsZero reports whether there is no proxy.
func (p Proxy) IsZero() bool { return p.kind == noProxy }

// HTTP reports whether it is an HTTP proxy.
func (p Proxy) HTTP() bool { return p.kind == httpProxy }

// String returns the URL of the proxy; "" if there is none.
func (p Proxy) String() string {
	for _, s := range proxySchemes {
		if s.kind == p.kind {
			at := ""
			if p.user != "" {
				at = url.PathEscape(p.user) + "@"
			}
			return s.scheme + "://" + at + net.JoinHostPort(p.host, p.port)
		}
	}
	return ""
}

// name returns the proxy's name for messages.
func (p Proxy) name() string {
	kind := "the SOCKS proxy "
	if p.kind == httpProxy {
		kind = "the HTTP proxy "
	}
	return kind + net.JoinHostPort(p.host, p.port)
}

// A refusal is what a proxy answered instead of connecting.
type refusal struct {
	text, hint string
	err        error
}

func (e *refusal) Error() string { return e.text }
func (e *refusal) Unwrap() error { return e.err }

func hintOf(err error) string {
	var r *refusal
	if errors.As(err, &r) {
		return r.hint
	}
	return Hint(err)
}

// throughProxy connects to the proxy and asks it to connect to a host.
func (o *Options) throughProxy(ctx context.Context, host, port string, info *Info) (net.Conn, error) {
	p := o.Proxy
	info.Via = p.String()
	hosts := []string{host}
	if p.kind == socks5 {
		addrs, err := o.addresses(ctx, host, info)
		if err != nil {
			return nil, err
		}
		hosts = addrs
	}
	var failed []error
	for _, h := range hosts {
		resolve := info.Resolve
		link, err := o.connect(ctx, p.host, p.port, info)
		info.Resolve += resolve
		if err != nil {
			return nil, &refusal{"connecting to " + p.name(), "is the proxy running there?", err}
		}
		began := o.Now()
		o.tell("asking " + p.name() + " for " + net.JoinHostPort(h, port))
		tunnelled, err := o.ask(ctx, link, net.JoinHostPort(h, port))
		if err == nil {
			info.Proxied = o.Now().Sub(began)
			return tunnelled, nil
		}
		link.Close()
		o.tell(p.name() + ": " + err.Error())
		failed = append(failed, err)
	}
	if len(failed) == 1 {
		return nil, failed[0]
	}
	return nil, errors.Join(failed...)
}

// addresses returns all addresses of a host, in the order in which they would be tried.
func (o *Options) addresses(ctx context.Context, host string, info *Info) ([]string, error) {
	began := o.Now()
	var v6, v4 answer
	if o.Family != IPv4 {
		v6 = o.lookup(ctx, host, true)
	}
	if o.Family != IPv6 {
		v4 = o.lookup(ctx, host, false)
	}
	info.Resolve = o.Now().Sub(began)
	var list []string
	for i := range max(len(v6.addrs), len(v4.addrs)) {
		for _, a := range []answer{v6, v4} {
			if i < len(a.addrs) {
				list = append(list, a.addrs[i].String())
			}
		}
	}
	if len(list) == 0 {
		r := race{failed: []answer{v6, v4}}
		return nil, r.lost()
	}
	return list, nil
}

// ask asks the proxy at the other end of a link to connect to an address.
func (o *Options) ask(ctx context.Context, link net.Conn, address string) (net.Conn, error) {
	stop := context.AfterFunc(ctx, func() { link.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	var c net.Conn
	var err error
	if o.Proxy.kind == httpProxy {
		c, err = o.askHTTP(link, address)
	} else {
		c, err = o.askSOCKS(ctx, link, address)
	}
	if !stop() {
		return nil, ctx.Err()
	}
	return c, err
}

// askSOCKS speaks SOCKS5 (RFC 1928, RFC 1929).
func (o *Options) askSOCKS(ctx context.Context, link net.Conn, address string) (net.Conn, error) {
	var auth *proxy.Auth
	if o.Proxy.user != "" {
		auth = &proxy.Auth{User: o.Proxy.user, Password: o.ProxyPassword}
	}
	d, err := proxy.SOCKS5("tcp", "proxy", auth, onto{link})
	if err != nil {
		return nil, err
	}
	if _, err = d.(proxy.ContextDialer).DialContext(ctx, "tcp", address); err == nil {
		return link, nil
	}
	if timed := net.Error(nil); errors.As(err, &timed) && timed.Timeout() { // the library sets the deadline of ctx
		return nil, context.DeadlineExceeded
	}
	// Only the end of the library's text is the proxy's answer.
	said := err.Error()
	if i := strings.LastIndex(said, ": "); i >= 0 {
		said = said[i+2:]
	}
	said = strings.TrimPrefix(said, "unknown error ")
	refused := &refusal{text: "it answered: " + said, err: err}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		refused.text = "it closed the connection"
	case strings.Contains(said, "authentication"):
		refused.text = "it did not accept the login"
		if refused.hint = "IMAPSH_PROXY_PASSWORD must be its password"; auth == nil {
			refused.text, refused.hint = "it asks for a login", "name the user in the URL, as socks5h://user@host, and set IMAPSH_PROXY_PASSWORD"
		}
	case strings.Contains(said, "unexpected protocol version"):
		refused.text, refused.hint = "it does not speak SOCKS5", notSOCKS
	}
	return nil, refused
}

// notSOCKS is what to try if a proxy does not understand SOCKS.
const notSOCKS = "is it an HTTP proxy? --http-proxy"

// onto is a dialer that returns an existing connection.
type onto struct{ net.Conn }

func (o onto) Dial(string, string) (net.Conn, error) { return o.Conn, nil }
func (o onto) DialContext(context.Context, string, string) (net.Conn, error) {
	return o.Conn, nil
}

// answerMost is the size limit of a proxy's answer to CONNECT, in bytes.
const answerMost = 64 << 10

// askHTTP sends CONNECT (RFC 9110 §9.3.6).
func (o *Options) askHTTP(link net.Conn, address string) (net.Conn, error) {
	req := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if o.Proxy.user != "" {
		req += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(o.Proxy.user+":"+o.ProxyPassword)) + "\r\n"
	}
	if _, err := io.WriteString(link, req+"\r\n"); err != nil {
		return nil, &refusal{text: plain(err, 0).Error(), err: err}
	}
	in := bufio.NewReaderSize(io.LimitReader(link, answerMost), 4<<10)
	if first, _ := in.Peek(len("HTTP/")); len(first) > 0 && string(first) != "HTTP/" {
		return nil, &refusal{text: "it does not speak HTTP, it sent " + quote(string(first)), hint: "is it a SOCKS proxy? --socks"}
	}
	resp, err := http.ReadResponse(in, &http.Request{Method: http.MethodConnect})
	if err != nil {
		text := "its answer is not HTTP: " + wire.EscapeString(err.Error())
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			text = "it closed the connection"
		}
		return nil, &refusal{text: text, err: err}
	}
	if resp.StatusCode/100 != 2 {
		refused := &refusal{text: "it answered " + wire.EscapeString(resp.Status)}
		switch {
		case resp.StatusCode == http.StatusProxyAuthRequired && o.Proxy.user == "":
			refused.hint = "name the user in the URL, as http://user@host, and set IMAPSH_PROXY_PASSWORD"
		case resp.StatusCode == http.StatusProxyAuthRequired:
			refused.hint = "IMAPSH_PROXY_PASSWORD must be its password"
		case resp.StatusCode == http.StatusForbidden || resp.StatusCode == http.StatusMethodNotAllowed:
			refused.hint = "many proxies allow CONNECT only to port 443"
		}
		return nil, refused
	}
	if n := in.Buffered(); n > 0 { // the greeting of a server that speaks first
		rest, _ := in.Peek(n)
		return &begun{Conn: link, rest: append([]byte(nil), rest...)}, nil
	}
	return link, nil
}

// begun is a connection of which some bytes have been read already.
type begun struct {
	net.Conn
	rest []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.rest) > 0 {
		n := copy(p, b.rest)
		b.rest = b.rest[n:]
		return n, nil
	}
	return b.Conn.Read(p)
}

// proxyError says why a proxy did not reach the server.
func proxyError(ctx context.Context, t Target, o Options, err error) error {
	var refused *refusal
	var missed *unreached
	e := &Error{Phase: Connecting, Target: t, Hint: hintOf(err)}
	switch {
	case ctx.Err() != nil:
		e.Err = plain(ctx.Err(), 0)
	case errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &missed):
		e.Err = because(err, "%s: no answer within %v", o.Proxy.name(), o.Timeout)
		if !o.Proxy.HTTP() { // an HTTP proxy waits for the end of a line
			e.Hint = notSOCKS
		}
	case errors.As(err, &missed) && errors.As(err, new(*net.DNSError)):
		e.Err = because(err, "%s: no such host", o.Proxy.name())
	case errors.As(err, &missed):
		e.Err = because(err, "%s: %s", o.Proxy.name(), missed.says(o.Timeout))
	case errors.As(err, &refused):
		e.Err = because(err, "%s: %s", o.Proxy.name(), strings.ReplaceAll(err.Error(), "\n", ", "))
	default:
		return dialError(ctx, t, o, err)
	}
	return e
}

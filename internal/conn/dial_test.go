package conn

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestTheCauseOfAFailedTLSIsNamed(t *testing.T) {
	noLeaks(t)
	ca, other := newAuthority(t, "Test CA"), newAuthority(t, "Other\x1b CA")
	good := noon.AddDate(0, 2, 0)
	secure := func(cert tls.Certificate, also ...tls.Certificate) func(net.Conn) {
		for _, c := range also {
			cert.Certificate = append(cert.Certificate, c.Certificate...)
		}
		return func(s net.Conn) { tls.Server(s, serverConfig(cert)).Handshake() }
	}
	selfSigned := (&authority{t: t}).issue(good, "mail.test")
	clear := func(greeting string) func(net.Conn) {
		return func(s net.Conn) {
			say(s, greeting)
			io.Copy(io.Discard, s)
		}
	}
	for _, row := range []struct {
		name   string
		server func(net.Conn)
		o      Options
		text   string
		hint   string
	}{
		{"an expired certificate", secure(ca.issue(noon.AddDate(0, 0, -41).Add(-time.Hour), "mail.test")), Options{},
			"the certificate expired on 2026-10-10 (41 days ago)", "the server needs a new certificate; imapsh tls shows the dates; --insecure"},
		{"a certificate that is not yet valid", secure(ca.issue(noon.AddDate(1, 0, 3), "mail.test")), Options{},
			"the certificate is not valid before 2026-11-23 (3 days from now; is the clock right?)", "set this machine's clock, or wait; imapsh tls shows the dates; --insecure"},
		{"a certificate for other hosts", secure(ca.issue(good, "a.test", "*.b\x1b[2J.test", "192.0.2.1")), Options{},
			`the certificate is not for mail.test; its names are a.test, *.b\x1b[2J.test, 192.0.2.1`, "--sni NAME"},
		{"a certificate for many other hosts", secure(ca.issue(good, "a.test", "b.test", "c.test", "d.test", "e.test", "f.test", "g.test", "h.test")), Options{},
			"its names are a.test, b.test, c.test, d.test, e.test, f.test and 2 more", "--sni NAME"},
		{"a certificate without names", secure(ca.issue(good)), Options{},
			`the certificate has no host names (its CN, "server", is not used)`, "it needs a subjectAltName"},
		{"an unknown issuer", secure(other.issue(good, "mail.test")), Options{},
			`unknown issuer "Other\x1b CA"`, "--ca FILE"},
		{"an unknown root that was sent", secure(other.issue(good, "mail.test"), tls.Certificate{Certificate: [][]byte{other.cert.Raw}}), Options{},
			`unknown issuer: the chain ends at "Other\x1b CA", which is not trusted`, "--ca FILE"},
		{"a self-signed certificate", secure(selfSigned), Options{},
			`the certificate is self-signed ("server")`, "--ca FILE"},
		{"an old protocol version", func(s net.Conn) {
			c := serverConfig(ca.issue(good, "mail.test"))
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
			tls.Server(s, c).Handshake()
		}, Options{}, "no TLS version in common (1.2 and 1.3 are offered)", "--tls-min 1.0 offers older ones"},
		{"an unencrypted greeting", clear("* OK \x1b]0;x\x07ready\r\n"), Options{},
			`the server does not use TLS on this port; it sent "* OK \x1b]0;x\x07ready"`, "--starttls"},
		{"a POP3 greeting", clear("+OK POP3 ready\r\n"), Options{},
			`it sent "+OK POP3 ready"`, "this is POP3, not IMAP: try imaps://127.0.0.1"},
		{"an end during the handshake", func(s net.Conn) {
			io.ReadFull(s, make([]byte, 5))
			s.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, s)
		}, Options{},
			"the server closed the connection during the handshake", "this port may not use TLS: try imap://127.0.0.1"},
		{"an end during the handshake, on a port that has used TLS before", func(s net.Conn) {
			io.ReadFull(s, make([]byte, 5))
			s.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, s)
		}, Options{UsedTLS: true},
			"the server closed the connection during the handshake", ""},
		{"silence", func(s net.Conn) { io.Copy(io.Discard, s) }, Options{Timeout: 50 * time.Millisecond},
			"no answer within 50ms", "this port may not use TLS: try imap://127.0.0.1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			target := listen(t, "tcp", "127.0.0.1:0", row.server)
			target.Scheme = IMAPS
			row.o.CAFile, row.o.SNI, row.o.Now = ca.file, "mail.test", atNoon
			_, err := Dial(context.Background(), target, row.o)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if want := "TLS with " + target.Addr() + ": "; !strings.HasPrefix(e.Error(), want) || !strings.Contains(e.Error(), row.text) {
				t.Errorf("got  %q\nwant %q", e.Error(), want+row.text)
			}
			if !strings.Contains(e.Hint, row.hint) || row.hint == "" && e.Hint != "" {
				t.Errorf("hint %q, want %q", e.Hint, row.hint)
			}
			if strings.ContainsAny(e.Error()+e.Hint, "\x1b\x07\n") {
				t.Errorf("%q can act on a terminal", e.Error())
			}
		})
	}
}

func TestImplicitTLSIsVerifiedTimedAndTrusted(t *testing.T) {
	ca := newAuthority(t, "Test CA")
	cert := ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1", "mail.test")
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
		secure := tls.Server(s, serverConfig(cert))
		say(secure, "* OK ready\r\n")
		io.Copy(io.Discard, secure)
	})
	target.Scheme = IMAPS
	for _, row := range []struct {
		name     string
		o        Options
		verified bool
	}{
		{"by the host", Options{CAFile: ca.file, Now: atNoon}, true},
		{"by another name", Options{CAFile: ca.file, SNI: "mail.test", Now: atNoon}, true},
		{"not at all", Options{Insecure: true, Now: atNoon}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := dialed(t, target, row.o)
			c.untilFrame("* OK ready\r\n")
			info := c.Info()
			if info.Trust != TLS || info.Verified != row.verified || info.State == nil || info.Remote != target.Addr() || !c.last.TLS {
				t.Errorf("info %+v, frame's TLS %v", info, c.last.TLS)
			}
			c.Close()
		})
	}
}

func TestACAFileThatCannotBeUsedIsAUsageError(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		empty:              "no certificate in it",
		empty + ".missing": "no such file",
	} {
		_, err := Dial(context.Background(), Target{Scheme: IMAP, Host: "127.0.0.1", Port: "1"}, Options{CAFile: file})
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestTheCauseOfAFailedConnectIsNamed(t *testing.T) {
	noLeaks(t)
	closed := func() Target {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		host, port, _ := net.SplitHostPort(l.Addr().String())
		return Target{Scheme: IMAPS, Host: host, Port: port}
	}()
	missing := filepath.Join(t.TempDir(), "no\x1bne")
	for _, row := range []struct {
		name   string
		target Target
		want   string
	}{
		{"a closed port", closed, "connecting to " + closed.Addr() + ": connection refused"},
		{"no such socket", Target{Scheme: Unix, Path: missing}, "connecting to " + strings.Replace(missing, "\x1b", `\x1b`, 1) + ": no such socket"},
		{"an unknown host", Target{Scheme: IMAP, Host: "nowhere.invalid", Port: "143"}, "resolving nowhere.invalid: "},
		{"no host name", Target{Scheme: IMAP, Host: "ü\u202e.test", Port: "143"}, `resolving ü\xe2\x80\xae.test: not a host name`},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Dial(context.Background(), row.target, Options{Timeout: patience})
			if err == nil || !strings.HasPrefix(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
	if _, err := Dial(context.Background(), closed, Options{}); runtime.GOOS != "windows" && !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("%v does not unwrap to the system's error", err)
	}
}

func TestTheErrorSaysWhatTheResolverSays(t *testing.T) {
	target, o := Target{Scheme: IMAP, Host: "mail.test", Port: "143"}, Options{Timeout: 15 * time.Second}
	for _, row := range []struct {
		dns  *net.DNSError
		want string
	}{
		{&net.DNSError{IsNotFound: true}, "resolving mail.test: no such host"},
		{&net.DNSError{IsTimeout: true}, "resolving mail.test: no answer within 15s"},
		{&net.DNSError{Err: "server mis\x1bbehaving"}, `resolving mail.test: server mis\x1bbehaving`},
	} {
		err := dialError(context.Background(), target, o, &net.OpError{Op: "dial", Net: "tcp", Err: row.dns})
		if err.Error() != row.want {
			t.Errorf("got %q, want %q", err, row.want)
		}
	}
}

func TestACancelledDialSaysSo(t *testing.T) {
	noLeaks(t)
	ctx, cancel := context.WithCancel(context.Background())
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
		cancel()
		io.Copy(io.Discard, s)
	})
	target.Scheme = IMAPS
	if _, err := Dial(ctx, target, Options{}); !errors.Is(err, context.Canceled) || !strings.HasSuffix(err.Error(), "interrupted") {
		t.Errorf("got %v", err)
	}
}

func TestALinkWithoutTLSIsTrustedOnlyIfItIsLocal(t *testing.T) {
	greet := func(s net.Conn) {
		say(s, "* OK ready\r\n")
		io.Copy(io.Discard, s)
	}
	tunnel := Target{Scheme: Tunnel, Path: `printf '* OK ready\r\n'; exec cat`}
	for _, row := range []struct {
		name   string
		target func() Target
	}{
		{"IPv4 loopback", func() Target { return listen(t, "tcp", "127.0.0.1:0", greet) }},
		{"IPv6 loopback", func() Target { return listen(t, "tcp", "[::1]:0", greet) }},
		{"a local socket", func() Target { return listen(t, "unix", filepath.Join(t.TempDir(), "s"), greet) }},
		{"a tunnel", func() Target { return tunnel }},
	} {
		t.Run(row.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && row.name == "a tunnel" {
				t.Skip("no sh")
			}
			c := dialed(t, row.target(), Options{})
			c.untilFrame("* OK ready\r\n")
			if info := c.Info(); info.Trust != Local || info.State != nil {
				t.Errorf("info %+v", info)
			}
			c.Close()
		})
	}
	far := &remoteAt{addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 143}}
	if got := trustOf(far, Target{Scheme: IMAP}, nil); got != Clear {
		t.Errorf("a remote address has trust %v", got)
	}
}

type remoteAt struct {
	net.Conn
	addr net.Addr
}

func (r *remoteAt) RemoteAddr() net.Addr { return r.addr }

func TestATunnelSpeaksToAProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no sh")
	}
	c := dialed(t, Target{Scheme: Tunnel, Path: "cat"}, Options{})
	c.send(line("* OK what is sent comes back"))
	c.untilFrame("* OK what is sent comes back\r\n")
}

func TestATunnelThatEndsReportsItsStatus(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no sh")
	}
	var stderr strings.Builder // written before the end is posted
	c := dialed(t, Target{Scheme: Tunnel, Path: "echo no way >&2; exit 3"}, Options{Stderr: &stderr})
	if err := c.untilEnd(); err.Error() != `tunnel "echo no way >&2; exit 3": exit status 3` {
		t.Errorf("got %v", err)
	}
	if stderr.String() != "no way\n" {
		t.Errorf("stderr %q", stderr.String())
	}
	c.Close()
	c = dialed(t, Target{Scheme: Tunnel, Path: "exit 0"}, Options{})
	if err := c.untilEnd(); err != io.EOF {
		t.Errorf("a tunnel that succeeds ends with %v", err)
	}
}

func TestCloseKillsATunnelThatDoesNotEnd(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no sh")
	}
	c := dialed(t, Target{Scheme: Tunnel, Path: "exec sleep 1000"}, Options{})
	c.Close()
	select {
	case <-c.link.Conn.(*tunnel).ended:
	default:
		t.Error("the command has not ended")
	}
}

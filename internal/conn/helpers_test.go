package conn

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"imapsh/internal/wire"
)

// patience is how long a test waits for something that must come.
const patience = 2 * time.Minute

// noLeaks fails the test if a goroutine of this package is still running at its end.
func noLeaks(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		var stacks string
		for end := time.Now().Add(patience); time.Now().Before(end); runtime.Gosched() {
			buf := make([]byte, 1<<20)
			stacks = string(buf[:runtime.Stack(buf, true)])
			if !strings.Contains(stacks, "conn.(*reader)") && !strings.Contains(stacks, "conn.(*writer)") && !strings.Contains(stacks, "conn.startTunnel.") {
				return
			}
		}
		t.Errorf("a goroutine is left over:\n%s", stacks)
	})
}

// A client is a Conn and everything received from it.
type client struct {
	*Conn
	t      *testing.T
	got    bytes.Buffer // the bytes of every part
	frames []string     // the Raw of every End
	last   *wire.Frame  // a copy of the last End's
}

// piped connects a client to a server script through a pipe without a buffer:
// each write of the server is one read, and nothing is sent until it is read.
func piped(t *testing.T, o Options, server func(net.Conn)) *client {
	t.Helper()
	noLeaks(t)
	ours, theirs := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		server(theirs)
	}()
	c := &client{Conn: New(ours, Target{Scheme: IMAP, Host: "mail.test", Port: "143"}, o), t: t}
	t.Cleanup(func() {
		c.Close()
		theirs.Close()
		<-done
	})
	return c
}

// dialed connects a client to a listener that runs the script for each connection.
func dialed(t *testing.T, target Target, o Options) *client {
	t.Helper()
	noLeaks(t)
	conn, err := Dial(context.Background(), target, o)
	if err != nil {
		t.Fatalf("dialling %v: %v", target, err)
	}
	t.Cleanup(func() { conn.Close() })
	return &client{Conn: conn, t: t}
}

// listen serves a script and returns its imap:// target.
func listen(t *testing.T, network, address string, script func(net.Conn)) Target {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Skipf("listening on %s %s: %v", network, address, err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			script(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	if network == "unix" {
		return Target{Scheme: Unix, Path: address}
	}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	return Target{Scheme: IMAP, Host: host, Port: port}
}

// next waits for a batch and keeps its parts. The caller must release it.
func (c *client) next() *Batch {
	c.t.Helper()
	select {
	case b, ok := <-c.Batches():
		if !ok {
			c.t.Fatalf("the batches have ended; so far %q", c.got.String())
		}
		for _, p := range b.Parts {
			c.got.Write(p.Bytes)
			if p.Kind == wire.End {
				c.frames = append(c.frames, string(p.Frame.Raw))
				copied := *p.Frame
				c.last = &copied
			}
		}
		return b
	case <-time.After(patience):
		c.t.Fatalf("no batch came; so far %q", c.got.String())
		return nil
	}
}

// until takes batches until one fits, which the caller must release.
func (c *client) until(what string, fits func(*Batch) bool) *Batch {
	c.t.Helper()
	for {
		b := c.next()
		if fits(b) {
			return b
		}
		if b.Err != nil {
			c.t.Fatalf("no %s; the stream ended: %v; %q", what, b.Err, c.got.String())
		}
		b.Release()
	}
}

func (c *client) untilParked() *Batch {
	c.t.Helper()
	return c.until("parked batch", func(b *Batch) bool { return b.Parked })
}

func (c *client) untilSwitched() *Batch {
	c.t.Helper()
	return c.until("switched batch", func(b *Batch) bool { return b.Switched })
}

func (c *client) untilEnd() error {
	c.t.Helper()
	return c.until("end", func(b *Batch) bool { return b.Err != nil }).Err
}

func (c *client) untilFrame(raw string) {
	c.t.Helper()
	c.until("frame "+raw, func(*Batch) bool {
		return len(c.frames) > 0 && c.frames[len(c.frames)-1] == raw
	}).Release()
}

// send queues an op and returns a channel with the argument of its Done.
func (c *client) send(op Op) <-chan error {
	c.t.Helper()
	done := make(chan error, 1)
	op.Done = func(err error) { done <- err }
	select {
	case c.queue <- op:
	case <-time.After(patience):
		c.t.Fatalf("the queue does not take %q", op.Bytes)
	}
	return done
}

func line(s string) Op { return Op{Bytes: []byte(s + "\r\n")} }

func (c *client) told(done <-chan error) error {
	c.t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		c.t.Fatal("Done was not called")
		return nil
	}
}

// expect reads exactly want on the server's side.
func expect(t *testing.T, r io.Reader, want string) {
	got := make([]byte, len(want))
	if n, err := io.ReadFull(r, got); err != nil || string(got) != want {
		t.Errorf("the server got %q (%v), want %q", got[:n], err, want)
	}
}

// say writes on the server's side in one piece, drip byte by byte.
func say(w io.Writer, s string) { io.WriteString(w, s) }
func drip(w io.Writer, s string) {
	for i := range len(s) {
		io.WriteString(w, s[i:i+1])
	}
}

// An authority signs certificates.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // its own certificate in PEM
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{t: t}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: noon.AddDate(-2, 0, 0), NotAfter: noon.AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	pair := a.sign(template)
	a.cert, a.key = pair.Leaf, pair.PrivateKey.(*ecdsa.PrivateKey)
	a.file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// sign makes a certificate from a template; it is self-signed as long as the
// authority does not have its own.
func (a *authority) sign(template *x509.Certificate) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// issue returns a server certificate with an end date and some names.
func (a *authority) issue(ends time.Time, names ...string) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"},
		NotBefore: ends.AddDate(-1, 0, 0), NotAfter: ends,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	return a.sign(template)
}

func serverConfig(cert tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{cert}, Time: atNoon}
}

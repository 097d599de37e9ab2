package testserver

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xdg-go/scram"
)

// A Step is one thing that a canned server does on a connection.
type Step func(*exchange) error

// Canned is a server that goes through its steps once for each client.
type Canned struct {
	listener net.Listener
	running  sync.WaitGroup
	done     chan struct{} // closed when the test ends

	mu       sync.Mutex
	received bytes.Buffer
	conns    []net.Conn
	faults   []error
}

// exchange is a canned server's side of one connection.
type exchange struct {
	server *Canned
	socket *net.TCPConn
	conn   net.Conn // socket, or TLS on it
	in     *bufio.Reader
	tag    string // of the line expected last
	line   string // the line that Reply read last

	certificate *x509.Certificate // the server's, once TLS is used
	scram       *scram.ServerConversation
}

// NewCanned listens on a loopback port until the test ends. A step that fails (a line
// that is not the expected one) fails the test.
func NewCanned(t testing.TB, steps ...Step) *Canned {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Canned{listener: ln, done: make(chan struct{})}
	s.running.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			if !s.keep(conn) {
				return
			}
			s.running.Go(func() { s.play(conn, steps) })
		}
	})
	t.Cleanup(func() {
		close(s.done)
		ln.Close()
		s.mu.Lock()
		for _, c := range s.conns {
			c.Close()
		}
		s.mu.Unlock()
		s.running.Wait()
		for _, err := range s.faults {
			t.Errorf("canned server: %v", err)
		}
	})
	return s
}

// keep remembers a connection, to be closed when the test ends. It closes the connection itself and
// returns false if the test has already ended.
func (s *Canned) keep(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		conn.Close()
		return false
	default:
		s.conns = append(s.conns, conn)
		return true
	}
}

// Addr returns the address of the server, "127.0.0.1:PORT".
func (s *Canned) Addr() string { return s.listener.Addr().String() }

// Received returns everything that steps have read from clients so far, decrypted.
func (s *Canned) Received() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received.String()
}

func (s *Canned) play(conn net.Conn, steps []Step) {
	x := &exchange{server: s, socket: conn.(*net.TCPConn), conn: conn, in: bufio.NewReader(conn)}
	defer func() { x.conn.Close() }()
	for i, step := range steps {
		err := step(x)
		if errors.Is(err, errEnd) {
			return
		}
		if err != nil {
			select {
			case <-s.done: // the test is over, and its end closed the connection
			default:
				s.mu.Lock()
				s.faults = append(s.faults, fmt.Errorf("step %d: %w", i+1, err))
				s.mu.Unlock()
			}
			return
		}
	}
}

// errEnd ends an exchange without failing the test.
var errEnd = errors.New("end")

// Send sends text. "{tag}" in it stands for the tag of the line expected last.
func Send(text string) Step {
	return func(x *exchange) error {
		_, err := io.WriteString(x.conn, strings.ReplaceAll(text, "{tag}", x.tag))
		return err
	}
}

// SendUntilLeft sends as Send does, but a client that leaves before it has everything only ends the exchange.
func SendUntilLeft(text string) Step {
	send := Send(text)
	return func(x *exchange) error {
		if send(x) != nil {
			return errEnd
		}
		return nil
	}
}

// SendBytewise sends as Send does, but each byte in a segment of its own.
func SendBytewise(text string) Step {
	return func(x *exchange) error {
		for _, b := range []byte(strings.ReplaceAll(text, "{tag}", x.tag)) {
			if _, err := x.conn.Write([]byte{b}); err != nil {
				return err
			}
		}
		return nil
	}
}

// Expect reads a line, which must match a regular expression.
func Expect(pattern string) Step {
	re := regexp.MustCompile(pattern)
	return func(x *exchange) error {
		line, err := x.readLine()
		if err != nil {
			return fmt.Errorf("waiting for %q: %w", pattern, err)
		}
		x.tag, _, _ = strings.Cut(line, " ")
		if !re.MatchString(line) {
			return fmt.Errorf("got %q, expected %q", line, pattern)
		}
		return nil
	}
}

// ExpectBytes reads exactly these bytes.
func ExpectBytes(want string) Step {
	return func(x *exchange) error {
		got := make([]byte, len(want))
		n, err := io.ReadFull(x.in, got)
		x.server.record(got[:n])
		if err != nil || string(got) != want {
			return fmt.Errorf("got %q (%v), expected %q", got[:n], err, want)
		}
		return nil
	}
}

// Answer answers every command with OK, until LOGOUT or the end of the connection.
func Answer() Step { return answer(false) }

// AnswerIdle does as Answer does, but an IDLE lasts until DONE.
func AnswerIdle() Step { return answer(true) }

func answer(idles bool) Step {
	return func(x *exchange) error {
		idle := ""
		for {
			line, err := x.readLine()
			if err != nil {
				return errEnd
			}
			tag, command, _ := strings.Cut(line, " ")
			if line == "DONE" && idle != "" {
				tag, idle = idle, ""
			}
			text := tag + " OK done\r\n"
			if idles && strings.EqualFold(command, "IDLE") {
				text, idle = "+ idling\r\n", tag
			}
			out := strings.EqualFold(command, "LOGOUT")
			if out {
				text = "* BYE bye\r\n" + text
			}
			if _, err := io.WriteString(x.conn, text); err != nil || out {
				return errEnd
			}
		}
	}
}

// Close ends the connection properly.
func Close() Step { return func(*exchange) error { return errEnd } }

// CloseWrite says that nothing more will be sent, and continues reading.
func CloseWrite() Step {
	return func(x *exchange) error {
		return x.socket.CloseWrite()
	}
}

// Reset ends the connection with a TCP reset.
func Reset() Step {
	return func(x *exchange) error {
		x.socket.SetLinger(0)
		return x.socket.Close()
	}
}

// Stall reads and says nothing until the client leaves or the test ends.
func Stall() Step {
	return func(x *exchange) error {
		io.Copy(recorder{x.server}, x.in)
		return errEnd
	}
}

// Left does as Stall does, and calls f once the client has left.
func Left(f func()) Step {
	return func(x *exchange) error {
		io.Copy(recorder{x.server}, x.in)
		f()
		return errEnd
	}
}

// Pause waits, for tests of timings.
func Pause(d time.Duration) Step {
	return func(x *exchange) error {
		select {
		case <-x.server.done:
			return errEnd
		case <-time.After(d):
			return nil
		}
	}
}

// Wait waits until a channel is closed.
func Wait(ready <-chan struct{}) Step {
	return func(x *exchange) error {
		select {
		case <-x.server.done:
			return errEnd
		case <-ready:
			return nil
		}
	}
}

// StartTLS switches the connection to TLS. A handshake that fails ends the exchange, but not the test.
func StartTLS(conf *tls.Config) Step {
	return func(x *exchange) error {
		secure := tls.Server(readerConn{x.conn, x.in}, conf)
		if secure.Handshake() != nil {
			return errEnd
		}
		x.conn, x.in = secure, bufio.NewReader(secure)
		x.certificate, _ = x509.ParseCertificate(conf.Certificates[0].Certificate[0])
		return nil
	}
}

// readerConn is a connection whose first bytes may already be in a buffered reader.
type readerConn struct {
	net.Conn
	r io.Reader
}

func (c readerConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// readLine reads a line and returns it without its CRLF or LF.
func (x *exchange) readLine() (string, error) {
	line, err := x.in.ReadString('\n')
	x.server.record([]byte(line))
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}

func (s *Canned) record(b []byte) {
	s.mu.Lock()
	s.received.Write(b)
	s.mu.Unlock()
}

type recorder struct{ s *Canned }

func (r recorder) Write(p []byte) (int, error) {
	r.s.record(p)
	return len(p), nil
}

// Reached calls f when the exchange has come this far.
func Reached(f func()) Step {
	return func(*exchange) error {
		f()
		return nil
	}
}

// Repeat answers each line with the same text, until the client leaves.
func Repeat(text string) Step {
	return func(x *exchange) error {
		for {
			if _, err := x.readLine(); err != nil {
				return errEnd
			}
			if _, err := io.WriteString(x.conn, text); err != nil {
				return errEnd
			}
		}
	}
}

// Trickle sends one byte per interval, until the client leaves or the test ends.
func Trickle(every time.Duration) Step {
	return func(x *exchange) error {
		for {
			if err := Pause(every)(x); err != nil {
				return err
			}
			if _, err := x.conn.Write([]byte{'x'}); err != nil {
				return errEnd
			}
		}
	}
}

// Deaf reads nothing until the test ends.
func Deaf() Step {
	return func(x *exchange) error {
		x.socket.SetReadBuffer(64 << 10) // so that the client's buffers are soon full
		<-x.server.done
		return errEnd
	}
}

package demo

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// monday is the time at which every test server starts.
var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func start(t testing.TB) *Server {
	t.Helper()
	s, err := Start(Options{Now: func() time.Time { return monday }, Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A telnet is a client that sends and receives raw lines.
type telnet struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
	n    int
}

func dial(t testing.TB, s *Server) *telnet {
	t.Helper()
	c := dialRaw(t, s)
	if greeting := c.line(); !strings.HasPrefix(greeting, "* OK [CAPABILITY ") {
		t.Fatalf("greeting is %q", greeting)
	}
	return c
}

// dialRaw is dial without reading the greeting.
func dialRaw(t testing.TB, s *Server) *telnet {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(2 * time.Minute)) // a hang fails sooner than the package times out
	return &telnet{t: t, conn: conn, in: bufio.NewReader(conn)}
}

// login is dial, LOGIN and SELECT INBOX.
func login(t testing.TB, s *Server) *telnet {
	t.Helper()
	c := dial(t, s)
	c.ok("LOGIN demo demo")
	c.ok("SELECT INBOX")
	return c
}

func (c *telnet) send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatalf("sending %q: %v", text, err)
	}
}

// line reads a line, without its end.
func (c *telnet) line() string {
	c.t.Helper()
	line, err := c.in.ReadString('\n')
	if err != nil {
		c.t.Fatalf("reading: %v (after %q)", err, line)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// until reads up to the line with a prefix, and returns all lines.
func (c *telnet) until(prefix string) []string {
	c.t.Helper()
	var lines []string
	for {
		lines = append(lines, c.line())
		if strings.HasPrefix(lines[len(lines)-1], prefix) {
			return lines
		}
	}
}

// do sends a command with a tag, and returns all lines of the answer; the tagged one without its tag.
func (c *telnet) do(command string) []string {
	c.t.Helper()
	c.n++
	tag := fmt.Sprintf("t%d ", c.n)
	c.send(tag + command + "\r\n")
	lines := c.until(tag)
	lines[len(lines)-1] = strings.TrimPrefix(lines[len(lines)-1], tag)
	return lines
}

func (c *telnet) ok(command string) []string {
	c.t.Helper()
	lines := c.do(command)
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, "OK") {
		c.t.Fatalf("%s is answered\n%s", command, strings.Join(lines, "\n"))
	}
	return lines
}

// expect sends a command and compares all lines of the answer.
func (c *telnet) expect(command string, want ...string) {
	c.t.Helper()
	if got := c.do(command); strings.Join(got, "\n") != strings.Join(want, "\n") {
		c.t.Errorf("%s\n-- got:\n%s\n-- want:\n%s", command, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

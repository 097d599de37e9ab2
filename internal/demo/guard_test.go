package demo

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestFaultyLinesAreAnsweredAndTheSessionContinues(t *testing.T) {
	s := start(t)
	for _, row := range []struct{ name, sends, want string }{
		{"an empty line", "\r\n", "* BAD An empty line is not a command: expected a tag, a command and its arguments"},
		{"spaces", "   \r\n", "* BAD An empty line is not a command: expected a tag, a command and its arguments"},
		{"only a tag", "a1\r\n", "a1 BAD There is a tag but no command"},
		{"a tag and a space", "a1 \r\n", "a1 BAD There is a tag but no command"},
		{"an illegal tag", "a+1 NOOP\r\n", "* BAD The tag must be letters and digits"},
		{"a star for a tag", "* NOOP\r\n", "* BAD The tag must be letters and digits"},
		{"8-bit in the tag", "\xff NOOP\r\n", "* BAD The tag must be letters and digits"},
		{"an unterminated quote", "a1 SELECT \"INBOX\r\n", "a1 BAD The quoted string never ends"},
		{"a quote that ends in a backslash", "a1 SELECT \"INBOX\\\r\n", "a1 BAD The quoted string never ends"},
		{"a NUL", "a1 NOOP \x00\r\n", "a1 BAD NUL at byte 8"},
		{"a bare CR", "a1 NO\rOP\r\n", "a1 BAD CR without LF at byte 5"},
		{"an escape sequence", "a1 \x1b[2J\r\n", "a1 BAD Control character at byte 3"},
		{"an unknown command before login", "a1 HELLO\r\n", "a1 BAD Unknown command HELLO"},
		{"8-bit in the command", "a1 H\xc3\xa9\r\n", "a1 BAD Unknown command H?"},
		{"a line of 100 KB", "a1 LOGIN " + strings.Repeat("x", 100<<10) + "\r\n", "a1 BAD The line is longer than 32768 bytes"},
		{"a literal of too many digits", "a1 LOGIN {99999999999999999999}\r\n", "a1 BAD The literal's size is too large"},
		{"a long literal that may be refused", "a1 LOGIN {5000}\r\n", "a1 NO [TOOBIG] Literals are limited to 4096 bytes here"},
		{"a long literal that comes anyway", "a1 LOGIN {5000+}\r\n" + strings.Repeat("x\r\n", 1666) + "y\n x\r\n",
			"a1 BAD LITERAL- allows {n+} only up to 4096 bytes; send {5000} and wait"},
		{"a literal that holds a command, after an unknown command", "a1 FOO {9+}\r\na2 NOOP\r\n\r\n", "a1 BAD Unknown command FOO"},
		{"a literal that holds a command, after a syntax error", "a1 NOOP {9+}\r\na2 NOOP\r\n\r\n", `a1 BAD [CLIENTBUG] Expected the end of the line, got "{"`},
		{"a quote that never ends after a literal", "a1 LOGIN {4+}\r\ndemo \"demo\r\n", "a1 BAD The quoted string never ends"},
		{"a literal before login", "a1 APPEND INBOX {3+}\r\nhi!\r\n", "a1 BAD [CLIENTBUG] This command is only valid in the authenticated state"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := dial(t, s)
			c.send(row.sends)
			if got := c.line(); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
			c.expect("NOOP", "OK NOOP completed")
			c.ok("LOGIN demo demo")
		})
	}
}

func TestAppendEndsAfterItsMessage(t *testing.T) {
	c := login(t, start(t))
	for _, row := range []struct{ sends, want string }{
		{"x APPEND Sent {3+}\r\nhi! there\r\n", "x BAD There is extra data after the message"},
		{"x APPEND Sent {3+}\r\nhi! {3+}\r\nho!\r\n", "x BAD One message at a time: MULTIAPPEND is not supported"},
		{"x APPEND Sent {40000000}\r\n", "x NO [TOOBIG] Literals are limited to 33554432 bytes here"},
		{"x APPEND Sent \"tomorrow\" {3+}\r\nhi!\r\n", `x BAD in date-time: parsing time "tomorrow"`},
		{"x APPEND Sent hi\r\n", "x BAD [CLIENTBUG] Unknown APPEND data extension"},
		{"x APPEND Nowhere {3+}\r\nhi!\r\n", "x NO [TRYCREATE] There is no such mailbox"},
		{"x APPEND Sent (\\Seen) \"20-Nov-2026 10:00:00 +0100\" {3+}\r\nhi!\r\n", "x OK [APPENDUID "},
		{"x APPEND {4+}\r\nSent {3+}\r\nhi!\r\n", "x OK [APPENDUID "},
		{"x APPEND Sent UTF8 (~{3+}\r\nhi!)\r\n", "x OK [APPENDUID "},
	} {
		c.send(row.sends)
		if got := c.line(); !strings.HasPrefix(got, row.want) {
			t.Errorf("%q: got %s", row.sends, got)
		}
		c.ok("NOOP")
	}
	c.expect("STATUS Sent (MESSAGES)", `* STATUS "Sent" (MESSAGES 4)`, "OK STATUS completed")
}

func TestPipelinedCommandsAreAnsweredInOrder(t *testing.T) {
	c := dial(t, start(t))
	c.send("a LOGIN demo demo\r\n\r\nb SELECT INBOX\r\nc FOO\r\nd FETCH 1 UID\r\ne \"\r\nf IDLE\r\nDONE\r\ng LOGOUT\r\n")
	var tagged []string
	for _, line := range c.until("g ") {
		if tag, rest, _ := strings.Cut(line, " "); tag != "*" || strings.HasPrefix(rest, "BAD") {
			word, _, _ := strings.Cut(rest, " ")
			tagged = append(tagged, tag+" "+word)
		}
	}
	if got, want := strings.Join(tagged, ", "), "a OK, * BAD, b OK, c BAD, d OK, e BAD, + idling, f OK, g OK"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if rest, err := io.ReadAll(c.in); len(rest) > 0 || err != nil {
		t.Errorf("after LOGOUT came %q, %v", rest, err)
	}
}

func TestDeadlinesOfTheLibraryAreIgnored(t *testing.T) {
	g := newGuard(nil, nil, nil)
	if err := g.SetReadDeadline(time.Now()); err != nil {
		t.Error(err) // and the connection, which is nil, was not used
	}
}

func TestCloseLeavesNoGoroutineRunning(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	idle, literal, gone, quiet := login(t, s), login(t, s), login(t, s), dial(t, s)
	idle.send("i IDLE\r\n")
	idle.until("+ ")
	literal.send("l APPEND INBOX {100}\r\n")
	literal.until("+ ")
	gone.send("g IDLE\r\n")
	gone.until("+ ")
	gone.conn.Close()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	for _, c := range []*telnet{idle, literal, quiet} {
		if _, err := io.ReadAll(c.conn); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("the connection did not end: %v", err)
		}
	}
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("the port is still open")
	}
	for deadline := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			buf := make([]byte, 64<<10)
			t.Fatalf("left running:\n%s", buf[:runtime.Stack(buf, true)])
		}
	}
}

func TestAPortInUseIsAnError(t *testing.T) {
	s := start(t)
	if _, err := Start(Options{Listen: s.Addr()}); err == nil || !strings.Contains(err.Error(), "starting the practice server") {
		t.Errorf("got %v", err)
	}
}

// An open is a door that lets everything in.
type open struct{}

func (open) admit(int64) string { return "" }
func (open) proceed() error     { return nil }

// FuzzReadCommand checks what the inner server relies on: everything passed on is well framed and has no faulty line.
func FuzzReadCommand(f *testing.F) {
	for _, seed := range []string{"a NOOP\r\n", "a LOGIN {4}\r\ndemo {4+}\r\ndemo\r\n", "\r\n", "a APPEND x (\\Seen) {3+}\r\nabc\r\nb NOOP\n",
		"a APPEND {1+}\r\nx UTF8 (~{3+}\r\nabc)\r\n", "a SEARCH TEXT \"a\\\"b\" {0+}\r\n\r\n", "a UID FETCH 1 (\r\n", "a FOO {99999999999999999999+}\r\n", "\x00\r\r\n \"\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(data), 16)
		for n := 0; ; n++ {
			c, err := readCommand(r, open{})
			if err != nil {
				return
			}
			if n > len(data) {
				t.Fatal("more commands than bytes")
			}
			if c.fault != "" {
				if strings.ContainsAny(c.fault, "\r\n\x00") || c.tag == "" {
					t.Fatalf("tag %q, fault %q", c.tag, c.fault)
				}
				continue
			}
			if !known[c.name] || !isTag(c.tag) || len(c.pieces) != c.literals+1 {
				t.Fatalf("passed on: %q", c.pieces)
			}
			size := 0
			for i, piece := range c.pieces {
				line := piece[size:]
				if !bytes.HasSuffix(line, []byte("\r\n")) || lineFault(line[:len(line)-2]) != "" {
					t.Fatalf("piece %d is %q", i, piece)
				}
				lit, ok := announced(line[:len(line)-2])
				if ok != (i < len(c.pieces)-1) || lit.nonSync {
					t.Fatalf("piece %d is %q", i, piece)
				}
				size = int(lit.size)
			}
		}
	})
}

// FuzzSession sends arbitrary bytes in a session that is logged in: the session must end when the client ends it.
func FuzzSession(f *testing.F) {
	for _, seed := range []string{"a FETCH 1:* FULL\r\n", "a IDLE\r\nx\r\n", "a APPEND Sent {3+}\r\nabc\r\n", "a SEARCH NOT NOT (OR 1 2) {3+}\r\nabc\r\n",
		"a UID MOVE $ Sent\r\nb LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (% *) RETURN (STATUS (SIZE))\r\n", "a FETCH 1 BODY[1.2.3.MIME]<0.0>\r\n", "a STORE 1 FLAGS (\\* \\Recent)\r\n"} {
		f.Add([]byte(seed))
	}
	s := start(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		c := login(t, s)
		c.conn.(*net.TCPConn).SetWriteBuffer(1 << 20)
		go func() {
			c.conn.Write(data)
			c.conn.(*net.TCPConn).CloseWrite()
		}()
		if _, err := io.Copy(io.Discard, c.in); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Fatalf("the session did not end: %v", err)
		}
	})
}

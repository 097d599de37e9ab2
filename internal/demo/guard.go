package demo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// A guard is the connection that imapserver uses in place of the client's. It passes on
// one command at a time, complete and well framed, answers faulty ones by itself, and
// corrects the few responses that imapserver gets wrong. imapserver reads only after it
// has answered the command before, so the guard's own answers come in the right order.
type guard struct {
	net.Conn
	in      *bufio.Reader
	session *session
	log     *log.Logger
	closed  func() // called once, when the session has ended
	once    sync.Once

	// Only the goroutine that reads uses these.
	out    []byte   // for the next calls of Read
	pieces [][]byte // passed on after out, each when the server asks for a literal
	eof    error    // returned by Read when out is empty
	coming int64    // bytes of long literals that count as arriving

	mu      sync.Mutex
	current command // the command that the server is working on
	asked   bool    // the server has written "+" and waits
	greeted bool
	reason  string // why the server could not parse the current command
	refused string // replaces the OK to IDLE
}

func newGuard(conn net.Conn, s *session, l *log.Logger) *guard {
	return &guard{Conn: conn, in: bufio.NewReaderSize(conn, 16<<10), session: s, log: l}
}

// Close is called by imapserver when the session has ended.
func (g *guard) Close() error {
	err := g.Conn.Close()
	g.once.Do(func() {
		g.session.server.arriving.give(g.coming) // nothing arrives any longer
		g.closed()
	})
	return err
}

// SetReadDeadline and the others do nothing: Options.Idle says how long to wait for a client.
func (g *guard) SetReadDeadline(time.Time) error  { return nil }
func (g *guard) SetWriteDeadline(time.Time) error { return nil }
func (g *guard) SetDeadline(time.Time) error      { return nil }

// patience returns how long the client may take for its next command; 0 for no limit.
func (g *guard) patience() time.Duration {
	if idle := g.session.server.idle; g.session.user != nil || idle < loginTime {
		return idle
	}
	return loginTime
}

// Printf takes imapserver's log. Only there it says why it could not parse a command; to the
// client it says "Internal server error".
func (g *guard) Printf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if reason, ok := strings.CutPrefix(text, "handling "); ok {
		_, reason, _ = strings.Cut(reason, "command: ")
		g.mu.Lock()
		g.reason = reason
		g.mu.Unlock()
		return
	}
	g.log.Print(text)
}

// Read returns the next piece of a command.
func (g *guard) Read(p []byte) (int, error) {
	for len(g.out) == 0 {
		if g.eof != nil {
			return 0, g.eof
		}
		if err := g.nextInTime(); err != nil {
			g.eof = err
		}
	}
	n := copy(p, g.out)
	g.out = g.out[n:]
	return n, nil
}

// nextInTime calls next, with a limit on how long the client may take.
func (g *guard) nextInTime() error {
	limit := g.patience()
	if limit > 0 {
		g.Conn.SetReadDeadline(time.Now().Add(limit))
	}
	err := g.next()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		g.send(fmt.Sprintf("* BYE No data for %v; closing the connection\r\n", limit))
	}
	return err
}

// next fills g.out with what the server is to read next, or answers a command by itself.
func (g *guard) next() error {
	g.mu.Lock()
	asked, name := g.asked, g.current.name
	g.asked = false
	g.mu.Unlock()

	switch {
	case asked && len(g.pieces) > 0:
		g.out, g.pieces = g.pieces[0], g.pieces[1:]
		return nil
	case asked && name == "IDLE":
		return g.endIdle()
	case asked && name == "AUTHENTICATE":
		line, long, err := readLine(g.in)
		if long {
			line = []byte("*") // cancels the exchange
		}
		g.out = append(line, "\r\n"...)
		return err
	}
	// Without a "+", the server does not want the remaining pieces.
	g.out, g.pieces = nil, nil
	g.session.server.arriving.give(g.coming)
	g.coming = 0
	c, err := readCommand(g.in, g)
	if err != nil {
		return err
	}
	return g.begin(c)
}

// admit counts a long literal as arriving, or returns why it is refused: "NO …".
func (g *guard) admit(size int64) (fault string) {
	s := g.session
	switch {
	case s.user == nil: // the inner server refuses the command
	case !s.room.has(size + messageOctets):
		return "NO [OVERQUOTA] " + tooMuch
	}
	if !s.server.arriving.take(size) {
		return "NO [LIMIT] Too much data is on its way to the practice server; try again"
	}
	g.coming += size
	return ""
}

// proceed tells the client to send a synchronizing literal.
func (g *guard) proceed() error { return g.send("+ Ready for literal data\r\n") }

// endIdle waits for the line that ends IDLE. The server must get DONE in any case, even
// at the end of the connection: otherwise one of its goroutines never ends.
func (g *guard) endIdle() error {
	line, _, err := readLine(g.in)
	if err == nil && !strings.EqualFold(string(line), "DONE") {
		g.mu.Lock()
		g.refused = g.current.tag + " BAD Expected DONE to end IDLE\r\n"
		g.mu.Unlock()
	}
	g.out = []byte("DONE\r\n")
	return err
}

// begin passes a command on, or answers it.
func (g *guard) begin(c *command) error {
	switch {
	case c.fault != "":
		return g.send(c.tag + " " + c.fault + "\r\n")
	case c.name == "ID":
		return g.send(identify(c))
	case c.name == "CHECK" && !g.session.selected():
		return g.send(c.tag + " BAD No mailbox is selected\r\n")
	case c.name == "ENABLE" && c.args == "":
		return g.send(c.tag + " BAD ENABLE needs the name of a capability\r\n")
	}
	if g.session.utf8() && namesMailboxes[c.name] {
		// In UTF-8 mode "&" means itself; the inner server always reads modified UTF-7.
		c.pieces[0] = bytes.ReplaceAll(c.pieces[0], []byte("&"), []byte("&-"))
	}
	g.out, g.pieces = c.pieces[0], c.pieces[1:]
	g.mu.Lock()
	g.current, g.reason, g.refused = command{tag: c.tag, name: c.name}, "", ""
	g.mu.Unlock()
	return nil
}

var namesMailboxes = set("CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "STATUS", "LIST", "LSUB",
	"SELECT", "EXAMINE", "APPEND", "COPY", "MOVE", "UID COPY", "UID MOVE")

// identify answers ID (RFC 2971), which imapserver does not know.
func identify(c *command) string {
	if args := strings.TrimSpace(c.args); !strings.EqualFold(args, "NIL") &&
		!(strings.HasPrefix(args, "(") && strings.HasSuffix(args, ")")) {
		return c.tag + " BAD ID needs NIL or a list of field names and values\r\n"
	}
	return `* ID ("name" "imapsh demo" "vendor" "imapsh")` + "\r\n" + c.tag + " OK ID completed\r\n"
}

// name returns the name of the command that the server is working on.
func (g *guard) name() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.current.name
}

func (g *guard) send(text string) error {
	g.beforeWriting()
	_, err := io.WriteString(g.Conn, text)
	return err
}

// beforeWriting limits how long a client may take to read.
func (g *guard) beforeWriting() {
	if idle := g.session.server.idle; idle > 0 {
		g.Conn.SetWriteDeadline(time.Now().Add(idle))
	}
}

// Write passes a response on, corrected if necessary. imapserver writes each response
// separately; only those above 4 KB come in several writes, and none that is corrected is
// that long.
func (g *guard) Write(p []byte) (int, error) {
	g.mu.Lock()
	text := g.mend(p)
	g.mu.Unlock()
	if len(text) == 0 {
		return len(p), nil
	}
	g.beforeWriting()
	if _, err := g.Conn.Write(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (g *guard) mend(p []byte) []byte {
	if !g.greeted {
		g.greeted = true
		p = bytes.Replace(p, []byte("IMAP server ready"), []byte("imapsh practice server ready"), 1)
		return withID(p)
	}
	if g.reason != "" && bytes.HasSuffix(p, []byte(" NO [SERVERBUG] Internal server error\r\n")) {
		return []byte(g.current.tag + " BAD " + printable(plainly(g.reason)) + "\r\n")
	}
	if plain := plainBad(p, g.current.tag); !bytes.Equal(plain, p) {
		return plain
	}
	if bytes.Equal(p, []byte("+ Ready for literal data\r\n")) {
		g.asked = true
		return nil // the client has already got it
	}
	switch g.current.name {
	case "CAPABILITY", "LOGIN":
		return withID(p)
	case "AUTHENTICATE":
		if bytes.HasPrefix(p, []byte("+ ")) {
			g.asked = true
			return p
		}
		return withID(p)
	case "IDLE":
		if bytes.HasPrefix(p, []byte("+ ")) {
			g.asked = true
		}
		if g.refused != "" && bytes.HasPrefix(p, []byte(g.current.tag+" ")) {
			return []byte(g.refused)
		}
	case "FETCH", "UID FETCH":
		return withoutSpaces(p)
	case "LIST", "LSUB", "STATUS":
		if g.session.utf8() {
			return bytes.ReplaceAll(p, []byte("&-"), []byte("&"))
		}
	}
	return p
}

// withID adds ID to a list of capabilities, after SASL-IR.
func withID(p []byte) []byte {
	if !bytes.HasPrefix(p, []byte("* CAPABILITY ")) && !bytes.Contains(p, []byte(" [CAPABILITY ")) {
		return p
	}
	return bytes.Replace(p, []byte(" SASL-IR "), []byte(" SASL-IR ID "), 1)
}

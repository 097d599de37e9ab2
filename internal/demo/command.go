package demo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of what a client may send, in bytes.
const (
	maxLine         = 32 << 10 // RFC 2683 §3.2.1.5 asks for at least 8,000
	maxShortLiteral = 4096     // in all commands but APPEND; the limit of LITERAL- without "+" (RFC 7888 §5)
	maxPieces       = 64       // literals in one command
)

// known are the commands that are passed on. An unknown one before login would
// end the connection.
var known = set("NOOP", "CHECK", "LOGOUT", "CAPABILITY", "AUTHENTICATE", "LOGIN", "ENABLE", "ID",
	"CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "STATUS", "LIST", "LSUB", "NAMESPACE", "IDLE",
	"SELECT", "EXAMINE", "CLOSE", "UNSELECT", "APPEND", "FETCH", "EXPUNGE", "STORE", "COPY", "MOVE", "SEARCH",
	"UID FETCH", "UID EXPUNGE", "UID STORE", "UID COPY", "UID MOVE", "UID SEARCH")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// command is what a client sent up to the line end that completes it: a line,
// or lines and the literals between them.
type command struct {
	tag  string // "*" when none could be read
	name string // in capitals, "UID FETCH"
	args string // the rest of the first line
	// pieces are what to pass on, in order: the first line; then each literal with
	// the line after it. Each line ends in CRLF, each but the last in "{n}CRLF".
	pieces   [][]byte
	literals int // how many
	octets   int // of the last literal
	// fault is the answer without its tag ("BAD The quoted string never ends"), "" for a command to be passed on.
	fault string
}

func (c *command) refuse(format string, args ...any) {
	if c.fault == "" {
		c.fault = fmt.Sprintf(format, args...)
	}
}

// A door lets literals in.
type door interface {
	// admit says of one longer than maxShortLiteral why it must not come, "" if it may.
	admit(size int64) (fault string)
	// proceed asks for a synchronizing one.
	proceed() error
}

// readCommand reads one command. A faulty one is read to its end all the same,
// so that no literal of it is taken for the next command. The error is one of reading.
func readCommand(r *bufio.Reader, d door) (*command, error) {
	c := &command{}
	for {
		line, long, err := readLine(r)
		if err != nil {
			return nil, err
		}
		switch {
		case long:
			c.refuse("BAD The line is longer than %d bytes", maxLine)
		default:
			if fault := lineFault(line); fault != "" {
				c.refuse("BAD %s", fault)
			}
		}
		if c.tag == "" {
			c.readName(line)
		}
		lit, isLit := announced(line)
		if !isLit || long {
			c.pass(line)
			c.checkAppend()
			return c, nil
		}
		c.checkLiteral(lit)
		if c.fault == "" && lit.size > maxShortLiteral {
			if fault := d.admit(lit.size); fault != "" {
				c.refuse("%s", fault)
			}
		}
		if c.fault != "" {
			// The client sends a non-synchronizing literal whatever we think of it.
			if !lit.nonSync {
				return c, nil
			}
			if err := discard(r, lit.size); err != nil {
				return nil, err
			}
			continue
		}
		// The inner server is given the synchronizing form, so that its "+"
		// reports whether it has understood the line and wants the bytes.
		c.pass(append(line[:lit.at:lit.at], fmt.Sprintf("{%d}", lit.size)...))
		if !lit.nonSync {
			if err := d.proceed(); err != nil {
				return nil, err
			}
		}
		octets, err := readOctets(r, lit.size)
		if err != nil {
			return nil, err
		}
		c.pieces = append(c.pieces, octets)
		c.literals++
		c.octets = len(octets)
	}
}

// pass adds a line to what is passed on, after the literal that was read last.
func (c *command) pass(line []byte) {
	if c.fault != "" {
		c.pieces = nil
		return
	}
	if len(c.pieces) == 0 {
		c.pieces = append(c.pieces, nil)
	}
	last := &c.pieces[len(c.pieces)-1]
	*last = append(append(*last, line...), "\r\n"...)
}

// readName reads tag and name from the first line.
func (c *command) readName(line []byte) {
	c.tag = "*"
	text := strings.TrimRight(string(line), " ")
	tag, rest, _ := strings.Cut(text, " ")
	switch {
	case text == "":
		c.refuse("BAD An empty line is not a command: expected a tag, a command and its arguments")
		return
	case !isTag(tag):
		c.refuse("BAD The tag must be letters and digits")
		return
	}
	c.tag = tag
	name, args, _ := strings.Cut(rest, " ")
	c.name = strings.ToUpper(name)
	if c.name == "UID" {
		name, args, _ = strings.Cut(args, " ")
		c.name = strings.TrimRight("UID "+strings.ToUpper(name), " ")
	}
	c.args = args
	switch {
	case rest == "":
		c.refuse("BAD There is a tag but no command")
	case strings.HasPrefix(rest, " "):
		c.refuse("BAD There is more than one space after the tag")
	case !known[c.name]:
		c.refuse("BAD Unknown command %s", printable(c.name))
	}
}

// checkLiteral refuses what the inner server would get wrong.
func (c *command) checkLiteral(lit literal) {
	limit := int64(maxShortLiteral)
	if c.name == "APPEND" {
		limit = appendLimit
	}
	switch {
	case lit.bad != "":
		c.refuse("BAD %s", lit.bad)
	case lit.nonSync && lit.size > maxShortLiteral:
		c.refuse("BAD LITERAL- allows {n+} only up to %d bytes; send {%d} and wait", maxShortLiteral, lit.size)
	case lit.size > limit:
		c.refuse("NO [TOOBIG] Literals are limited to %d bytes here", limit)
	case c.literals >= maxPieces:
		c.refuse("BAD More than %d literals in one command", maxPieces)
	case c.name == "APPEND" && c.literals >= c.literalsOfAppend():
		c.refuse("BAD One message at a time: MULTIAPPEND is not supported")
	}
}

// literalsOfAppend is how many literals an APPEND has: the message, and the
// mailbox if that is one too.
func (c *command) literalsOfAppend() int {
	if strings.HasPrefix(c.args, "{") {
		return 2
	}
	return 1
}

// checkAppend sees to it that an APPEND ends after its message: the inner server
// would store it and then not answer at all.
func (c *command) checkAppend() {
	if c.name != "APPEND" || c.fault != "" || c.literals < c.literalsOfAppend() {
		return
	}
	last := c.pieces[len(c.pieces)-1]
	if after := string(last[c.octets:]); after != "\r\n" && after != ")\r\n" {
		c.refuse("BAD There is extra data after the message")
		c.pieces = nil
	}
}

// lineFault tells what is wrong with a line (without its end), "" if nothing is.
func lineFault(line []byte) string {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch b := line[i]; {
		case b == 0:
			return fmt.Sprintf("NUL at byte %d", i)
		case b == '\r':
			return fmt.Sprintf("CR without LF at byte %d", i)
		case b < ' ' || b == 0x7f:
			return fmt.Sprintf("Control character at byte %d", i)
		case b == '"':
			quoted = !quoted
		case b == '\\' && quoted:
			if i++; i < len(line) && line[i] != '"' && line[i] != '\\' {
				return fmt.Sprintf("Backslash at byte %d that escapes neither a quote nor a backslash", i-1)
			}
		}
	}
	if quoted {
		return "The quoted string never ends"
	}
	return ""
}

// isTag reports whether a word can be a tag: RFC 9051's 1*<any ASTRING-CHAR except "+">,
// and no "]", which the inner server does not read.
func isTag(word string) bool {
	for i := 0; i < len(word); i++ {
		if b := word[i]; b <= ' ' || b >= 0x7f || strings.IndexByte(`(){%*"\]+`, b) >= 0 {
			return false
		}
	}
	return word != ""
}

// literal is the "{n}" or "{n+}" at the end of a line.
type literal struct {
	at      int // where "{" is
	size    int64
	nonSync bool
	bad     string // what is wrong with it
}

// announced finds the literal that a line announces, if any.
func announced(line []byte) (literal, bool) {
	text := bytes.TrimRight(line, " ")
	if len(text) == 0 || text[len(text)-1] != '}' {
		return literal{}, false
	}
	at := bytes.LastIndexByte(text, '{')
	if at < 0 {
		return literal{}, false
	}
	digits := text[at+1 : len(text)-1]
	lit := literal{at: at}
	if n := len(digits); n > 0 && digits[n-1] == '+' {
		lit.nonSync, digits = true, digits[:n-1]
	}
	if len(digits) == 0 || len(bytes.Trim(digits, "0123456789")) > 0 {
		return literal{}, false
	}
	size, err := strconv.ParseInt(string(digits), 10, 64)
	switch {
	case err != nil:
		lit.bad, lit.nonSync = "The literal's size is too large", false
	case len(text) != len(line):
		lit.bad = "Space after the literal's size"
	}
	lit.size = size
	return lit, true
}

// readLine reads to LF and gives the line without its end, CRLF or LF. A line
// longer than maxLine is read and cut; then long is true.
func readLine(r *bufio.Reader) (line []byte, long bool, err error) {
	for {
		chunk, err := r.ReadSlice('\n')
		if len(line)+len(chunk) > maxLine+2 {
			long = true
			chunk = chunk[:max(0, maxLine-len(line))]
		}
		line = append(line, chunk...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		return bytes.TrimSuffix(line, []byte("\r")), long, nil
	}
}

// readOctets reads a literal. What is announced is not allocated before it comes.
func readOctets(r io.Reader, size int64) ([]byte, error) {
	var buf bytes.Buffer
	if _, err := io.CopyN(&buf, r, size); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func discard(r io.Reader, size int64) error {
	_, err := io.CopyN(io.Discard, r, size)
	return err
}

// printable is text that may be in a response: what is not printable ASCII becomes "?".
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

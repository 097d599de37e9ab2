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

// known are the commands that are passed on. An unknown one would make the inner server
// close the connection before login.
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

// A command is a complete command of the client: a line, or lines with literals between them.
type command struct {
	tag  string // "*" if it has no valid tag
	name string // in capitals, "UID FETCH"
	args string // the rest of the first line
	// pieces are passed on in order: the first line, then each literal with the line after it. Each
	// line ends in CRLF, and each but the last in "{n}CRLF".
	pieces   [][]byte
	literals int // how many literals
	octets   int // bytes of the last literal
	// fault is the answer without its tag ("BAD The quoted string never ends"); "" if the command is passed on.
	fault string
}

func (c *command) refuse(format string, args ...any) {
	if c.fault == "" {
		c.fault = fmt.Sprintf(format, args...)
	}
}

// A door decides which literals are let in.
type door interface {
	// admit returns why a literal longer than maxShortLiteral is refused; "" if it may come.
	admit(size int64) (fault string)
	// proceed tells the client to send a synchronizing literal.
	proceed() error
}

// readCommand reads one command. It reads a faulty one to its end too, so that its literals
// are not taken for commands. Its error is one of reading.
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
			// The client sends a non-synchronizing literal in any case.
			if !lit.nonSync {
				return c, nil
			}
			if err := discard(r, lit.size); err != nil {
				return nil, err
			}
			continue
		}
		// The inner server gets the synchronizing form, so that its "+" shows that
		// it has understood the line and wants the bytes.
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

// pass adds a line to the pieces, after the literal that was read last.
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

// readName parses the tag and the name in the first line.
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

// checkLiteral refuses literals that are too long or that the inner server would handle wrongly.
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

// literalsOfAppend returns how many literals an APPEND has: the message, and the mailbox if
// that is a literal too.
func (c *command) literalsOfAppend() int {
	if strings.HasPrefix(c.args, "{") {
		return 2
	}
	return 1
}

// checkAppend refuses an APPEND with anything after its message: the inner server would store
// it and then never answer.
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

// lineFault returns what is wrong with a line, given without its end; "" if nothing is.
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

// isTag reports whether a word can be a tag: 1*<any ASTRING-CHAR except "+"> (RFC 9051 §9), but
// without "]", which the inner server does not accept.
func isTag(word string) bool {
	for i := 0; i < len(word); i++ {
		if b := word[i]; b <= ' ' || b >= 0x7f || strings.IndexByte(`(){%*"\]+`, b) >= 0 {
			return false
		}
	}
	return word != ""
}

// A literal is the "{n}" or "{n+}" at the end of a line.
type literal struct {
	at      int // the offset of "{"
	size    int64
	nonSync bool
	bad     string // what is wrong with it
}

// announced returns the literal that a line announces, and reports whether there is one.
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

// readLine reads up to LF and returns the line without its end, CRLF or LF. It cuts a line that is
// longer than maxLine and returns long.
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

// readOctets reads a literal. It allocates memory only as the bytes come, not as announced.
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

// printable returns text for a response: characters other than printable ASCII become "?".
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

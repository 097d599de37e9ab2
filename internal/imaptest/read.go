package imaptest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// An entry is one line of a test, with the lines of its literals.
type entry struct {
	at     int     // the 1-based number of its first line
	pieces []piece // text and literals in turn, text first and last
}

// A piece is a text of an entry, or a literal.
type piece struct {
	text    string
	literal bool
	binary  bool
}

// head returns the text before the first literal.
func (r *entry) head() string { return r.pieces[0].text }

// after returns the entry without its first n bytes.
func (r entry) after(n int) entry {
	pieces := append([]piece(nil), r.pieces...)
	pieces[0].text = pieces[0].text[n:]
	return entry{r.at, pieces}
}

// String returns the entry for showing it in one line: a literal is its size, {n}.
func (r *entry) String() string {
	var b strings.Builder
	for _, p := range r.pieces {
		if p.literal {
			fmt.Fprintf(&b, "{%d}", len(p.text))
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// maxConnections is how many connections a test may have.
const maxConnections = 100

// A reader reads a test.
type reader struct {
	test   *Test
	env    func(string) (string, bool)
	header bool
	group  *group
	ifs    []condition
	skip   bool
}

// A condition is an !ifenv or !ifnenv that has not ended.
type condition struct {
	at      int
	skipped bool // lines before it were being skipped
	other   bool // !else has been read
}

// Read parses a test. env looks up an environment variable. An error is an *Error.
func Read(text []byte, env func(name string) (string, bool)) (*Test, error) {
	r := &reader{header: true, env: env, test: &Test{Connections: 1, Messages: AllMessages, State: Selected, Extra: true}}
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	for i := 0; i < len(lines); {
		line := strings.TrimSuffix(string(lines[i]), "\r")
		switch {
		case line == "":
			r.header = false
			i++
			continue
		case line[0] == '#':
			i++
			continue
		}
		row, next, err := joined(lines, i)
		if err != nil {
			return nil, err
		}
		i = next
		if r.header {
			err = r.headerLine(&row)
		} else {
			err = r.line(row)
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case len(r.ifs) > 0:
		return nil, &Error{r.ifs[0].at, "this !ifenv is not closed: !endif is missing"}
	case r.group == nil:
		return nil, &Error{len(lines), "there are no commands"}
	}
	return r.test, r.answered()
}

// joined returns the entry that begins with line i, 0-based, and the index of the line after it.
func joined(lines [][]byte, i int) (entry, int, error) {
	const opens, closes = "{{{", "}}}"
	r := entry{at: i + 1}
	line := strings.TrimSuffix(string(lines[i]), "\r")
	for {
		before, ok := strings.CutSuffix(line, opens)
		if !ok {
			r.pieces = append(r.pieces, piece{text: line})
			return r, i + 1, nil
		}
		before, binary := strings.CutSuffix(before, "~")
		eol := "\r\n"
		if binary {
			eol = "\n"
		}
		var body []string
		for i++; ; i++ {
			if i == len(lines) {
				return r, i, &Error{r.at, "this literal is not closed: a line that begins with }}} is missing"}
			}
			line = string(lines[i])
			if rest, ends := strings.CutPrefix(line, closes); ends {
				line = strings.TrimSuffix(rest, "\r")
				break
			}
			if !binary {
				line = strings.TrimSuffix(line, "\r")
			}
			body = append(body, line)
		}
		r.pieces = append(r.pieces, piece{text: before}, piece{text: strings.Join(body, eol), literal: true, binary: binary})
	}
}

// headerLine takes a line "key: value" of the header.
func (r *reader) headerLine(row *entry) error {
	key, value, ok := strings.Cut(row.head(), ":")
	key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
	t := r.test
	number := func(most int) (int, error) {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > most {
			return 0, &Error{row.at, fmt.Sprintf("%s: %q is not a number up to %d", key, value, most)}
		}
		return n, nil
	}
	var err error
	user, isUser := strings.CutPrefix(key, "user ")
	switch {
	case !ok || !isKey(key):
		return &Error{row.at, fmt.Sprintf("%q is not a line of the header", row.head())}
	case key == "capabilities":
		t.Capabilities = strings.Fields(strings.ToUpper(value))
	case key == "connections" && value == "n":
		t.Connections = 2
	case key == "connections":
		if t.Connections, err = number(maxConnections); err == nil && t.Connections == 0 {
			err = &Error{row.at, "a test needs a connection"}
		}
	case key == "messages" && value == "all":
		t.Messages = AllMessages
	case key == "messages":
		t.Messages, err = number(1 << 20)
	case key == "ignore_extra_untagged":
		t.Extra = strings.HasPrefix(strings.ToLower(value), "y")
	case key == "state":
		if t.State, ok = states[strings.ToLower(value)]; !ok {
			err = &Error{row.at, fmt.Sprintf("state: %q is not nonauth, auth, created, appended or selected", value)}
		}
	case isUser:
		n, _ := strconv.Atoi(user)
		if n == 0 || n > maxConnections {
			return &Error{row.at, fmt.Sprintf("%s: there is no such connection", key)}
		}
		for len(t.Users) < n {
			t.Users = append(t.Users, "")
		}
		if value == "${user2}" {
			value = SecondUser
		}
		t.Users[n-1] = value
	}
	return err
}

// directive takes !ifenv, !ifnenv, !else or !endif, and reports whether the line is one of these.
func (r *reader) directive(row *entry) (bool, error) {
	word, arg, _ := strings.Cut(row.head(), " ")
	switch word {
	case "!ifenv", "!ifnenv":
		_, set := r.env(arg)
		r.ifs = append(r.ifs, condition{at: row.at, skipped: r.skip})
		r.skip = r.skip || set != (word == "!ifenv")
	case "!else":
		if len(r.ifs) == 0 || r.ifs[len(r.ifs)-1].other {
			return true, &Error{row.at, "this !else has no !ifenv before it"}
		}
		c := &r.ifs[len(r.ifs)-1]
		c.other = true
		r.skip = c.skipped || !r.skip
	case "!endif":
		if len(r.ifs) == 0 {
			return true, &Error{row.at, "this !endif has no !ifenv before it"}
		}
		r.skip = r.ifs[len(r.ifs)-1].skipped
		r.ifs = r.ifs[:len(r.ifs)-1]
	default:
		return false, nil
	}
	return true, nil
}

// isUntagged reports whether a text is an expectation of an untagged response, and of which kind.
func isUntagged(text string) (existence, bool) {
	if len(text) < 2 || text[1] != ' ' || strings.IndexByte("*!?", text[0]) < 0 {
		return 0, false
	}
	return existence(text[0]), true
}

// line takes a line after the header.
func (r *reader) line(row entry) error {
	if is, err := r.directive(&row); is || r.skip {
		return err
	}
	if g := r.group; g != nil {
		if rest, ok := strings.CutPrefix(row.head(), "!sleep "); ok {
			if _, err := pause(rest); err != nil {
				return &Error{row.at, err.Error()}
			}
			g.sleep = rest
			return nil
		}
		if strings.HasPrefix(row.head(), "!output ") {
			g.output = append(g.output, row.after(len("!output ")))
			return nil
		}
		if exists, ok := isUntagged(row.head()); ok {
			return r.expects(exists, row)
		}
		if g.pending > 0 {
			if is, err := r.reply(&row); is || err != nil {
				return err
			}
		}
	}
	return r.command(row)
}

// expects takes an expectation of an untagged response, which begins with "* ", "! " or "? ".
func (r *reader) expects(exists existence, row entry) error {
	u := &untagged{at: row.at, exists: exists, text: row.String()}
	rest := row.after(2)
	var err error
	if u.pattern, err = untaggedPattern(&rest); err == nil {
		r.group.untagged = append(r.group.untagged, u)
	}
	return err
}

// connection splits the number of the connection off a line if the test has several. conn is 0-based.
func (r *reader) connection(row *entry) (conn int, rest entry, err error) {
	if r.test.Connections == 1 {
		return 0, *row, nil
	}
	word, _, _ := strings.Cut(row.head(), " ")
	n, bad := strconv.Atoi(word)
	if bad != nil || n < 1 || n > maxConnections {
		return 0, *row, &Error{row.at, "the number of the connection is missing: this test has several"}
	}
	return n - 1, row.after(min(len(word)+1, len(row.head()))), nil
}

// tagOf returns the word tagN that a text begins with; "" if it does not.
func tagOf(text string) string {
	word, _, ok := strings.Cut(text, " ")
	if ok && len(word) > 3 && strings.EqualFold(word[:3], "tag") && isNumber(word[3:]) {
		return word
	}
	return ""
}

// replies are the words that say how a command must be answered; "" allows any answer.
var replies = map[string]string{"ok": "OK", "no": "NO", "bad": "BAD", `""`: ""}

// replyOf returns the first word of a text, and the reply that it means if it is one of these words.
func replyOf(text string) (word, name string, ok bool) {
	word, _, _ = strings.Cut(text, " ")
	name, ok = replies[strings.ToLower(word)]
	return word, name, ok
}

// reply takes the reply to an earlier command, and reports whether the line is one.
func (r *reader) reply(row *entry) (bool, error) {
	g := r.group
	conn, rest, err := r.connection(row)
	if err != nil {
		conn, rest = -1, *row
	}
	tag := tagOf(rest.head())
	if tag != "" {
		rest = rest.after(len(tag) + 1)
	}
	if _, _, ok := replyOf(rest.head()); !ok {
		return false, nil
	}
	switch {
	case err != nil:
		return true, err
	case conn != g.conn:
		return true, &Error{row.at, "the command was sent on another connection"}
	}
	for _, c := range g.commands {
		if strings.EqualFold(c.tag, tag) && !c.known {
			g.pending--
			return true, c.answers(&rest)
		}
	}
	return true, &Error{row.at, "no command with this tag is waiting for a reply"}
}

// answers sets how a command must be answered.
func (c *sent) answers(row *entry) error {
	word, name, _ := replyOf(row.head())
	c.known, c.wants, c.said = true, row.String(), row.at
	if name == "" {
		return nil
	}
	rest := row.after(len(word))
	var err error
	c.reply, err = taggedPattern(name, &rest)
	return err
}

// answered returns an error if a command of the group has no reply.
func (r *reader) answered() error {
	if r.group == nil || r.group.pending == 0 {
		return nil
	}
	for _, c := range r.group.commands {
		if !c.known {
			return &Error{c.at, "the reply to this command is missing"}
		}
	}
	return nil
}

// command takes a command, and begins a group with it unless one is open.
func (r *reader) command(row entry) error {
	conn, rest, err := r.connection(&row)
	if err != nil {
		return err
	}
	tag := tagOf(rest.head())
	if tag != "" {
		rest = rest.after(len(tag) + 1)
	}
	if r.group == nil || r.group.pending == 0 {
		r.group = &group{conn: conn}
		r.test.groups = append(r.test.groups, r.group)
		r.test.Connections = max(r.test.Connections, conn+1)
	}
	g := r.group
	if exists, ok := isUntagged(rest.head()); ok && tag == "" && len(g.commands) == 0 {
		g.greeting = true
		return r.expects(exists, rest)
	}
	switch {
	case conn != g.conn:
		return &Error{row.at, "commands that are sent together must be sent on one connection"}
	case tag == "" && g.pending > 0:
		return r.answered()
	}
	c := &sent{at: row.at, tag: tag, text: rest}
	for _, other := range g.commands {
		if strings.EqualFold(other.tag, tag) {
			return &Error{row.at, "this tag is already used"}
		}
	}
	if word, name, ok := replyOf(rest.head()); ok {
		c.text = rest.after(min(len(word)+1, len(rest.head())))
		c.known, c.wants, c.said = true, word, row.at
		if name != "" {
			empty := entry{at: row.at, pieces: []piece{{}}}
			if c.reply, err = taggedPattern(name, &empty); err != nil {
				return err
			}
		}
	} else {
		g.pending++
	}
	if strings.TrimSpace(c.text.head()) == "" {
		return &Error{row.at, "a command is missing here"}
	}
	g.commands = append(g.commands, c)
	return nil
}

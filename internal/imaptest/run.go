package imaptest

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/match"
)

// A Server provides the connections that a test runs on, numbered from 0. Each keeps its responses until Next asks for
// them.
type Server interface {
	// Open connects, and logs in unless user is "". Connection 0 is open already.
	Open(conn int, user string) error
	// Offers reports whether the server has a capability, in capitals.
	Offers(conn int, capability string) bool
	// Greeting returns the server's greeting; nil if there was none.
	Greeting(conn int) *Heard
	// Send sends a command, and returns its tag once it has been sent in full or the server has refused it. After the
	// loss of the connection the error wraps ErrLost.
	Send(conn int, l Line) (tag string, err error)
	// Next waits for the next response, tagged or untagged. After the loss of the connection the error wraps ErrLost.
	Next(conn int) (*Heard, error)
	// Pause waits.
	Pause(time.Duration)
	// Say shows a text of the test (!output).
	Say(text string)
}

// A Heard is a response.
type Heard struct {
	*match.Response
	Shown string // as it may be shown: secrets masked
}

// ErrLost is the error for a connection that has ended.
var ErrLost = errors.New("the connection is gone")

// A Setting holds the values that a test runs with.
type Setting struct {
	User, User2 string // User2 is "" if there is no second user
	Host        string
	Password    string // of both users; "" if it is not known
	Box         string // a mailbox that does not exist yet
	Messages    []Message
}

// An Outcome says how a test went.
type Outcome struct {
	Skipped string // why it does not run on this server; "" if it did
	Failure *Failure
}

// A Failure says why a test failed.
type Failure struct {
	Line          int // of the file, 1-based; 0 if there is none
	Why           string
	Expected, Got string // for an expectation that was not met
}

// Error returns Why.
func (f *Failure) Error() string { return f.Why }

// A run is one run of a test.
type run struct {
	*Test
	Setting
	server Server
	values map[string]value
	counts []int // how many messages each connection's mailbox has
	seqs   []int // the present sequence numbers of the messages there were before the group; 0 if expunged
	next   int   // the index of the next message to append

	modseqIndex int
	modseqLeast uint64
}

// Run runs a test. Connection 0 must be open, and logged in if the state of the test asks for that.
func (t *Test) Run(s Server, with Setting) Outcome {
	r := &run{Test: t, Setting: with, server: s, counts: make([]int, t.Connections)}
	r.setValues()
	if t.HasSecondUser() && with.User2 == "" {
		return Outcome{Skipped: "it needs a second user (--user2)"}
	}
	var missing []string
	for _, c := range t.Capabilities {
		if !s.Offers(0, c) {
			missing = append(missing, c)
		}
	}
	if len(missing) > 0 {
		return Outcome{Skipped: "the server does not offer " + strings.Join(missing, ", ")}
	}
	if err := r.prepare(); err != nil {
		return failed(err)
	}
	for _, g := range t.groups {
		if err := r.group(g); err != nil {
			return failed(err)
		}
	}
	return Outcome{}
}

func failed(err error) Outcome {
	var f *Failure
	if !errors.As(err, &f) {
		f = &Failure{Why: err.Error()}
		if e := (*Error)(nil); errors.As(err, &e) {
			f.Line, f.Why = e.Line, e.Text
		}
	}
	return Outcome{Failure: f}
}

// userOf returns the user that logs in on a connection.
func (r *run) userOf(conn int) string {
	if conn >= len(r.Users) || r.Users[conn] == "" {
		return r.User
	}
	if r.Users[conn] == SecondUser {
		return r.User2
	}
	return r.Users[conn]
}

// setValues sets the variables that every test has.
func (r *run) setValues() {
	r.values = map[string]value{
		"mailbox":     {text: r.Box},
		"mailbox_url": {text: (&url.URL{Path: r.Box}).EscapedPath()},
	}
	add := func(n, user string) {
		name, domain, ok := strings.Cut(user, "@")
		if !ok {
			domain = r.Host
		}
		r.values["user"+n], r.values["username"+n], r.values["domain"+n] = value{text: user}, value{text: name}, value{text: domain}
		r.values["password"+n] = value{text: r.Password, secret: true}
	}
	add("", r.User)
	if r.User2 != "" {
		add("2", r.User2)
	}
	for i := 1; i < r.Connections; i++ {
		add(strconv.Itoa(i+1), r.userOf(i))
	}
}

// prepare brings the connections into the state in which the commands begin.
func (r *run) prepare() error {
	for i := 1; i < r.Connections; i++ {
		user := ""
		if r.State > Nonauth {
			user = r.userOf(i)
		}
		if err := r.server.Open(i, user); err != nil {
			return err
		}
	}
	box, err := quote(r.Box)
	if err != nil {
		return err
	}
	made := map[string]bool{}
	for i := 0; i < r.Connections && r.State >= Created; i++ {
		if made[r.userOf(i)] || i > 0 && r.State < Selected {
			continue
		}
		made[r.userOf(i)] = true
		if err := r.setUp(i, Line{Text: "CREATE " + box}); err != nil {
			return err
		}
	}
	if r.State >= Appended {
		n := r.Test.Messages
		if n == AllMessages {
			n = len(r.Setting.Messages)
		}
		for range n {
			line, err := r.append("APPEND "+box, true)
			if err == nil {
				err = r.setUp(0, line)
			}
			if err != nil {
				return err
			}
		}
	}
	for i := 0; i < r.Connections && r.State == Selected; i++ {
		if err := r.setUp(i, Line{Text: "SELECT " + box}); err != nil {
			return err
		}
	}
	for i := range r.Connections {
		if err := r.drain(i); err != nil {
			return err
		}
	}
	return nil
}

// drain drops the responses that came before the test.
func (r *run) drain(conn int) error {
	tag, err := r.server.Send(conn, Line{Text: "NOOP"})
	for err == nil {
		var h *Heard
		if h, err = r.server.Next(conn); err == nil && r.counted(conn, h) == tag {
			return nil
		}
	}
	return r.lost(err, 0, "before the test")
}

// setUp sends a command that prepares the test, and that must succeed.
func (r *run) setUp(conn int, line Line) error {
	verb, _, _ := strings.Cut(string(line.Text), " ")
	tag, err := r.server.Send(conn, line)
	for err == nil {
		var h *Heard
		if h, err = r.server.Next(conn); err != nil {
			break
		}
		if r.counted(conn, h) != tag {
			continue
		}
		if h.Name != "OK" {
			return &Failure{Why: fmt.Sprintf("preparing the test: %s was answered %s", verb, h.Shown)}
		}
		return nil
	}
	return r.lost(err, 0, "preparing the test: "+verb)
}

// lost returns the failure of a lost connection, or of another error, with its line and what was being done.
func (r *run) lost(err error, at int, doing string) error {
	return &Failure{Line: at, Why: doing + ": " + err.Error()}
}

// counted keeps track of the number of messages, and returns the tag of the response.
func (r *run) counted(conn int, h *Heard) string {
	n, _ := strconv.Atoi(h.Num)
	switch h.Name {
	case "EXISTS":
		r.counts[conn] = n
	case "EXPUNGE":
		r.counts[conn] = max(0, r.counts[conn]-1)
		for i, s := range r.seqs {
			switch {
			case s == n:
				r.seqs[i] = 0
			case s > n:
				r.seqs[i]--
			}
		}
	}
	return h.Tag
}

// append adds the next message to a command, and its date before it if date is set.
func (r *run) append(text command.Text, date bool) (Line, error) {
	if len(r.Setting.Messages) == 0 {
		return Line{}, errors.New("there are no messages to append: FILE.mbox or default.mbox is missing")
	}
	m := r.Setting.Messages[r.next%len(r.Setting.Messages)]
	r.next++
	if date && m.Date != "" {
		when, err := quote(m.Date)
		if err != nil {
			return Line{}, err
		}
		text += " " + when
	}
	return Line{Text: text + " " + announced(len(m.Text), false), Literals: []Literal{{Octets: []byte(m.Text)}}}, nil
}

// quote returns a quoted string.
func quote(s string) (command.Text, error) {
	text, ok := command.QuotedText(s)
	if !ok {
		return "", fmt.Errorf("%q cannot be quoted", s)
	}
	return text, nil
}

// line returns a command of the test as it is sent.
func (r *run) line(c *sent) (Line, error) {
	line, secret, err := r.expand(&c.text)
	if err != nil {
		return line, err
	}
	words := line.Text.Fields()
	verb := strings.ToUpper(string(words[0]))
	if verb == "UID" && len(words) > 1 {
		verb = strings.ToUpper(string(words[1]))
	}
	switch {
	case secret && verb != "LOGIN":
		return line, &Error{c.at, "a password can only be used in LOGIN"}
	case verb != "APPEND" && verb != "REPLACE" || len(line.Literals) > 0 || slices.ContainsFunc(words, func(w command.Text) bool { return strings.EqualFold(string(w), "CATENATE") }):
		return line, nil
	case len(words) == 1:
		box, err := quote(r.Box)
		if err != nil {
			return line, err
		}
		return r.append(line.Text+" "+box, true)
	}
	return r.append(line.Text, false)
}

// sequence returns the present sequence number of the message that had this one before the group; "<gone>" if it was
// expunged.
func (r *run) sequence(name string) string {
	n, _ := strconv.Atoi(name)
	if n < 1 || n > len(r.seqs) || r.seqs[n-1] == 0 {
		return "<gone>"
	}
	return strconv.Itoa(r.seqs[n-1])
}

// pause parses a time: a number and ms, s, secs or the like; a number without a unit is seconds.
func pause(s string) (time.Duration, error) {
	s = strings.TrimSpace(s)
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	n, err := strconv.Atoi(s[:i])
	unit := time.Second
	switch word := strings.TrimSpace(s[i:]); {
	case err != nil || n > 1<<20:
		return 0, fmt.Errorf("%q is not a time, as in 200ms", s)
	case strings.HasPrefix("milliseconds", word) && strings.HasPrefix(word, "mil"), word == "ms", word == "msecs":
		unit = time.Millisecond
	case word == "", word == "s", strings.HasPrefix(word, "sec"):
	case word == "m", strings.HasPrefix(word, "min"):
		unit = time.Minute
	default:
		return 0, fmt.Errorf("%q is not a time, as in 200ms", s)
	}
	return time.Duration(n) * unit, nil
}

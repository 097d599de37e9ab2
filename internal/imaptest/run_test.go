package imaptest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A canned server answers each command as its table says, with the command's tag for "TAG". Commands that are not in it
// are answered OK.
type canned struct {
	t       *testing.T
	answers map[string][]string // by the command as it is sent
	caps    string
	sent    []string
	queue   map[int][]*Heard
	lost    map[int]bool
	said    []string
	n       int
}

func (c *canned) Open(conn int, user string) error {
	c.sent = append(c.sent, fmt.Sprintf("open %d %s", conn, user))
	if user == "nobody" {
		return errors.New("refused")
	}
	return nil
}
func (c *canned) Offers(_ int, cap string) bool { return strings.Contains(c.caps, cap) }
func (c *canned) Greeting(int) *Heard           { return received(c.t, "* OK ready") }
func (c *canned) Pause(d time.Duration)         { c.said = append(c.said, d.String()) }
func (c *canned) Say(text string)               { c.said = append(c.said, text) }

func (c *canned) Send(conn int, l Line) (string, error) {
	if c.lost[conn] {
		return "", fmt.Errorf("%w: reset", ErrLost)
	}
	c.n++
	tag := fmt.Sprintf("a%d", c.n)
	text := string(l.Text)
	for _, lit := range l.Literals {
		text += string(lit.Octets) + string(lit.Text)
	}
	if c.queue == nil {
		c.queue, c.lost = map[int][]*Heard{}, map[int]bool{}
	}
	c.sent = append(c.sent, fmt.Sprintf("%d %s", conn, text))
	answers, ok := c.answers[text]
	if !ok {
		answers = []string{"TAG OK done"}
	}
	for _, a := range answers {
		switch a = strings.ReplaceAll(a, "TAG", tag); {
		case a == "lost":
			c.lost[conn] = true
		case strings.HasPrefix(a, "later "):
			c.queue[9] = append(c.queue[9], received(c.t, a[6:]))
		default:
			c.queue[conn] = append(c.queue[conn], received(c.t, a))
		}
	}
	if len(c.queue[9]) > 0 && !strings.Contains(strings.Join(answers, " "), "later ") {
		c.queue[conn] = append(c.queue[conn], c.queue[9]...)
		c.queue[9] = nil
	}
	return tag, nil
}

func (c *canned) Next(conn int) (*Heard, error) {
	if len(c.queue[conn]) == 0 {
		return nil, fmt.Errorf("%w: reset", ErrLost)
	}
	h := c.queue[conn][0]
	c.queue[conn] = c.queue[conn][1:]
	return h, nil
}

// runOn runs a test and says how it went, in one line.
func runOn(t *testing.T, c *canned, text string) string {
	t.Helper()
	test, err := Read([]byte(text), oneEnv)
	if err != nil {
		t.Fatal(err)
	}
	c.t = t
	o := test.Run(c, Setting{User: "alice@example.net", User2: "bob", Host: "host", Box: "box", Messages: []Message{{Text: "one\r\n", Date: "22-Feb-2008 17:06:23 +0000"}, {Text: "two\r\n"}}})
	switch f := o.Failure; {
	case o.Skipped != "":
		return "skipped: " + o.Skipped
	case f == nil:
		return "passed"
	case f.Expected != "":
		return fmt.Sprintf("%d: expected %s, got %s", f.Line, f.Expected, f.Got)
	default:
		return fmt.Sprintf("%d: %s", f.Line, f.Why)
	}
}

func TestATestPassesOnlyIfItsExpectationsAreMet(t *testing.T) {
	for _, row := range []struct {
		name, test string
		answers    map[string][]string
		want       string
	}{
		{"all comes", "ok x\n* 1 exists\n? 2 exists\n! 3 exists\n", map[string][]string{"x": {"* 1 EXISTS", "TAG OK done"}}, "passed"},
		{"one is missing", "ok x\n* 1 exists\n", map[string][]string{"x": {"* 2 EXISTS", "* 0 RECENT", "TAG OK done"}}, "4: expected * 1 exists, got * 2 EXISTS   (and 1 more)"},
		{"nothing comes", "ok x\n* 1 exists\n", nil, "4: expected * 1 exists, got nothing"},
		{"one must not come", "ok x\n! 1 exists\n", map[string][]string{"x": {"* 1 EXISTS", "TAG OK done"}}, "4: expected not  1 exists, got * 1 EXISTS"},
		{"refused", "ok x\n", map[string][]string{"x": {"TAG NO [TRYCREATE] none"}}, "3: expected ok, got NO [TRYCREATE] none"},
		{"refused as expected", "x\n* 1 exists\nno [trycreate]\n", map[string][]string{"x": {"* 1 EXISTS", "TAG NO [TRYCREATE] none"}}, "passed"},
		{"refused otherwise", "x\nno [nonexistent]\n", map[string][]string{"x": {"TAG NO [TRYCREATE] none"}}, "4: expected no [nonexistent], got NO [TRYCREATE] none"},
		{"whatever", "\"\" x\n", map[string][]string{"x": {"TAG BAD no"}}, "passed"},
		{"names", "ok x\n* 1 fetch (uid $u)\n\nok y $u\n* search $u\n", map[string][]string{"x": {"* 1 FETCH (UID 7)", "TAG OK"}, "y 7": {"* SEARCH 7", "TAG OK"}}, "passed"},
		{"a value is not kept if the rest differs", "ok x\n* 1 fetch (uid $u flags (\\seen))\n* 2 fetch (uid $u flags ())\n", map[string][]string{"x": {"* 2 FETCH (UID 8 FLAGS ())", "* 1 FETCH (UID 8 FLAGS (\\Seen))", "TAG OK"}}, "passed"},
		{"the tag", "ok x\n* esearch (tag $tag)\n", map[string][]string{"x": {`* ESEARCH (tag "TAG")`, "TAG OK"}}, "passed"},
		{"the tag of another", "ok x\n* esearch (tag $tag)\n", map[string][]string{"x": {`* ESEARCH (tag "q")`, "TAG OK"}}, `4: expected * esearch (tag $tag), got * ESEARCH (tag "q")`},
		{"pipelined", "tag1 x\ntag2 y\n* 1 exists\ntag2 no\ntag1 ok\n", map[string][]string{"x": {"later * 1 EXISTS", "later TAG OK"}, "y": {"TAG NO"}}, "passed"},
		{"expunged", "ok x\n* 3 exists\n\nok y\n* $1 expunge\n* $3 expunge\n* 1 fetch (flags ())\n", map[string][]string{"x": {"* 3 EXISTS", "TAG OK"}, "y": {"* 1 EXPUNGE", "* 2 EXPUNGE", "* 1 FETCH (FLAGS ())", "TAG OK"}}, "passed"},
		{"lost", "ok x\n\nok y\n", map[string][]string{"y": {"lost"}}, "5: a command was not answered: the connection is gone: reset"},
		{"lost as expected", "\"\" x\n* bye\n", map[string][]string{"x": {"* BYE ends", "lost"}}, "passed"},
		{"lost with an answer expected", "ok x\n* bye\n", map[string][]string{"x": {"* BYE ends", "lost"}}, "3: a command was not answered: the connection is gone: reset"},
		{"mod-sequences grow", "ok x\n* 1 fetch (modseq ($modseq2))\n\nok y\n* 1 fetch (modseq ($modseq5))\n", map[string][]string{"x": {"* 1 FETCH (MODSEQ (10))", "TAG OK"}, "y": {"* 1 FETCH (MODSEQ (12))", "TAG OK"}}, "7: expected * 1 fetch (modseq ($modseq5)), got * 1 FETCH (MODSEQ (12))"},
		{"a variable without a value", "ok x $nothing\n", nil, "3: $nothing has no value ($$nothing is a keyword)"},
		{"a password elsewhere", "ok x $password\n", nil, "3: $password is not known"},
		{"output and a pause", "ok x\n!output for $mailbox\n!sleep 20ms\n", nil, "passed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := runOn(t, &canned{answers: row.answers}, "state: nonauth\n\n"+row.test); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestATestStartsInItsState(t *testing.T) {
	for _, row := range []struct{ header, want string }{
		{"state: nonauth", "0 NOOP, 0 x"},
		{"state: auth", "0 NOOP, 0 x"},
		{"state: created", `0 CREATE "box", 0 NOOP, 0 x`},
		{"state: appended", "0 CREATE \"box\", 0 APPEND \"box\" \"22-Feb-2008 17:06:23 +0000\" {5}one\r\n, 0 APPEND \"box\" {5}two\r\n, 0 NOOP, 0 x"},
		{"messages: 1", "0 CREATE \"box\", 0 APPEND \"box\" \"22-Feb-2008 17:06:23 +0000\" {5}one\r\n, 0 SELECT \"box\", 0 NOOP, 0 x"},
		{"messages: 0\nconnections: 2\nuser 2: ${user2}", `open 1 bob, 0 CREATE "box", 1 CREATE "box", 0 SELECT "box", 1 SELECT "box", 0 NOOP, 1 NOOP, 0 x`},
	} {
		c := &canned{}
		line := "ok x"
		if strings.Contains(row.header, "connections") {
			line = "1 ok x"
		}
		if got := runOn(t, c, row.header+"\n\n"+line+"\n"); got != "passed" || strings.Join(c.sent, ", ") != row.want {
			t.Errorf("%s: %s\ngot  %q\nwant %q", row.header, got, strings.Join(c.sent, ", "), row.want)
		}
	}
}

func TestATestIsSkippedIfTheServerOrUserItNeedsIsMissing(t *testing.T) {
	c := &canned{caps: "IDLE"}
	if got := runOn(t, c, "capabilities: idle acl X\n\nok x\n"); got != "skipped: the server does not offer ACL, X" || len(c.sent) > 0 {
		t.Errorf("got %s after %q", got, c.sent)
	}
	test, err := Read([]byte("user 2: $user2\nconnections: 2\n\n1 ok x\n"), oneEnv)
	if err != nil {
		t.Fatal(err)
	}
	if o := test.Run(c, Setting{User: "alice"}); o.Skipped != "it needs a second user (--user2)" {
		t.Errorf("got %+v", o)
	}
}

func TestAFailureBeforeTheTestIsReported(t *testing.T) {
	for _, row := range []struct{ header, want string }{
		{"connections: 2\nuser 2: nobody\nstate: auth", "0: refused"},
		{"state: created\nconnections: 2", "0: preparing the test: CREATE was answered a1 NO exists"},
	} {
		c := &canned{answers: map[string][]string{`CREATE "box"`: {"TAG NO exists"}}}
		if got := runOn(t, c, row.header+"\n\n1 ok x\n"); got != row.want {
			t.Errorf("%s: got %s, want %s", row.header, got, row.want)
		}
	}
}

package tagger

import (
	"io"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// exchange drives a Tagger as a connection would: lines in, responses in.
type exchange struct {
	t *testing.T
	*Tagger
	now    time.Time
	framer *wire.Framer
}

func newExchange(t *testing.T, greeting string) *exchange {
	x := &exchange{t: t, now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return x.now }
	x.Tagger, x.framer = New("", clock, &Memory{}), wire.NewFramer(clock)
	if greeting != "" {
		x.hear(greeting)
	}
	return x
}

// hear takes one response and returns its event.
func (x *exchange) hear(line string) *Event {
	x.t.Helper()
	var arena wire.Arena
	var last *Event
	for _, p := range x.framer.Feed([]byte(line+"\r\n"), nil, &arena) {
		if p.Kind == wire.End {
			last = x.Observe(p.Frame)
		}
	}
	if last == nil {
		x.t.Fatalf("%q is not a complete response", line)
	}
	return last
}

func (x *exchange) begin(text string) Outgoing { return x.Begin(Line{Text: command.Text(text)}) }

// run sends a line and hears its answer, in which "TAG" stands for its tag.
func (x *exchange) run(text string, responses ...string) *Event {
	x.t.Helper()
	out := x.begin(text)
	var e *Event
	for _, r := range responses {
		e = x.hear(strings.Replace(r, "TAG", out.Command.Tag, 1))
	}
	return e
}

// sent returns what steps put on the wire, with "<+>" where they wait for a continuation request.
func sent(steps []Step) string {
	var b strings.Builder
	for _, s := range steps {
		switch s.Kind {
		case AwaitContinuation:
			b.WriteString("<+>")
		case SendSource:
			io.Copy(&b, s.Source)
		default:
			b.Write(s.Bytes)
		}
	}
	return b.String()
}

func TestOurTagsSkipThoseOfTheUser(t *testing.T) {
	x := newExchange(t, "* OK hello")
	x.begin("NOOP")
	x.Begin(Line{Tag: "a007", Blank: " ", Text: "NOOP"})
	x.Begin(Line{Tag: "A1", Blank: " ", Text: "NOOP"})
	x.Begin(Line{Tag: "a02", Blank: " ", Text: "NOOP"})
	if got := x.begin("NOOP").Command.Tag; got != "a008" {
		t.Errorf("got tag %s, want a008", got)
	}
	x.Begin(Line{Tag: "a999", Blank: " ", Text: "NOOP"})
	if got := x.begin("NOOP").Command.Tag; got != "a1000" {
		t.Errorf("got tag %s, want a1000", got)
	}
}

func TestALineWithItsOwnTagIsSentAsTyped(t *testing.T) {
	x := newExchange(t, "* OK hello")
	out := x.Begin(Line{Tag: ".", Blank: "  ", Text: "list  > x"})
	if got := sent(out.Steps); got != ".  list  > x\r\n" {
		t.Errorf("got %q", got)
	}
}

func TestALineBecomesSteps(t *testing.T) {
	attach := func(s string) *Attachment { return Source(s, "file") }
	tests := []struct {
		name, caps string
		line       Line
		want       string
	}{
		{"a literal waits if the server offers nothing else", "IMAP4rev1", Line{Text: "APPEND x", Attached: attach("hello")}, "a001 APPEND x {5}\r\n<+>hello\r\n"},
		{"LITERAL+ does not wait", "IMAP4rev1 LITERAL+", Line{Text: "APPEND x", Attached: attach("hello")}, "a001 APPEND x {5+}\r\nhello\r\n"},
		{"LITERAL- does not wait for 4096", "IMAP4rev1 LITERAL-", Line{Text: "APPEND x", Attached: attach(strings.Repeat("x", 4096))}, "a001 APPEND x {4096+}\r\n" + strings.Repeat("x", 4096) + "\r\n"},
		{"LITERAL- waits for 4097", "IMAP4rev1 LITERAL-", Line{Text: "APPEND x", Attached: attach(strings.Repeat("x", 4097))}, "a001 APPEND x {4097}\r\n<+>" + strings.Repeat("x", 4097) + "\r\n"},
		{"IDLE waits", "IMAP4rev1 IDLE", Line{Text: "idle"}, "a001 idle\r\n<+>"},
		{"shorthand is completed", "IMAP4rev1", Line{Text: "list"}, "a001 list \"\" \"*\"\r\n"},
		{"a raw line is not completed", "IMAP4rev1", Line{Text: "list", Raw: true}, "a001 list\r\n"},
		{"a typed literal waits after the line", "IMAP4rev1", Line{Tag: "x1", Blank: " ", Text: "LOGIN {5}"}, "x1 LOGIN {5}\r\n<+>"},
		{"a typed non-synchronizing literal does not wait", "IMAP4rev1", Line{Tag: "x1", Blank: " ", Text: "LOGIN {5+}"}, "x1 LOGIN {5+}\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := newExchange(t, "* OK [CAPABILITY "+tt.caps+"] hello")
			got := sent(x.Begin(tt.line).Steps)
			if !strings.EqualFold(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestThePasswordIsASecretInItsStep(t *testing.T) {
	x := newExchange(t, "* OK hello")
	if out := x.begin("login alice"); out.Ask == nil || len(x.InFlight()) != 0 {
		t.Fatalf("LOGIN without a password must ask and send nothing, got %+v", out)
	}
	for _, pw := range []string{"secret", `päss wörd "q" \ x`} {
		out := x.Begin(Line{Text: "login alice", Secret: &pw})
		shown := ""
		for _, s := range out.Steps {
			shown += command.Mask(string(s.Bytes), s.Secrets)
		}
		if strings.Contains(shown, "ecret") || strings.Contains(shown, "rd") || !strings.Contains(shown, command.Masked) {
			t.Errorf("shown: %q", shown)
		}
		if strings.Contains(out.Command.Line, pw) {
			t.Errorf("the command's line contains the password: %q", out.Command.Line)
		}
	}
}

func TestTheSessionFollowsTheExchange(t *testing.T) {
	x := newExchange(t, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello")
	check := func(when string, state command.State, mailbox string) {
		t.Helper()
		got := ""
		if m := x.Session().Mailbox; m != nil {
			got = m.Name
		}
		if x.Session().State != state || got != mailbox {
			t.Errorf("%s: state %d in %q, want %d in %q", when, x.Session().State, got, state, mailbox)
		}
	}
	check("greeted", command.NotAuthenticated, "")
	x.run("login alice wrong", "TAG NO no")
	check("a failed LOGIN", command.NotAuthenticated, "")
	x.run("login alice secret", "TAG OK [CAPABILITY IMAP4rev1 IDLE] in")
	check("LOGIN", command.Authenticated, "")
	x.run("select inbox", `* FLAGS (\Seen)`, "* 3 EXISTS", "* OK [UIDVALIDITY 7] x", "* OK [UIDNEXT 9] x", "TAG OK [READ-WRITE] x")
	check("SELECT", command.Selected, "INBOX")
	m := x.Session().Mailbox
	if m.Exists != 3 || m.UIDValidity != 7 || m.UIDNext != 9 || m.ReadOnly {
		t.Errorf("got %+v", m)
	}
	e := x.run("noop", "* 2 EXPUNGE", "* 5 EXISTS", "TAG OK x")
	if e.After.Mailbox.Exists != 5 || m.Exists != 3 {
		t.Errorf("the session before must stay as it was")
	}
	x.run("select nowhere", "TAG BAD what")
	check("a SELECT answered BAD", command.Selected, "INBOX")
	x.run("select nowhere", "TAG NO none")
	check("a SELECT answered NO", command.Authenticated, "")
	x.run("examine inbox", "* 3 EXISTS", "TAG OK done")
	check("EXAMINE", command.Selected, "INBOX")
	if !x.Session().Mailbox.ReadOnly {
		t.Error("EXAMINE without a code is read-only")
	}
	x.run("select other", "* OK [CLOSED] x", "* 1 EXISTS", "TAG OK [READ-WRITE] x")
	check("SELECT with CLOSED", command.Selected, "other")
	if got := x.Session().Mailbox.Exists; got != 1 {
		t.Errorf("EXISTS of the new mailbox: got %d", got)
	}
	x.run("close", "TAG OK x")
	check("CLOSE", command.Authenticated, "")
	x.hear("* BYE going")
	check("BYE", command.Logout, "")
}

func TestCapabilitiesAreForgottenUnlessSentAgain(t *testing.T) {
	x := newExchange(t, "* OK [CAPABILITY IMAP4rev1 LITERAL+] hello")
	if !x.View().Has("literal+") {
		t.Error("the greeting's code counts")
	}
	x.run("login a b", "TAG OK in")
	if x.Session().Caps != nil {
		t.Errorf("got %v after LOGIN", x.Session().Caps)
	}
	x.run("capability", "* CAPABILITY IMAP4rev1 IDLE", "TAG OK x")
	if !x.View().Has("IDLE") || x.View().Has("LITERAL+") {
		t.Errorf("got %v", x.Session().Caps)
	}
	y := newExchange(t, "* OK hello")
	y.run("login a b", "* CAPABILITY IMAP4rev1 MOVE", "TAG OK in")
	if !y.View().Has("MOVE") {
		t.Error("an untagged CAPABILITY within LOGIN counts")
	}
	y.Secure(true)
	if y.Session().Caps != nil {
		t.Error("STARTTLS forgets what was offered unencrypted")
	}
}

func TestSeveralCommandsAreCompletedInAnyOrder(t *testing.T) {
	x := newExchange(t, "* PREAUTH hello")
	a, b, c := x.begin("noop").Command, x.begin("noop").Command, x.begin("noop").Command
	if e := x.hear(b.Tag + " OK x"); e.Command != b || !e.Done {
		t.Errorf("got %+v", e.Command)
	}
	if e := x.hear("* 1 EXISTS"); e.Command != a {
		t.Errorf("an untagged response goes with the oldest: got %+v", e.Command)
	}
	x.hear(c.Tag + " OK x")
	x.hear(a.Tag + " NO x")
	if a.Cond != response.NO || len(x.InFlight()) != 0 {
		t.Errorf("got %v and %d in flight", a.Cond, len(x.InFlight()))
	}
}

func TestARepeatedTagGoesToTheOldest(t *testing.T) {
	x := newExchange(t, "* PREAUTH hello")
	a := x.Begin(Line{Tag: ".", Blank: " ", Text: "NOOP"})
	b := x.Begin(Line{Tag: ".", Blank: " ", Text: "NOOP"})
	if a.Repeated || !b.Repeated {
		t.Error("the second is the repeated one")
	}
	if e := x.hear(". OK x"); e.Command != a.Command {
		t.Error("the answer must go to the oldest")
	}
}

func TestResponsesThatNobodyWaitsForAreReported(t *testing.T) {
	x := newExchange(t, "* OK hello")
	for line, want := range map[string]string{"z9 OK x": "unknown-tag", "+ go on": "unexpected-continuation"} {
		e := x.hear(line)
		if len(e.Oddities) != 1 || e.Oddities[0].Name != want {
			t.Errorf("%s: got %v, want %s", line, e.Oddities, want)
		}
	}
}

func TestAnUntaggedBadCompletesAnIllegalTag(t *testing.T) {
	x := newExchange(t, "* OK hello")
	c := x.Begin(Line{Tag: "a+1", Blank: " ", Text: "NOOP"}).Command
	if e := x.hear("* BAD what"); !e.Done || e.Command != c {
		t.Error("no server can answer this tag otherwise")
	}
	d := x.Begin(Line{Tag: "a1", Blank: " ", Text: "NOOP"}).Command
	if e := x.hear("* BAD what"); e.Done {
		t.Error("a legal tag waits for its tagged response")
	}
	if e := x.hear("a1 BAD what"); !e.Done || e.Command != d {
		t.Error("the tagged response completes it")
	}
}

func TestIdleMeasuresTheTimeBetweenPushes(t *testing.T) {
	x := newExchange(t, "* PREAUTH hello")
	c := x.begin("idle").Command
	x.Hold(c)
	x.hear("+ idling")
	x.now = x.now.Add(2 * time.Second)
	if e := x.hear("* 4 EXISTS"); !e.Idle || e.Elapsed != 2*time.Second {
		t.Errorf("got idle %v, elapsed %v", e.Idle, e.Elapsed)
	}
	x.EndIdle()
	if e := x.hear(c.Tag + " OK done"); e.Idle || !e.Done {
		t.Errorf("got %+v", e)
	}
}

func TestAUserNameThatMayContainTheSecretIsNotKept(t *testing.T) {
	for line, want := range map[string]string{
		"login alice geheim":         "alice",
		`login "al ice" geheim`:      "al ice",
		"login alice:geheim x y":     "",
		"login alice\rgeheim secret": "",
		"login alice:geheim":         "",
	} {
		x := newExchange(t, "* OK ready")
		out := x.Begin(Line{Text: command.Text(line), Raw: true})
		x.hear(out.Command.Tag + " OK in")
		if got := x.Session().User; got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

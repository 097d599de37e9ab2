package replay

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"imapsh/internal/match"
	"imapsh/internal/transcript"
	"imapsh/internal/wire"
)

// A canned client answers a line as its table says, with the line's tag for "TAG"; a line that is not in it is answered OK.
type canned struct {
	t       *testing.T
	answers map[string][]string
	sent    []string
	came    []*Heard
	lost    bool
	refuses bool
}

func (c *canned) hears(text string) *Heard {
	f := wire.NewFramer(func() time.Time { return time.Time{} })
	var a wire.Arena
	for _, p := range f.Feed([]byte(strings.ReplaceAll(text, "\n", "\r\n")+"\r\n"), nil, &a) {
		if p.Kind == wire.End {
			var tree wire.Tree
			tree.Parse(p.Frame)
			return &Heard{match.ReadWhole(&tree), text}
		}
	}
	c.t.Fatalf("%q is not a response", text)
	return nil
}

func (c *canned) Step(l *transcript.Line) bool {
	text := string(l.Text)
	c.sent = append(c.sent, text)
	answers, ok := c.answers[strings.TrimPrefix(text, l.Tag+" ")]
	if !ok {
		answers = []string{"TAG OK done"}
	}
	for _, a := range answers {
		switch a {
		case "lost":
			c.lost = true
		case "not sent":
			return true
		default:
			c.came = append(c.came, c.hears(strings.ReplaceAll(a, "TAG", l.Tag)))
		}
	}
	return !c.lost
}

func (c *canned) LogIn(string) bool {
	c.sent = append(c.sent, "login")
	return !c.refuses
}
func (c *canned) Ready(string) bool { return !c.lost }
func (c *canned) Greeting(string) *Heard {
	if g := c.answers["greeting"]; g != nil {
		return c.hears(g[0])
	}
	return c.hears("* OK ready")
}
func (c *canned) Heard(string) ([]*Heard, bool) {
	came := c.came
	c.came = nil
	return came, true
}
func (c *canned) Problem() string { return "the server closed the connection" }

func replayed(t *testing.T, c *canned, text string, o Options) string {
	t.Helper()
	r, err := Read([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.t = t
	var out []string
	res := r.Run(c, o, func(d Difference) {
		out = append(out, fmt.Sprintf("%d: %s, got %s", d.Line, d.Expected, d.Got))
	})
	if res.Stopped != "" {
		out = append(out, fmt.Sprintf("%d: %s (lost: %v)", res.Line, res.Stopped, res.Lost))
	}
	return strings.Join(append(out, res.Summary()), "\n")
}

func TestARecordIsComparedByMeaning(t *testing.T) {
	for _, row := range []struct {
		name, record string
		answers      map[string][]string
		want         string
	}{
		{"the same", "C: a1 select INBOX\nS: * 3 EXISTS\nS: * FLAGS (\\Seen \\Flagged)\nS: * 1 RECENT\nS: * OK still here\nS: a1 OK [READ-WRITE] took 3 ms\n",
			map[string][]string{"select INBOX": {"* FLAGS (\\flagged \\seen)", "* 3 EXISTS", "* 0 RECENT", "* OK [HIGHESTMODSEQ 3] more", "TAG OK [READ-WRITE] took 9 ms"}}, "1 command sent, 3 responses compared, no differences"},
		{"another number", "C: a1 select INBOX\nS: * 3 EXISTS\nS: a1 OK done\n", map[string][]string{"select INBOX": {"* 4 EXISTS", "TAG OK done"}},
			"2: * 3 EXISTS, got * 4 EXISTS\n1 command sent, 2 responses compared, 1 difference"},
		{"a response is missing", "C: a1 noop\nS: * 3 EXISTS\nS: a1 OK done\n", nil, "2: * 3 EXISTS, got \n1 command sent, 2 responses compared, 1 difference"},
		{"a response is new", "C: a1 list \"\" *\nS: * LIST () \"/\" a\nS: a1 OK done\n", map[string][]string{`list "" *`: {`* LIST () "/" a`, `* LIST () "/" b`, "TAG OK done"}},
			"1: , got * LIST () \"/\" b\n1 command sent, 2 responses compared, 1 difference"},
		{"only refused", "C: a1 select x\nS: * 3 EXISTS\nS: a1 OK done\n", map[string][]string{"select x": {"TAG NO [NONEXISTENT] none"}},
			"3: a1 OK, got a1 NO [NONEXISTENT] none\n1 command sent, 2 responses compared, 1 difference"},
		{"refused as it was", "C: a1 select x\nS: a1 NO [NONEXISTENT] none\n", map[string][]string{"select x": {"TAG NO [NONEXISTENT] other words"}}, "1 command sent, 1 response compared, no differences"},
		{"another code", "C: a1 select x\nS: a1 NO [NONEXISTENT] none\n", map[string][]string{"select x": {"TAG NO other words"}},
			"2: a1 NO [NONEXISTENT], got a1 NO other words\n1 command sent, 1 response compared, 1 difference"},
		{"other UIDs", "C: a1 uid search all\nS: * SEARCH 101 103\nS: a1 OK\nC: a2 uid fetch 101:103 flags\nS: * 1 FETCH (UID 101 FLAGS ())\nS: * 2 FETCH (UID 103 FLAGS ())\nS: a2 OK\n",
			map[string][]string{"uid search all": {"* SEARCH 9 7", "TAG OK"}, "uid fetch 7:9 flags": {"* 2 FETCH (UID 9 FLAGS () MODSEQ (3))", "* 1 FETCH (FLAGS () UID 7)", "TAG OK"}}, "2 commands sent, 5 responses compared, no differences"},
		{"UIDs that change", "C: a1 uid fetch 5 flags\nS: * 1 FETCH (UID 5)\nS: a1 OK\nC: a2 fetch 1 uid\nS: * 1 FETCH (UID 5)\nS: a2 OK\n",
			map[string][]string{"uid fetch 5 flags": {"* 1 FETCH (UID 6)", "TAG OK"}, "fetch 1 uid": {"* 1 FETCH (UID 8)", "TAG OK"}}, "5: * 1 FETCH (UID 5), got * 1 FETCH (UID 8)\n2 commands sent, 4 responses compared, 1 difference"},
		{"numbers that are not UIDs", "C: a1 search all\nS: * SEARCH 1 3\nS: a1 OK\n", map[string][]string{"search all": {"* SEARCH 1 2", "TAG OK"}},
			"2: * SEARCH 1 3, got * SEARCH 1 2\n1 command sent, 2 responses compared, 1 difference"},
		{"APPENDUID and what follows", "C: a1 create x\nS: a1 OK [X] y\nC: a2 copy 1 x\nS: a2 OK [COPYUID 77 4:5 1:2] done\nC: a3 status x (uidnext uidvalidity)\nS: * STATUS x (UIDNEXT 3 UIDVALIDITY 77)\nS: a3 OK\n",
			map[string][]string{"create x": {"TAG OK [X] y"}, "copy 1 x": {"TAG OK [COPYUID 12 8,11 31:32] done"}, "status x (uidnext uidvalidity)": {"* STATUS x (UIDVALIDITY 12 UIDNEXT 33)", "TAG OK"}}, "3 commands sent, 4 responses compared, no differences"},
		{"dates", "C: a1 fetch 1 internaldate\nS: * 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")\nS: a1 OK\n",
			map[string][]string{"fetch 1 internaldate": {"* 1 FETCH (INTERNALDATE \" 1-Jan-2026 00:00:00 +0000\")", "TAG OK"}}, "1 command sent, 2 responses compared, no differences"},
		{"mod-sequences go into commands", "C: a1 noop\nS: * OK [HIGHESTMODSEQ 715] x\nS: a1 OK\nC: a2 fetch 1:* (flags) (CHANGEDSINCE 715)\nS: a2 OK\n",
			map[string][]string{"noop": {"* OK [HIGHESTMODSEQ 20] x", "TAG OK"}, "fetch 1:* (flags) (CHANGEDSINCE 20)": {"TAG OK"}}, "2 commands sent, 3 responses compared, no differences"},
		{"a response after the answer may come later", "C: a1 noop\nS: a1 OK\nS: * 4 EXISTS\nC: a2 noop\nS: a2 OK\n", map[string][]string{"noop": {"TAG OK"}},
			"3: * 4 EXISTS, got \n2 commands sent, 3 responses compared, 1 difference"},
		{"pipelined", "C: a1 noop\nC: a2 check\nS: * 1 EXISTS\nS: a2 OK\nS: * 2 EXISTS\nS: a1 OK\n",
			map[string][]string{"noop": {"* 1 EXISTS", "TAG OK"}, "check": {"* 2 EXISTS", "TAG OK"}}, "2 commands sent, 4 responses compared, no differences"},
		{"what need not be sent", "S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] x\nC: a1 starttls\nS: a1 OK go on\nC: a2 noop\nS: a2 OK\n",
			map[string][]string{"greeting": {"* OK [CAPABILITY IMAP4rev1] x"}, "starttls": {"not sent"}}, "1 command sent, 2 responses compared, no differences"},
		{"capabilities", "C: a1 capability\nS: * CAPABILITY IMAP4rev1 IDLE ACL\nS: a1 OK\n", map[string][]string{"capability": {"* CAPABILITY IMAP4rev1 NEW IDLE", "TAG OK"}},
			"2: the capabilities ACL, got none of them\n1 command sent, 2 responses compared, 1 difference"},
		{"a greeting with other capabilities", "S: * OK [CAPABILITY IMAP4rev1 X] hello\nC: a1 noop\nS: a1 OK\n", nil, "1 command sent, 2 responses compared, no differences"},
		{"another greeting", "S: * PREAUTH hello\nC: a1 noop\nS: a1 OK\n", nil, "1: * PREAUTH, got * OK ready\n1 command sent, 2 responses compared, 1 difference"},
		{"a literal", "C: a1 fetch 1 body[text]\nS: * 1 FETCH (BODY[TEXT] {3}\nS: abc)\nS: a1 OK\n", map[string][]string{"fetch 1 body[text]": {`* 1 FETCH (BODY[TEXT] "abc")`, "TAG OK"}}, "1 command sent, 2 responses compared, no differences"},
		{"lost", "C: a1 noop\nS: a1 OK\nC: a2 check\nS: a2 OK\n", map[string][]string{"noop": {"lost"}},
			"2: a1 OK, got \n1: the server closed the connection (lost: true)\n1 command sent, 1 response compared, 1 difference"},
		{"lost as in the record", "C: a1 logout\nS: * BYE see you\nS: a1 OK\n", map[string][]string{"logout": {"* BYE other", "TAG OK", "lost"}}, "1 command sent, 2 responses compared, no differences"},
		{"a destructive command after a line that cannot be read", "* OK ready\na1 fetch 1 body[]\n* 1 FETCH (BODY[] {60}\nab\n)\na1 OK done\na2 expunge\na2 OK done\n", map[string][]string{"fetch 1 body[]": {"* 1 FETCH (BODY[] {2}\nab)", "TAG OK"}},
			"7: EXPUNGE is not sent because something before it differs from the record, or could not be read; --force sends it anyway (lost: false)\n1 command sent, 2 responses compared, no differences"},
		{"a destructive command after a difference", "C: a1 noop\nS: a1 OK\nC: a2 expunge\nS: a2 OK\nC: a3 noop\nS: a3 OK\n", map[string][]string{"noop": {"TAG NO"}},
			"2: a1 OK, got a1 NO\n3: EXPUNGE is not sent because something before it differs from the record, or could not be read; --force sends it anyway (lost: false)\n1 command sent, 1 response compared, 1 difference"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := replayed(t, &canned{answers: row.answers}, row.record, Options{}); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestStrictComparesWhatAServerChooses(t *testing.T) {
	record := "C: a1 uid fetch 5 (uid)\nS: * 1 FETCH (UID 5 MODSEQ (7))\nS: a1 OK fine\n"
	answers := map[string][]string{"uid fetch 5 (uid)": {"* 1 FETCH (UID 6 MODSEQ (7) FLAGS ())", "TAG OK good"}}
	if got := replayed(t, &canned{answers: answers}, record, Options{}); got != "1 command sent, 2 responses compared, no differences" {
		t.Error(got)
	}
	want := "2: * 1 FETCH (UID 5 MODSEQ (7)), got * 1 FETCH (UID 6 MODSEQ (7) FLAGS ())\n1 command sent, 2 responses compared, 1 difference"
	if got := replayed(t, &canned{answers: answers}, record, Options{Strict: true}); got != want {
		t.Error(got)
	}
}

func TestLoginsOfTheRecordAreThoseOfTheUserOfTheRun(t *testing.T) {
	record := "C: a1 login alice old-secret\nS: a1 OK in\nC: a2 noop\nS: a2 OK\n"
	c := &canned{}
	got := replayed(t, c, record, Options{AsUser: true})
	if strings.Join(c.sent, ", ") != "login, a2 noop" || got != "1 command sent, 1 response compared, no differences" {
		t.Errorf("sent %q: %s", c.sent, got)
	}
	c = &canned{}
	if replayed(t, c, record+"C: a3 login bob ••••••\nS: a3 OK in\n", Options{AsUser: true, Masked: true}); strings.Join(c.sent, ", ") != "a1 login alice old-secret, a2 noop, login" {
		t.Errorf("only what is masked: sent %q", c.sent)
	}
	c = &canned{refuses: true}
	if got := replayed(t, c, record, Options{AsUser: true}); !strings.HasPrefix(got, "1: the server closed the connection (lost: false)") || len(c.sent) != 1 {
		t.Errorf("sent %q: %s", c.sent, got)
	}
	c = &canned{}
	refused := strings.Replace(record, "a1 OK", "a1 NO", 1)
	if replayed(t, c, refused, Options{AsUser: true}); strings.Join(c.sent, ", ") != "a2 noop" {
		t.Errorf("a login that was refused: sent %q", c.sent)
	}
}

func TestASecretOfTheRecordIsNotShown(t *testing.T) {
	record := "C: a1 login alice hunter2-secret\nS: * NO [ALERT] hunter2-secret is too short\nS: a1 NO hunter2-secret is wrong\n"
	got := replayed(t, &canned{answers: map[string][]string{"login alice hunter2-secret": {"TAG OK in"}}}, record, Options{})
	if strings.Contains(got, "hunter2") || !strings.Contains(got, "a1 NO, got a1 OK in") {
		t.Error(got)
	}
}

func TestOnlyARecordIsRead(t *testing.T) {
	for text, want := range map[string]string{
		"noop\n":                       "not a recorded session: it has no server lines",
		"":                             "not a recorded session: it has no server lines",
		"noop\n:set x 1\n* 1 EXISTS\n": "line 3 is from a transcript, but the lines before it are commands",
	} {
		if _, err := Read([]byte(text), nil); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, err := Read([]byte("* OK ready\n* 1 EXISTS\n"), nil); err == nil || !strings.HasPrefix(err.Error(), "it has no line that can be sent: ") {
		t.Errorf("got %v", err)
	}
}

func TestTheNumbersOfARecordBecomeThoseOfTheServer(t *testing.T) {
	s := &run{comparer: comparer{bound: map[string]string{"uid:5": "50", "uid:9": "90", "modseq:7": "70", "uidvalidity:1": "10"}}}
	for text, want := range map[string]string{
		"uid fetch 5,9:12 (flags)":              "uid fetch 50,90:93 (flags)",
		"UID STORE 4:5 +FLAGS (\\Seen 5)":       "UID STORE 49:50 +FLAGS (\\Seen 5)",
		"uid fetch 5:* flags":                   "uid fetch 50:* flags",
		"uid fetch 6:7 flags":                   "uid fetch 6:7 flags",
		"uid search or uid 5 subject \"uid 9\"": "uid search or uid 50 subject \"uid 9\"",
		"search (uid 5)":                        "search (uid 50)",
		"fetch 5 flags":                         "fetch 5 flags",
		"select x (QRESYNC (1 7 5:9))":          "select x (QRESYNC (10 70 5:9))",
		"store 5 (unchangedsince 7) flags (x)":  "store 5 (unchangedsince 70) flags (x)",
		"uid copy 9 \"box 5\"":                  "uid copy 90 \"box 5\"",
		"append x (uid) {5}":                    "append x (uid) {5}",
	} {
		l := &transcript.Line{Tag: "a1", Text: "a1 "}
		l.Text = l.Text[:3]
		b := transcript.Judge([]byte("C: a1 "+text+"\nS: a1 OK\n"), transcript.Options{})
		if len(b.Lines) == 0 && strings.Contains(text, "{5}") {
			continue
		}
		if len(b.Lines) != 1 {
			t.Fatalf("%s: %+v", text, b)
		}
		if got := string(s.translated(&b.Lines[0])); got != "a1 "+want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

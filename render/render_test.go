package render

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"

	"imapsh/internal/testserver"
	"imapsh/internal/text"
)

var update = flag.Bool("update", false, "write the golden files")

var noon = time.Date(2026, 11, 21, 12, 4, 33, 0, time.UTC)

// scene plays an exchange to a renderer, without a connection, and without a tagger unless it has one.
type scene struct {
	t       testing.TB
	r       *Renderer
	out     bytes.Buffer
	err     bytes.Buffer
	framer  *wire.Framer
	framed  []wire.Part
	arena   wire.Arena
	decoder response.Decoder
	now     time.Time
	conn    string
	next    tagger.Event // what the next events contain besides their frame
	tagger  *tagger.Tagger
}

func newScene(t testing.TB, o Options) *scene {
	s := &scene{t: t, now: noon}
	s.framer = wire.NewFramer(func() time.Time { return s.now })
	o.Out, o.Err = &s.out, &s.err
	o.Now = func() time.Time { return s.now }
	o.Local = time.FixedZone("CET", 3600)
	s.r = New(o)
	return s
}

// receive plays bytes from the server. Each response completes the command whose tag it has.
func (s *scene) receive(input string) {
	s.t.Helper()
	s.framed = s.framer.Feed([]byte(input), s.framed[:0], &s.arena)
	s.parts(s.framed)
	s.arena.Reset()
}

func (s *scene) end() { s.parts(s.framer.Close(nil, &s.arena)) }

func (s *scene) parts(parts []wire.Part) {
	for _, p := range parts {
		s.r.Part(s.conn, &p)
		if p.Kind != wire.End {
			continue
		}
		if s.tagger != nil {
			s.r.Event(s.tagger.Observe(p.Frame))
			continue
		}
		e := s.next
		e.Conn, e.Frame = s.conn, p.Frame
		e.Value = s.decoder.Decode(p.Frame)
		e.Oddities = s.decoder.Odd
		if st, ok := e.Value.(*response.Status); ok && st.Tag != nil && e.Command != nil && e.Command.Tag == string(st.Tag) {
			e.Done = true
			e.Command.Cond = st.Cond
		} else if !e.Idle {
			e.Elapsed = 0
		}
		s.r.Event(&e)
	}
}

// send plays a command: its line is shown, and later responses belong to it.
func (s *scene) send(tag, line string, secrets ...command.Span) *tagger.Command {
	name := strings.ToUpper(strings.Fields(line)[0])
	if name == "UID" {
		name += " " + strings.ToUpper(strings.Fields(line)[1])
	}
	c := &tagger.Command{Tag: tag, Line: line, Match: &command.Match{Line: line, Name: name, Command: command.Lookup(name)}}
	at := 0
	for _, w := range strings.Fields(line) {
		i := at + strings.Index(line[at:], w)
		c.Match.Words = append(c.Match.Words, command.Word{Span: command.Span{Start: i, End: i + len(w)}, Text: w})
		at = i + len(w)
	}
	for i := range secrets {
		secrets[i].Start += len(tag) + 1
		secrets[i].End += len(tag) + 1
	}
	s.next.Command = c
	s.r.Begin()
	s.r.Hear(&trace.Event{Kind: trace.Sent, Conn: s.conn, Of: c, Step: &tagger.Step{Kind: tagger.SendText, Bytes: []byte(tag + " " + line + "\r\n"), Secrets: secrets}})
	return c
}

// text returns what has been shown, standard error included.
func (s *scene) text() string {
	s.r.Pause()
	if s.err.Len() == 0 {
		return s.out.String()
	}
	return s.out.String() + "=== standard error\n" + s.err.String()
}

// scenes are shown in the golden files, each in a pipe, on terminals of 80 and 40 columns, as raw and as JSON.
var scenes = map[string]func(s *scene){
	"connect": func(s *scene) {
		s.r.Note("192.0.2.10:993  tcp 4 ms  tls 31 ms  greeting 12 ms")
		s.next.Before = &tagger.Session{}
		s.next.After = &tagger.Session{State: command.NotAuthenticated}
		s.receive("* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN AUTH=SCRAM-SHA-256] Dovecot (Debian) ready.\r\n")
		s.next.Before = &tagger.Session{State: command.NotAuthenticated, Caps: strings.Fields("IMAP4REV1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN")}
		s.send("a001", "LOGIN alice secret", command.Span{Start: 12, End: 18})
		s.next.After = &tagger.Session{State: command.Authenticated}
		s.next.Elapsed = 648 * time.Millisecond
		s.receive("a001 OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE] Logged in\r\n")
	},
	"select": func(s *scene) {
		c := s.send("a002", "SELECT INBOX")
		c.Frames, c.Bytes = 8, 393
		s.next.Before = &tagger.Session{State: command.Authenticated}
		s.next.After = &tagger.Session{State: command.Selected, Mailbox: &tagger.Mailbox{
			Name: "INBOX", Exists: 100000, HasExists: true, Unseen: 6, UIDNext: 100001, UIDValidity: 1700000000,
			Flags:        []string{`\Answered`, `\Flagged`, `\Deleted`, `\Seen`, `\Draft`},
			Permanent:    []string{`\Answered`, `\Flagged`, `\Deleted`, `\Seen`, `\Draft`, `\*`},
			HasPermanent: true,
		}}
		s.next.Elapsed = 139 * time.Millisecond
		s.receive("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Flags permitted.\r\n* 100000 EXISTS\r\n* 0 RECENT\r\n* OK [UNSEEN 6] First unseen.\r\n* OK [UIDVALIDITY 1700000000] UIDs valid\r\n* OK [UIDNEXT 100001] Predicted next UID\r\na002 OK [READ-WRITE] Select completed (0.139 + 0.000 + 0.138 secs).\r\n")
	},
	"list": func(s *scene) {
		s.send("a003", `LIST "" "*"`)
		s.receive("* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\HasChildren \\Archive) \"/\" Archive\r\n")
		for y := 2019; y < 2026; y++ {
			s.receive(fmt.Sprintf("* LIST (\\HasNoChildren) \"/\" Archive/%d\r\n", y))
		}
		s.receive("* LIST (\\Noselect) \"/\" Customers\r\n* LIST () \"/\" \"Customers/M&APw-ller &- S&APY-hne\"\r\n* LIST () \"/\" Customers/R&D\r\n* LIST () \"/\" {18}\r\nCustomers/Z&APw-ri\r\n* LIST (\\Drafts) \"/\" Entw&APw-rfe\r\n")
		s.next.Elapsed = 4 * time.Millisecond
		s.receive("a003 OK List completed (0.003 + 0.000 + 0.002 secs).\r\n")
		s.send("a004", `LIST "" "%"`)
		s.receive("* LIST () \"/\" INBOX\r\n* LIST () \"/\" Sent\r\n* STATUS Sent (MESSAGES 5 SIZE 123456789)\r\n")
		s.r.Note("a note ends the run")
		s.receive("a004 OK done\r\n")
	},
	"envelope": func(s *scene) {
		s.send("a004", "FETCH 7 (ENVELOPE)")
		s.next.Elapsed = 2 * time.Millisecond
		s.receive("* 7 FETCH (ENVELOPE (\"Fri, 20 Nov 2026 10:00:00 +0000\" \"=?utf-8?q?Caf=C3=A9?= menu\" ((\"=?utf-8?q?J=C3=B6rg?=\" NIL \"joerg\" \"example.org\")) ((\"=?utf-8?q?J=C3=B6rg?=\" NIL \"joerg\" \"example.org\")) ((\"=?utf-8?q?J=C3=B6rg?=\" NIL \"joerg\" \"example.org\")) ((NIL NIL \"bob\" \"example.org\")(NIL NIL \"Team\" NIL)(NIL NIL \"ann\" \"example.org\")(NIL NIL \"ben\" \"example.org\")(NIL NIL NIL NIL)) NIL NIL NIL \"<p1795252825@x>\"))\r\na004 OK Fetch completed (0.001 + 0.000 secs).\r\n")
		s.send("a005", "FETCH 1:* (FLAGS ENVELOPE)")
		s.receive("* 1 FETCH (FLAGS () ENVELOPE (NIL \"plain\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n* 2 FETCH (FLAGS () ENVELOPE (NIL \"=?iso-8859-1?q?Gr=FC=DFe?=\" ((\"=?utf-8?b?SsO2cmc=?=\" NIL \"joerg\" \"example.org\")) NIL NIL NIL NIL NIL NIL NIL))\r\n* 3 FETCH (FLAGS () ENVELOPE (NIL \"=?x-unheard-of?q?abc?=\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\na005 OK done\r\n")
	},
	"idle": func(s *scene) {
		s.send("a005", "IDLE")
		s.receive("+ idling\r\n")
		s.next.Idle = true
		s.next.Before = &tagger.Session{State: command.Selected, Mailbox: &tagger.Mailbox{Name: "INBOX", Exists: 1, HasExists: true}}
		s.next.After = &tagger.Session{State: command.Selected, Mailbox: &tagger.Mailbox{Name: "INBOX", Exists: 2, HasExists: true}}
		s.next.Elapsed = 1800 * time.Millisecond
		s.receive("* 2 EXISTS\r\n")
		s.next.Before, s.next.Elapsed = s.next.After, 0
		s.receive("* 1 RECENT\r\n")
		s.now, s.next.Elapsed = s.now.Add(8*time.Second), 8100*time.Millisecond
		s.receive("* 1 FETCH (FLAGS (\\Flagged))\r\n")
		s.next.After = &tagger.Session{State: command.Selected, Mailbox: &tagger.Mailbox{Name: "INBOX", Exists: 1, HasExists: true}}
		s.now, s.next.Elapsed = s.now.Add(11*time.Second), 11*time.Second
		s.receive("* 1 EXPUNGE\r\n")
		s.next.Before = s.next.After
		s.now, s.next.Elapsed = s.now.Add(99200*time.Millisecond), 99200*time.Millisecond
		s.receive("* OK Still here\r\n")
		s.r.Sent(s.conn, &tagger.Step{Bytes: []byte("DONE\r\n")})
		s.next.Elapsed = 3 * time.Millisecond
		s.receive("a005 OK Idle completed (121.402 + 121.401 secs).\r\n")
	},
	"malformed": func(s *scene) {
		s.send("a006", "FETCH 17 (ENVELOPE)")
		s.receive("* 17 FETCH (FLAGS (\\Seen) ENVELOPE (\"Fri, 20 Nov 2026 10:00:00 +0000\" \"a subject\" () NIL NIL ((\"Bob\" NIL \"bob\" \"example.org\" \"more\")) NIL NIL NIL \"<1795252825@mail.example.org>\") UID 99999999999)\r\na006 OK\r\n")
		s.receive("* 1 EXISTS\n")
		s.next = tagger.Event{}
		s.receive("* 17 FETCH (FLAGS (\\Se")
		s.end()
	},
	"refused": func(s *scene) {
		s.send("a001", "LOGIN alice wrong", command.Span{Start: 12, End: 17})
		s.next.Elapsed = 2100 * time.Millisecond
		s.receive("a001 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n")
		s.send("a002", "COPY 1 nowhere")
		s.receive("* OK [ALERT] The server goes down for maintenance at noon, please log out before that and come back an hour later\r\n* BYE [UNAVAILABLE] going down\r\na002 NO [TRYCREATE] no such mailbox\r\n")
		s.send("a003", "FOO")
		s.receive("a003 BAD Error in IMAP command FOO: Unknown command.\r\n")
		s.r.Warn("the connection is closed")
		s.r.Error("the connection was lost: connection reset by peer")
	},
	"literals": func(s *scene) {
		s.send("a001", "LOGIN {5}")
		s.r.Sent("", &tagger.Step{Kind: tagger.SendLiteral, Bytes: []byte("alice")})
		s.r.Sent("", &tagger.Step{Kind: tagger.SendText, Bytes: []byte(" {6}\r\n")})
		s.r.Sent("", &tagger.Step{Kind: tagger.SendLiteral, Bytes: []byte("secret"), Secrets: []command.Span{{Start: 0, End: 6}}})
		s.r.Sent("", &tagger.Step{Kind: tagger.SendText, Bytes: []byte("\r\n")})
		s.send("a002", "FETCH 1 BODY[]")
		message := "Subject: a forged line\r\n\r\nS: a003 OK done\r\n!! nothing\r\n" + strings.Repeat("one more line of the message\r\n", 30) + strings.Repeat("a long line ", 30) + "\r\n\ttab and no end"
		s.receive(fmt.Sprintf("* 1 FETCH (UID 5 BODY[] {%d}\r\n%s FLAGS (\\Seen))\r\na002 OK done\r\n", len(message), message))
		s.send("a003", "APPEND INBOX {600+}")
		s.r.Sent("", &tagger.Step{Kind: tagger.SendSource, Size: 600, Name: "message.eml"})
		for range 3 {
			s.r.SentData("", []byte(strings.Repeat("nineteen octets it\r\n", 10)))
		}
		s.r.SentEnd("")
		s.r.Sent("", &tagger.Step{Kind: tagger.SendText, Bytes: []byte("\r\n")})
	},
	"spilled": func(s *scene) {
		s.framer.MaxLiteral, s.framer.MaxKept = 100, 300
		s.send("a001", "FETCH 1 BODY[]")
		message := strings.Repeat("a line of the message\r\n", 40)
		for i, all := 0, fmt.Sprintf("* 1 FETCH (UID 5 BODY[] {%d}\r\n%s FLAGS (\\Seen))\r\n", len(message), message); i < len(all); i += 7 {
			s.receive(all[i:min(i+7, len(all))])
		}
		s.receive("* X " + strings.Repeat("grüße und mehr ", 100) + "\r\n")
		s.receive("a001 OK done\r\n")
	},
	"connections": func(s *scene) {
		s.conn = "bob"
		s.send("a001", "NOOP")
		s.receive("* 1 FETCH (BODY[] {5}\r\nab\r\nc)\r\na001 OK done\r\n")
	},
	"text": func(s *scene) {
		s.r.Text([]byte("Soup of the day: crème of whatever was left on Wednesday.\r\n"))
	},
	"search": func(s *scene) {
		s.send("a001", "SEARCH ALL")
		s.receive("* SEARCH 1 2 3\r\n* SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 30 40 50 51 52 1000 1002 1004 1006 1008 1010 1012 1014 1016 1018 1020\r\na001 OK done\r\n")
	},
}

func TestEachSceneLooksAsItsGoldenFileSays(t *testing.T) {
	looks := map[string]Options{
		"pipe":       {Timing: true},
		"terminal80": {Terminal: true, Width: func() int { return 80 }},
		"terminal40": {Terminal: true, Width: func() int { return 40 }},
	}
	for _, m := range Modes() {
		if m.Mode != Pretty {
			looks[m.Word] = Options{Mode: m.Mode}
		}
	}
	for name, play := range scenes {
		for look, options := range looks {
			t.Run(name+" "+look, func(t *testing.T) {
				s := newScene(t, options)
				play(s)
				got := s.text()
				if options.Terminal {
					s.noLineOverflows(got)
				}
				golden(t, name+"."+look, got)
			})
		}
	}
}

// noLineOverflows checks that no line is wider than the terminal.
func (s *scene) noLineOverflows(shown string) {
	s.t.Helper()
	shown, _, _ = strings.Cut(shown, "=== standard error\n")
	for _, line := range strings.Split(shown, "\n") {
		if n := text.Width(line); n > s.r.width() {
			s.t.Errorf("a line of %d columns: %s", n, line)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	testserver.Golden(t, name, got, *update)
}

func TestAnErrorIsBrokenBetweenWordsOnANarrowTerminal(t *testing.T) {
	var errs bytes.Buffer
	New(Options{Out: io.Discard, Err: &errs, ErrWidth: func() int { return 40 }}).Error("connecting to localhost:1: 127.0.0.1: connection refused")
	if want := "imapsh: connecting to localhost:1:\n127.0.0.1: connection refused\n"; errs.String() != want {
		t.Errorf("got  %q\nwant %q", errs.String(), want)
	}
}

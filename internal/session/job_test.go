package session

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/sasl"
	ts "imapsh/internal/testserver"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// A closing is a source that notes whether it was closed.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

// feeds gives a command the bytes of its source.
func (l *loop) feeds(s *Session, j *Job) {
	l.t.Helper()
	l.until("bytes are wanted", func() bool { return j.Wants() == Octets || j.Ended() }, s)
	src, _ := j.Source()
	b, err := io.ReadAll(io.LimitReader(src, j.Left()))
	if err != nil {
		l.t.Fatal(err)
	}
	j.Feed(b)
}

func TestALiteralFromASourceIsSentOnceItMay(t *testing.T) {
	for _, row := range []struct {
		name  string
		mode  command.LiteralMode
		steps []ts.Step
		heard []string
	}{
		{"synchronizing", command.LiteralsSync,
			[]ts.Step{ts.Expect(`APPEND x \{5\}$`), ts.Send("+ go on\r\n"), ts.ExpectBytes("hello\r\n"), ts.Send("{tag} OK done\r\n")},
			[]string{"C: a001 APPEND x {5}", "S: + go on", `C| 5 from "file"`, "C| hello", "C| end", "C: ", "S: a001 OK done"}},
		{"not synchronizing", command.LiteralsNonSync,
			[]ts.Step{ts.Expect(`APPEND x \{5\+\}$`), ts.ExpectBytes("hello\r\n"), ts.Send("{tag} OK done\r\n")},
			[]string{"C: a001 APPEND x {5+}", `C| 5 from "file"`, "C| hello", "C| end", "C: ", "S: a001 OK done"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := newLoop(t)
			l.opt.Literals = row.mode
			s := l.session("", canned(t, ready, row.steps...))
			l.opens(s)
			l.heard = nil
			src := &closing{Reader: strings.NewReader("hello")}
			j := s.Begin(Request{Line: tagger.Line{Text: "APPEND x", Attached: &tagger.Attachment{Source: src, Size: 5, Name: "file"}}})
			if s.Free() || s.Writing() != j || j.Sent() {
				t.Error("another command could begin")
			}
			l.feeds(s, j)
			l.until("the end", j.Ended, s)
			l.exactly(row.heard...)
			if !j.OK() || !j.Sent() || !src.closed || !s.Free() {
				t.Errorf("OK %v, sent %v, source closed %v, free %v", j.OK(), j.Sent(), src.closed, s.Free())
			}
		})
	}
}

func TestARefusedLiteralFromASourceIsClosedAndNotSent(t *testing.T) {
	l := newLoop(t)
	l.opt.Literals = command.LiteralsSync
	srv := canned(t, ready, ts.Expect("APPEND"), ts.Send("{tag} NO too big\r\n"))
	s := l.session("", srv)
	l.opens(s)
	src := &closing{Reader: strings.NewReader("hello")}
	j := s.Begin(Request{Line: tagger.Line{Text: "APPEND x", Attached: &tagger.Attachment{Source: src, Size: 5, Name: "file"}}})
	l.until("the end", j.Ended, s)
	l.runs(s, "NOOP")
	l.hears("S: a001 NO too big", "-- the literal of 5 bytes from file was not sent", "S: a002 OK")
	if !src.closed || !j.Refused() || strings.Contains(srv.Received(), "hello") {
		t.Errorf("closed %v, refused %v, received %q", src.closed, j.Refused(), srv.Received())
	}
}

func TestALiteralByHandWantsItsBytesThenTheRest(t *testing.T) {
	l := newLoop(t)
	s := l.session("", canned(t, ready, ts.Expect(`LOGIN \{5\}`), ts.Send("+ go on\r\n"), ts.ExpectBytes("alice {6}\r\n"), ts.Send("+ go on\r\n"), ts.ExpectBytes("secret\r\n"), ts.Send("{tag} OK in\r\n")))
	l.opens(s)
	j := l.begins(s, "LOGIN {5}")
	if j.Wants() != Nothing || !j.Waits() {
		t.Errorf("before the server agrees it wants %d", j.Wants())
	}
	wants := func(w Want) func() bool { return func() bool { return j.Wants() == w } }
	l.until("octets", wants(Octets), s)
	if j.Left() != 5 || j.Size() != 5 || j.Secret() {
		t.Errorf("left %d of %d, secret %v", j.Left(), j.Size(), j.Secret())
	}
	j.Feed([]byte("ali"))
	j.Feed([]byte("ce"))
	if j.Wants() != Rest || !j.Secret() {
		t.Errorf("it wants %d, secret %v: the password comes now", j.Wants(), j.Secret())
	}
	j.Continue(" {6}")
	l.until("octets", wants(Octets), s)
	if !j.Secret() {
		t.Error("the password is not a secret")
	}
	j.Feed([]byte("secret"))
	j.Continue("")
	l.until("the end", j.Ended, s)
	if !j.OK() || s.State().User != "" { // the user's name was in a literal
		t.Errorf("OK %v, user %q", j.OK(), s.State().User)
	}
	l.never("secret")
}

func TestARefusedLiteralByHandIsReadAndNotSent(t *testing.T) {
	l := newLoop(t)
	srv := canned(t, ready, ts.Expect("APPEND"), ts.Send("{tag} NO too big\r\n"))
	s := l.session("", srv)
	l.opens(s)
	j := l.begins(s, "APPEND x {5}")
	l.until("the refusal", j.Refused, s)
	if j.Wants() != Octets || j.Ended() {
		t.Fatalf("it wants %d", j.Wants())
	}
	j.Feed([]byte("evil "))
	if j.Wants() != Rest {
		t.Fatalf("it wants %d", j.Wants())
	}
	j.Skip(4)
	j.Feed([]byte("more"))
	j.Drop()
	if !j.Ended() || j.OK() || !s.Free() {
		t.Error("it did not end")
	}
	l.runs(s, "NOOP")
	if got := srv.Received(); strings.Contains(got, "evil") || strings.Contains(got, "more") {
		t.Errorf("received %q", got)
	}
}

func TestCommandsAreAnsweredInAnyOrder(t *testing.T) {
	l := newLoop(t)
	s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Expect("a001"), ts.Expect("a002"), ts.Expect("a003"), ts.Send("a003 OK\r\na001 NO\r\na002 BAD\r\n"), ts.Answer()))
	l.opens(s)
	var ended []string
	var jobs []*Job
	for range 3 {
		jobs = append(jobs, s.Begin(Request{Line: tagger.Line{Text: "NOOP"}, Ended: func(j *Job) { ended = append(ended, j.Command.Tag) }}))
	}
	l.until("all ends", func() bool { return len(ended) == 3 }, s)
	if got := strings.Join(ended, " "); got != "a003 a001 a002" {
		t.Errorf("ended %s", got)
	}
	if jobs[0].OK() || jobs[1].OK() || !jobs[2].OK() || len(s.InFlight()) != 0 {
		t.Errorf("OK: %v %v %v", jobs[0].OK(), jobs[1].OK(), jobs[2].OK())
	}
}

func TestALostConnectionEndsItsJobsInOrder(t *testing.T) {
	l := newLoop(t)
	s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Expect("a001"), ts.Expect("a002"), ts.Reset()))
	l.opens(s)
	var ended []string
	for range 2 {
		s.Begin(Request{Line: tagger.Line{Text: "NOOP"}, Ended: func(j *Job) {
			ended = append(ended, j.Command.Tag)
			if s.Connected() || j.Err == nil {
				t.Errorf("%s ended with %v, connected %v", j.Command.Tag, j.Err, s.Connected())
			}
		}})
	}
	l.ends(s)
	if got := strings.Join(ended, " "); got != "a001 a002" {
		t.Errorf("ended %s", got)
	}
	l.hears("lost: connection lost: ", "-- a001 NOOP was not answered", "-- a002 NOOP was not answered")
}

func TestAChangeOfLayerWaitsForTheOthers(t *testing.T) {
	go_, open := gate()
	l := newLoop(t)
	s := l.session("", canned(t, ready, ts.Expect("NOOP"), ts.Wait(go_), ts.Send("{tag} OK done\r\n"), ts.Expect("COMPRESS"), ts.Send("{tag} NO not now\r\n")))
	l.opens(s)
	l.begins(s, "NOOP")
	j := l.begins(s, "COMPRESS DEFLATE")
	if !j.Barrier() || s.Free() {
		t.Error("something could be sent before its answer")
	}
	l.never("COMPRESS DEFLATE")
	open()
	l.until("the end", j.Ended, s)
	l.hears("S: a001 OK done", "C: a002 COMPRESS DEFLATE", "S: a002 NO not now")
	l.never("lost", "compressed")
	l.runs(s, "NOOP")
}

func TestAnAnswerGuessedBeforeSTARTTLSIsNotTrusted(t *testing.T) {
	for _, row := range []struct {
		name, sent string
		lost       string
	}{
		{"OK", "a002 OK go\r\n", "lost: STARTTLS was answered before it was sent"},
		{"NO", "a002 NO no\r\n", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			go_, open := gate()
			l := newLoop(t)
			s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Expect("NOOP"), ts.Send(row.sent), ts.Wait(go_), ts.Send("a001 OK done\r\n"), ts.Answer()))
			l.opens(s)
			l.begins(s, "NOOP")
			j := l.begins(s, "STARTTLS")
			l.until("the guess", func() bool { return strings.Contains(strings.Join(l.heard, "\n"), "S: a002") }, s)
			open()
			l.until("an end", func() bool { return j.Ended() || !s.Connected() }, s)
			if row.lost == "" {
				if !s.Open() {
					t.Error("the connection is gone")
				}
				return
			}
			l.ends(s)
			l.hears(row.lost)
			l.never("secured")
		})
	}
}

func TestBytesInjectedAfterSTARTTLSAreIgnored(t *testing.T) {
	l := newLoop(t)
	s := l.session("bob", ts.NewCanned(t, ts.Send(ready), ts.Expect("STARTTLS"), ts.Send("{tag} OK go\r\n* CAPABILITY IMAP4rev1 X-EVIL\r\n-- forged\r\n"), ts.Stall()))
	l.opens(s)
	j := l.begins(s, "STARTTLS")
	l.ends(s)
	l.hears("bob S: a001 OK go", "bob discarded * CAPABILITY", "bob lost: 42 unencrypted bytes")
	l.never("S: * CAPABILITY", "secured")
	if j.OK() || j.Err == nil || s.View().Has("X-EVIL") {
		t.Error("the injected response was used")
	}
}

func TestAFailedHandshakeEndsTheConnection(t *testing.T) {
	conf, _ := ts.TLSConfig(t, ts.Good)
	l := newLoop(t)
	s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Expect("STARTTLS"), ts.Send("{tag} OK go\r\n"), ts.StartTLS(conf), ts.Stall()))
	l.opens(s)
	j := l.begins(s, "STARTTLS")
	if !s.Exposed() {
		t.Error("a secret could be sent")
	}
	l.ends(s)
	l.hears("S: a001 OK go", "lost: ")
	l.never("secured")
	if j.OK() {
		t.Error("STARTTLS was OK")
	}
}

func TestIdleLastsUntilItIsEnded(t *testing.T) {
	go_, open := gate()
	l := newLoop(t)
	s := l.session("", canned(t, ready, ts.Reply(ts.Replies{"IDLE": {ts.Idle(go_, "* 5 EXISTS\r\n")}})))
	l.opens(s)
	j := l.begins(s, "IDLE")
	if s.Idling() != nil || j.Idle() {
		t.Error("it idles before the server has agreed")
	}
	l.until("IDLE", j.Idle, s)
	if s.Idling() != j || j.Wants() != Pushes || s.Free() || j.IdleState().Since != l.clock() {
		t.Errorf("wants %d, since %s", j.Wants(), j.IdleState().Since)
	}
	open()
	l.until("a push", func() bool { return strings.HasPrefix(l.heard[len(l.heard)-1], "S: * 5") }, s)
	j.EndIdle()
	j.EndIdle()
	l.until("the end", j.Ended, s)
	if got := strings.Count(strings.Join(l.heard, "\n"), "C: DONE"); got != 1 {
		t.Errorf("DONE was sent %d times", got)
	}
	if !j.OK() || !s.Free() || s.Idling() != nil {
		t.Error("it has not ended")
	}
}

func TestIdleIsRenewedAndContinues(t *testing.T) {
	never, _ := gate()
	l := newLoop(t)
	l.opt.Keepalive = 28 * time.Minute
	s := l.session("bob", canned(t, ready, ts.Reply(ts.Replies{"IDLE": {ts.Idle(never, "")}})))
	l.opens(s)
	ended := 0
	j := s.Begin(Request{Line: tagger.Line{Text: "IDLE"}, Ended: func(*Job) { ended++ }})
	l.until("IDLE", j.Idle, s)
	since := j.IdleState().Since
	for i, tag := range []string{"a002", "a003"} {
		l.after(28 * time.Minute)
		l.until("the renewal", func() bool { return j.Command.Tag == tag && j.Idle() }, s)
		if ended != 0 || j.IdleState().Since != since {
			t.Fatalf("renewal %d: ended %d times, since %s", i, ended, j.IdleState().Since)
		}
	}
	j.EndIdle()
	l.until("the end", j.Ended, s)
	l.hears("bob C: a001 IDLE", "bob -- renewing IDLE after 28m0s", "bob C: DONE", "bob S: a001 OK", "bob C: a002 IDLE", "bob C: DONE", "bob C: a003 IDLE", "bob C: DONE", "bob S: a003 OK")
	if ended != 1 || !j.OK() {
		t.Errorf("ended %d times, OK %v", ended, j.OK())
	}
}

func TestIdleForEndsByItselfAndARenewalMakesItNoLonger(t *testing.T) {
	never, _ := gate()
	l := newLoop(t)
	l.opt.Keepalive = 20 * time.Minute
	s := l.session("", canned(t, ready, ts.Reply(ts.Replies{"IDLE": {ts.Idle(never, "")}})))
	l.opens(s)
	j := s.Begin(Request{Line: tagger.Line{Text: "IDLE"}, IdleFor: 30 * time.Minute})
	l.until("IDLE", j.Idle, s)
	l.after(20 * time.Minute)
	l.until("the renewal", func() bool { return j.Command.Tag == "a002" && j.Idle() }, s)
	l.after(10 * time.Minute)
	l.until("the end", j.Ended, s)
}

func TestAnIdleWithTheUsersOwnTagIsNotRenewed(t *testing.T) {
	never, _ := gate()
	l := newLoop(t)
	l.opt.Keepalive = time.Minute
	s := l.session("", canned(t, ready, ts.Reply(ts.Replies{"IDLE": {ts.Idle(never, "")}})))
	l.opens(s)
	j := s.Begin(Request{Line: tagger.Line{Tag: "x1", Blank: " ", Text: "IDLE"}})
	l.until("IDLE", j.Idle, s)
	if l.hub.Alarm() != nil {
		t.Error("an alarm is set")
	}
}

// A dialogue is an exchange that writes down the challenges.
type dialogue struct {
	asked []string
	says  []string
}

func (d *dialogue) Next(challenge []byte) ([]byte, error) {
	d.asked = append(d.asked, string(challenge))
	if len(d.says) == 0 {
		return nil, errors.New("nothing more to say")
	}
	a := d.says[0]
	d.says = d.says[1:]
	return []byte(a), nil
}

func (d *dialogue) Ended(bool, []byte) error { return nil }

var _ sasl.Exchange = (*dialogue)(nil)

func TestAnExchangeAnswersChallenges(t *testing.T) {
	l := newLoop(t)
	srv := canned(t, ready, ts.Expect("AUTHENTICATE X"), ts.Send("+ \r\n"), ts.ExpectBytes("b25l\r\n"), ts.Send("+ YXNrZWQ=\r\n"), ts.ExpectBytes("dHdv\r\n"), ts.Send("{tag} OK in\r\n"))
	s := l.session("", srv)
	l.opens(s)
	d := &dialogue{says: []string{"one", "two"}}
	j := s.Begin(Request{Line: tagger.Line{Text: "AUTHENTICATE X", Raw: true}, Exchange: d, User: "alice"})
	l.until("the end", j.Ended, s)
	if strings.Join(d.asked, "|") != "|asked" || !j.OK() || s.State().User != "alice" {
		t.Errorf("asked %q, OK %v, user %q", d.asked, j.OK(), s.State().User)
	}
	l.never("b25l", "dHdv")
}

func TestAnExchangeThatCannotContinueCancels(t *testing.T) {
	for _, row := range []struct {
		name, challenge string
		says            string
	}{
		{"an error of the exchange", "+ YXNrZWQ=\r\n", "!! the exchange cannot continue: nothing more to say"},
		{"not base64", "+ !!!\r\n", "!! the challenge is not base64: "},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := newLoop(t)
			s := l.session("bob", canned(t, ready, ts.Expect("AUTHENTICATE X"), ts.Send(row.challenge), ts.ExpectBytes("*\r\n"), ts.Send("{tag} BAD cancelled\r\n")))
			l.opens(s)
			j := s.Begin(Request{Line: tagger.Line{Text: "AUTHENTICATE X", Raw: true}, Exchange: &dialogue{}})
			l.until("the end", j.Ended, s)
			l.hears("bob "+row.says, "bob C: *", "bob S: a001 BAD")
		})
	}
}

func TestAnExchangeByHandWantsAnswers(t *testing.T) {
	l := newLoop(t)
	s := l.session("", canned(t, ready, ts.Expect("AUTHENTICATE X"), ts.Send("+ VXNlcg==\r\n"), ts.ExpectBytes("YWxpY2U=\r\n"), ts.Send("+ Pass\r\n"), ts.ExpectBytes("c2VjcmV0\r\n"), ts.Send("{tag} OK in\r\n")))
	l.opens(s)
	j := l.begins(s, "AUTHENTICATE X")
	for _, row := range []struct{ challenge, answer string }{{"VXNlcg==", "YWxpY2U="}, {"Pass", "c2VjcmV0"}} {
		l.until("a challenge", func() bool { return j.Wants() == Answer && string(j.Challenge()) == row.challenge }, s)
		j.Answer(command.Text(row.answer))
		if j.Wants() != Nothing {
			t.Errorf("it wants %d, while it is the server's turn", j.Wants())
		}
	}
	l.until("the end", j.Ended, s)
	l.never("YWxp", "c2Vj")
}

func TestACommandThatIsLeftGivesTheConnectionBack(t *testing.T) {
	go_, open := gate()
	l := newLoop(t)
	srv := ts.NewCanned(t, ts.Send(ready), ts.Expect("APPEND"), ts.Expect("NOOP"), ts.Wait(go_), ts.Send("a002 OK done\r\n+ go on\r\na001 NO not any more\r\n"), ts.Answer())
	s := l.session("", srv)
	l.opens(s)
	j := l.begins(s, "APPEND x {5}")
	if !j.Waits() {
		t.Fatal("it does not wait")
	}
	j.Leave()
	if !s.Free() || j.Ended() {
		t.Fatalf("free %v, ended %v", s.Free(), j.Ended())
	}
	l.begins(s, "NOOP")
	open()
	l.until("the end", j.Ended, s)
	l.hears("S: a002 OK done", "S: + go on", "S: a001 NO not any more")
}

func TestOnlyTheResponsesOfAPipedCommandAreElsewhere(t *testing.T) {
	l := newLoop(t)
	srv := ts.NewCanned(t, ts.Send("* PREAUTH ready\r\n"), ts.Expect("NOOP"), ts.Expect("FETCH 1 FLAGS"),
		ts.Send("* 9 EXISTS\r\n* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS ())\r\na002 OK done\r\na001 OK done\r\n"), ts.Answer())
	s := l.session("", srv)
	l.opens(s)
	l.begins(s, "NOOP")
	n := &notebook{depth: trace.Values}
	j := s.Begin(Request{Line: tagger.Line{Text: "FETCH 1 FLAGS"}, Hears: []trace.Listener{n}, Elsewhere: true})
	l.until("the end", j.Ended, s)
	l.until("the other's", func() bool { return len(s.InFlight()) == 0 }, s)
	l.hears("S: * 9 EXISTS", "S: * 1 FETCH (FLAGS ()) (elsewhere)", "S: * 2 FETCH (FLAGS ())", "S: a002 OK done (elsewhere)", "S: a001 OK done")
	l.never("2 FETCH (FLAGS ()) (elsewhere)", "EXISTS (elsewhere)", "a001 OK done (elsewhere)")
	if got := strings.Join(n.lines, " | "); got != "asked * 1 FETCH (FLAGS ()) | a002 OK done" {
		t.Errorf("the command heard %q", got)
	}
	if got := n.bytes.String(); got != "* 1 FETCH (FLAGS ())\r\na002 OK done\r\n" {
		t.Errorf("the command heard the bytes %q", got)
	}
}

// everything keeps all bytes that are shown here or elsewhere.
type everything struct{ here, elsewhere strings.Builder }

func (*everything) Depth() trace.Depth { return trace.Values }

func (o *everything) Hear(e *trace.Event) {
	if e.Kind != trace.Octets {
		return
	}
	to, b := &o.here, e.Data
	if e.Elsewhere {
		to = &o.elsewhere
	}
	if e.Part != nil {
		b = e.Part.Bytes
	}
	to.Write(b)
}

func TestEveryByteIsHeardOnceWhereverAPipeBeginsAndEnds(t *testing.T) {
	first, next := gate()
	second, last := gate()
	body := strings.Repeat("0123456789abcdef", 1<<16+1) // more than 1 MiB: it is not kept
	l := newLoop(t)
	whole := &everything{}
	l.events.Join(whole)
	srv := ts.NewCanned(t, ts.Send("* PREAUTH ready\r\n* 1 FETCH (BODY[] {6}\r\nabc"), ts.Expect("FETCH 2"), ts.Wait(first), ts.Send("def FLAGS ())\r\n"),
		ts.Send("* 2 FETCH (BODY[] {1048592}\r\n"+body+" UID 7)\r\n* 3 FETCH (BODY[] {1048592}\r\n"+body), ts.Wait(second), ts.Send(")\r\na001 OK done\r\n* 4 EXISTS\r\n"), ts.Answer())
	s := l.session("", srv)
	l.opens(s)
	l.until("half a response", func() bool { return s.life.partial }, s)
	n := &notebook{depth: trace.Values}
	j := s.Begin(Request{Line: tagger.Line{Text: "FETCH 2 BODY[]"}, Hears: []trace.Listener{n}, Elsewhere: true})
	next()
	last()
	l.until("the end", j.Ended, s)
	l.runs(s, "NOOP")
	here := "* PREAUTH ready\r\n* 1 FETCH (BODY[] {6}\r\nabcdef FLAGS ())\r\n"
	if got := whole.here.String(); !strings.HasPrefix(got, here) || !strings.HasSuffix(got, "* 4 EXISTS\r\na002 OK done\r\n") {
		t.Errorf("the screen: %d bytes, %.80q … %q", len(got), got, got[max(0, len(got)-40):])
	}
	other := "* 3 FETCH (BODY[] {1048592}\r\n" + body + ")\r\n"
	its := "* 2 FETCH (BODY[] {1048592}\r\n" + body + " UID 7)\r\n"
	all := whole.here.String() + whole.elsewhere.String()
	for name, text := range map[string]string{"the piped one": its, "the other": other} {
		if strings.Count(all, text) != 1 {
			t.Errorf("%s is not there exactly once", name)
		}
	}
	if got := whole.elsewhere.String(); n.bytes.String() != got || !strings.Contains(got, its) || !strings.HasSuffix(got, "a001 OK done\r\n") {
		t.Errorf("the pipe: %d bytes, %d of them elsewhere", n.bytes.Len(), len(got))
	}
}

func TestHidingACommandWithinALargeMessageShowsItsEndAndNotItsBytes(t *testing.T) {
	go_, open := gate()
	half := strings.Repeat("x", 600_000)
	l := newLoop(t)
	whole := &everything{}
	l.events.Join(whole)
	s := l.session("", canned(t, "* PREAUTH ready\r\n", ts.Expect("FETCH"), ts.Send("* 1 FETCH (BODY[] {1200000}\r\n"+half), ts.Wait(go_), ts.Send(half+")\r\n* 2 FETCH (BODY[] NIL)\r\n{tag} OK done\r\n")))
	l.opens(s)
	j := s.Begin(Request{Line: tagger.Line{Text: "FETCH 1:2 BODY[]"}, Hears: []trace.Listener{&notebook{depth: trace.Values}}})
	begins := "* PREAUTH ready\r\n* 1 FETCH (BODY[] {1200000}\r\n"
	l.until("half of it", func() bool { return whole.here.Len() == len(begins)+len(half) }, s)
	j.Leave()
	if !j.Hide(&notebook{depth: trace.Values}) {
		t.Fatal("it is not hidden")
	}
	open()
	l.until("the end", j.Ended, s)
	l.hears("S: * 1 FETCH (BODY[] {1200000}⏎)", "S: * 2 FETCH (BODY[] NIL) (elsewhere)", "S: a001 OK done")
	l.never("{1200000}⏎) (elsewhere)", "done (elsewhere)")
	if got := strings.Count(whole.elsewhere.String(), "x"); got != len(half) {
		t.Errorf("%d bytes are elsewhere, want %d", got, len(half))
	}
}

func TestALargeMessageThatWasNotAskedForIsTakenBack(t *testing.T) {
	body := strings.Repeat("x", 1<<20+1)
	l := newLoop(t)
	s := l.session("", canned(t, "* PREAUTH ready\r\n", ts.Expect("UID FETCH"), ts.Send("* 1 FETCH (BODY[] {1048577}\r\n"+body+" UID 8)\r\n{tag} OK done\r\n")))
	l.opens(s)
	n := &notebook{depth: trace.Values}
	j := s.Begin(Request{Line: tagger.Line{Text: "UID FETCH 7 BODY[]"}, Hears: []trace.Listener{n}})
	l.until("the end", j.Ended, s)
	if got := strings.Join(n.lines, " | "); got != "* 1 FETCH (BODY[] {1048577}\r\n UID 8) | a001 OK done" {
		t.Errorf("heard %q", got)
	}
}

func TestASessionIsCrowdedFromManyCommandsInFlightUntilHalfOfThemAreAnswered(t *testing.T) {
	t.Parallel()
	l := newLoop(t)
	s := l.session("", canned(t, ready))
	l.opens(s)
	for i := range flightMost {
		if s.Crowded() {
			t.Fatalf("crowded with %d commands in flight", i)
		}
		l.begins(s, "NOOP")
	}
	if !s.Crowded() {
		t.Fatalf("not crowded with %d commands in flight", flightMost)
	}
	l.until("half of the answers", func() bool {
		n := len(s.InFlight())
		if s.Crowded() != (n > flightMost/2) {
			t.Fatalf("crowded is %v with %d in flight", s.Crowded(), n)
		}
		return n <= flightMost/2
	}, s)
}

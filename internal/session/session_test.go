package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	ts "imapsh/internal/testserver"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

func TestAConnectionGoesFromDialToLogout(t *testing.T) {
	l := newLoop(t)
	s := l.session("", canned(t, ready))
	if s.Connecting() || s.Connected() || s.Open() || s.Free() || len(s.InFlight()) > 0 || s.State().Greeted || s.View().State != 0 {
		t.Error("a session that was never dialled claims to be connected")
	}
	s.Dial()
	if !s.Connecting() {
		t.Error("it is not connecting")
	}
	l.until("the greeting", s.Open, s)
	if j := l.runs(s, "NOOP"); !j.OK() {
		t.Errorf("NOOP: %v", j.Err)
	}
	l.runs(s, "LOGOUT")
	l.ends(s)
	if !s.LoggedOut() {
		t.Error("it has not logged out")
	}
	l.exactly("connected", "S: "+strings.TrimSpace(ready), "C: a001 NOOP", "S: a001 OK done", "C: a002 LOGOUT", "S: * BYE bye", "S: a002 OK done", "lost: ")
}

func TestEveryKindOfGreetingIsTaken(t *testing.T) {
	for _, row := range []struct {
		name, greeting string
		open           bool
		lost           string
	}{
		{"OK", "* OK hello\r\n", true, ""},
		{"PREAUTH", "* PREAUTH hello\r\n", true, ""},
		{"BYE", "* BYE too busy\r\n", false, "its greeting is BYE"},
		{"NO", "* NO hello\r\n", false, "no IMAP greeting"},
		{"BAD", "* BAD hello\r\n", false, "no IMAP greeting"},
		{"tagged", "a001 OK hello\r\n", false, "no IMAP greeting"},
		{"data", "* 1 EXISTS\r\n", false, "no IMAP greeting"},
		{"a continuation request", "+ hello\r\n", false, "no IMAP greeting"},
		{"SMTP", "220 mail ESMTP\r\n", false, "no IMAP greeting"},
		{"nothing", "", false, "the server closed the connection"},
	} {
		t.Run(row.name, func(t *testing.T) {
			steps := []ts.Step{ts.Send(row.greeting), ts.Stall()}
			if row.greeting == "" {
				steps = []ts.Step{ts.Close()}
			}
			l := newLoop(t)
			s := l.session("", ts.NewCanned(t, steps...))
			s.Dial()
			l.until("an outcome", func() bool { return !s.Connecting() }, s)
			if s.Open() != row.open {
				t.Errorf("open: %v, want %v", s.Open(), row.open)
			}
			if row.lost != "" {
				l.hears(row.lost)
				if l.last[trace.Lost].Err == nil {
					t.Error("it has no error")
				}
				if hint := l.last[trace.Lost].Hint; row.greeting == "" && !strings.HasPrefix(hint, "a firewall, a limit of connections or a block of this address can do that") {
					t.Errorf("the hint is %q", hint)
				}
			}
			if s.State().PreAuth != (row.name == "PREAUTH") {
				t.Errorf("PREAUTH: %v", s.State().PreAuth)
			}
		})
	}
}

func TestADialThatFailsIsALostEvent(t *testing.T) {
	l := newLoop(t)
	s := l.session("bob", canned(t, ready))
	l.opt.Dial = func(context.Context, conn.Target, conn.Options) (*conn.Conn, error) {
		return nil, errors.New("no route")
	}
	s.Dial()
	l.until("the failure", func() bool { return !s.Connecting() }, s)
	l.exactly("bob lost: no route")
}

func TestClosingWhileDiallingSaysNothing(t *testing.T) {
	l := newLoop(t)
	s := l.session("", canned(t, ready))
	begun, ended := make(chan struct{}), make(chan struct{})
	dial := l.opt.Dial
	l.opt.Dial = func(ctx context.Context, target conn.Target, o conn.Options) (*conn.Conn, error) {
		defer close(ended)
		close(begun)
		<-ctx.Done()
		return dial(ctx, target, o)
	}
	s.Dial()
	<-begun
	s.Close()
	<-ended
	if s.Connecting() || s.Connected() {
		t.Error("it is still connecting")
	}
	l.opt.Dial = dial
	l.opens(s)
	l.exactly("connected", "S: "+strings.TrimSpace(ready))
}

func TestAConnectionWithoutAGreetingIsClosed(t *testing.T) {
	for _, row := range []struct{ name, sent, says string }{
		{"nothing", "", "no greeting within 10s"},
		{"half of one", "* OK [CAPA", "no complete greeting within 10s"},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := newLoop(t)
			l.opt.Greeting = 10 * time.Second
			s := l.session("", ts.NewCanned(t, ts.Send(row.sent), ts.Stall()))
			s.Dial()
			l.until("the connection", func() bool { return s.Connected() && (row.sent == "" || s.life.partial) }, s)
			l.after(9 * time.Second)
			l.hub.Ring()
			if !s.Connected() {
				t.Fatal("closed too early")
			}
			l.after(time.Second)
			l.hub.Ring()
			l.ends(s)
			l.hears(row.says)
		})
	}
}

func TestTheLastResponseOfALostConnectionIsAsOldAsItIs(t *testing.T) {
	l := newLoop(t)
	closed := make(chan struct{})
	s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Wait(closed), ts.Close()))
	l.opens(s)
	l.after(27 * time.Second)
	close(closed)
	l.ends(s)
	l.hears("-- the connection lasted 27s; the last response came 27s ago: * OK [CAPABILITY")
}

func TestEventsCarryTheirValuesInOrder(t *testing.T) {
	conf, ca := ts.TLSConfig(t, ts.Good)
	l := newLoop(t)
	l.opt.Conn.CAFile, l.opt.Conn.SNI = ca, "localhost"
	s := l.session("", canned(t, ready, ts.Expect("STARTTLS"), ts.Send("{tag} OK go\r\n"), ts.StartTLS(conf)))
	l.opens(s)
	if info := l.last[trace.Connected].Info; info.Remote == "" || info.State != nil {
		t.Errorf("connected: %+v", info)
	}
	before := s.State()
	if j := l.runs(s, "STARTTLS"); !j.OK() {
		t.Errorf("STARTTLS: %v", j.Err)
	}
	if info := l.last[trace.Secured].Info; info.State == nil || !info.Verified || info.TLSTime < 0 {
		t.Errorf("secured: %+v", info)
	}
	if len(before.Caps) == 0 || len(s.State().Caps) != 0 {
		t.Errorf("capabilities before %v and after %v: those from before must be forgotten", before.Caps, s.State().Caps)
	}
	if s.Exposed() || !s.Trusted() {
		t.Error("the link is called unencrypted")
	}
	l.runs(s, "LOGOUT")
	l.ends(s)
	if e := l.last[trace.Lost]; e.Info == nil || e.Info.State == nil || e.Err != nil {
		t.Errorf("lost: %+v", e)
	}
	l.exactly("connected", "S: "+strings.TrimSpace(ready), "C: a001 STARTTLS", "S: a001 OK go", "secured",
		"C: a002 LOGOUT", "S: * BYE bye", "S: a002 OK done", "lost: ")
}

func TestAfterAnUnaskedBYETheSessionWaitsAndIsThenLost(t *testing.T) {
	l := newLoop(t)
	s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Expect("NOOP"), ts.Send("* BYE going down\r\n"), ts.Stall()))
	l.opens(s)
	j := l.begins(s, "NOOP")
	l.until("BYE", func() bool { return s.State().Bye }, s)
	if !s.Connected() || s.Leaving() {
		t.Error("the connection was closed immediately, or its end was called intended")
	}
	l.after(2 * time.Second)
	l.ends(s)
	if j.Err == nil || j.OK() || !j.Ended() {
		t.Errorf("NOOP ended with %v", j.Err)
	}
	l.hears("S: * BYE", "lost: the server closed the connection", "-- a001 NOOP was not answered")
}

func TestABYEBeforeTheAnswerToLogoutIsIntended(t *testing.T) {
	l := newLoop(t)
	s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Expect("LOGOUT"), ts.Send("* BYE bye\r\n"), ts.Close()))
	l.opens(s)
	l.begins(s, "LOGOUT")
	l.ends(s)
	if l.last[trace.Lost].Err != nil {
		t.Errorf("lost with %v", l.last[trace.Lost].Err)
	}
	l.never("was not answered")
}

func TestAfterLeaveTheEndIsIntended(t *testing.T) {
	go_, open := gate()
	l := newLoop(t)
	s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Wait(go_), ts.Close()))
	l.opens(s)
	s.Leave()
	if !s.Leaving() {
		t.Error("it is not leaving")
	}
	open()
	l.ends(s)
	if e := l.last[trace.Lost]; e.Err != nil || e.Text != "" {
		t.Errorf("lost: %q, %v", e.Text, e.Err)
	}
}

func TestHangingUpSaysWhyAfterAllThatCame(t *testing.T) {
	l := newLoop(t)
	s := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Expect("NOOP"), ts.Send("* 5 EXI"), ts.Stall()))
	l.opens(s)
	j := l.begins(s, "NOOP")
	l.until("half a response", func() bool { return s.life.partial }, s)
	s.HangUp("no byte came")
	l.ends(s)
	l.hears("S: * 5 EXI", "lost: no byte came", "-- a001 NOOP was not answered")
	if !j.Ended() || j.Err == nil {
		t.Error("the command has not ended")
	}
}

func TestAlarmsAreDroppedWithTheirOwner(t *testing.T) {
	l := newLoop(t)
	mine, other := "mine", "another's"
	rang := ""
	l.hub.Set(&mine, "a", l.clock().Add(time.Second), func() { rang += "a" })
	l.hub.Set(&mine, "a", l.clock().Add(2*time.Second), func() { rang += "A" }) // replaces the first one
	l.hub.Set(&mine, "b", l.clock().Add(time.Second), func() { rang += "b" })
	l.hub.Set(&other, "c", l.clock().Add(3*time.Second), func() { rang += "c" })
	l.hub.Clear(&mine, "b")
	l.after(2 * time.Second)
	<-l.hub.Alarm()
	l.hub.Ring()
	l.hub.Set(&mine, "d", l.clock(), func() { rang += "d" })
	l.hub.Drop(&mine)
	l.after(time.Second)
	<-l.hub.Alarm()
	l.hub.Ring()
	if rang != "Ac" {
		t.Errorf("rang %q, want %q", rang, "Ac")
	}
	if l.hub.Alarm() != nil {
		t.Error("an alarm is left")
	}
}

func TestAConnectionThatEndsLeavesNoAlarm(t *testing.T) {
	l := newLoop(t)
	l.opt.Keepalive, l.opt.Stall, l.opt.Greeting = time.Minute, time.Minute, time.Minute
	s := l.session("", canned(t, ready, ts.Expect("IDLE"), ts.Send("+ idling\r\n* 5 EXI"), ts.Stall()))
	l.opens(s)
	j := l.begins(s, "IDLE")
	l.until("IDLE", func() bool { return j.Idle() && s.life.partial }, s)
	if l.hub.Alarm() == nil {
		t.Fatal("no alarm is set")
	}
	s.Close()
	if l.hub.Alarm() != nil {
		t.Errorf("alarms are left: %+v", l.hub.alarms)
	}
}

func TestAnAlarmMayEndTheSessionThatOthersBelongTo(t *testing.T) {
	l := newLoop(t)
	owner := new(int)
	rang := 0
	for i := range 5 {
		l.hub.Set(owner, fmt.Sprint(i), l.clock(), func() { rang++; l.hub.Drop(owner) })
	}
	l.hub.Ring()
	if rang != 1 {
		t.Errorf("%d rang, want 1", rang)
	}
}

func TestTagsNeverRepeatOverConnections(t *testing.T) {
	l := newLoop(t)
	s := l.session("", canned(t, ready))
	var tags []string
	for range 3 {
		l.opens(s)
		tags = append(tags, l.runs(s, "NOOP").Command.Tag)
	}
	if got := strings.Join(tags, " "); got != "a001 a002 a003" {
		t.Errorf("tags %s", got)
	}
	if s.NextTag() != "a004" {
		t.Errorf("the next tag is %s", s.NextTag())
	}
}

func TestNothingOfALifeOutlivesIt(t *testing.T) {
	l := newLoop(t)
	srv := ts.NewCanned(t, ts.Send("* PREAUTH [CAPABILITY IMAP4rev1 X-OLD] ready\r\n"),
		ts.Expect("LIST"), ts.Send("* LIST () \"/\" Stale\r\n{tag} OK done\r\n"),
		ts.Expect("SELECT"), ts.Send("* 7 EXISTS\r\n{tag} OK [READ-WRITE] done\r\n"), ts.Answer())
	s := l.session("", srv)
	l.opens(s)
	l.runs(s, `LIST "" *`)
	s.Listed()
	l.runs(s, "SELECT Stale")
	s.Consent()
	if v := s.View(); len(v.Mailboxes) == 0 || !s.MailboxesKnown() || s.State().Mailbox == nil || !s.Consented() {
		t.Fatal("it has learned nothing")
	}
	past := s.State()
	l.reach(canned(t, "* OK [CAPABILITY IMAP4rev1] ready\r\n"))
	s.Dial()
	for _, when := range []string{"while dialling", "after the greeting"} {
		v := s.View()
		if len(v.Mailboxes) > 0 || s.MailboxesKnown() || s.State().Mailbox != nil || s.Consented() || v.Has("X-OLD") || s.Forgotten() != 0 || s.State().PreAuth {
			t.Errorf("%s: %+v is left from the connection before", when, v)
		}
		l.until("the greeting", s.Open, s)
	}
	if past.Mailbox == nil || past.Mailbox.Exists != 7 {
		t.Error("a value that was handed out has changed")
	}
}

func TestSeveralSessionsShareAHub(t *testing.T) {
	l := newLoop(t)
	stuck := l.session("", ts.NewCanned(t, ts.Send(ready), ts.Stall()))
	l.opens(stuck)
	bob := l.session("bob", canned(t, "* PREAUTH [CAPABILITY IMAP4rev1] bob\r\n", ts.Expect("SELECT"), ts.Send("* 3 EXISTS\r\n{tag} OK done\r\n")))
	l.opens(bob)
	eve := l.session("eve", ts.NewCanned(t, ts.Send("* OK eve\r\n"), ts.Expect("NOOP"), ts.Close()))
	l.opens(eve)
	all := []*Session{stuck, bob, eve}
	l.begins(stuck, "NOOP")
	a, b := l.begins(bob, "SELECT INBOX"), l.begins(eve, "NOOP")
	l.until("both ends", func() bool { return a.Ended() && b.Ended() }, all...)
	if eve.Connected() || !bob.Open() || !stuck.Open() || len(stuck.InFlight()) != 1 {
		t.Error("a lost session has ended others")
	}
	if bob.State().Mailbox == nil || stuck.State().Mailbox != nil {
		t.Error("a session has another's state")
	}
	l.hears("C: a001 NOOP", "bob C: a001 SELECT INBOX", "eve C: a001 NOOP")
	l.hears("bob S: * 3 EXISTS", "bob S: a001 OK")
	l.hears("eve lost: the server closed the connection", "eve -- a001 NOOP was not answered")
}

func TestResponsesAreParsedAsFarAsTheListenersNeed(t *testing.T) {
	l := newLoop(t)
	srv := ts.NewCanned(t, ts.Send(ready), ts.Reply(ts.Replies{"FETCH": {ts.Send("* 1 FETCH (FLAGS (\\Seen))\r\n{tag} OK done\r\n")}}))
	l.depth = trace.Frames
	s := l.session("", srv)
	l.opens(s)
	l.runs(s, "FETCH 1 FLAGS")
	if !s.life.tag.Skim {
		t.Error("values were decoded that nobody reads")
	}
	deep := &notebook{depth: trace.Values}
	j := s.Begin(Request{Line: tagger.Line{Text: "FETCH 1 FLAGS"}, Hears: []trace.Listener{deep}})
	l.until("the end", j.Ended, s)
	if got := strings.Join(deep.lines, " | "); got != `asked * 1 FETCH (FLAGS (\Seen)) | a002 OK done` {
		t.Errorf("heard %q", got)
	}
	l.runs(s, "FETCH 1 FLAGS")
	if !s.life.tag.Skim {
		t.Error("values were decoded that nobody reads any longer")
	}
	shallow := &notebook{depth: trace.Frames}
	j = s.Begin(Request{Line: tagger.Line{Text: "NOOP"}, Hears: []trace.Listener{shallow}})
	l.until("the end", j.Ended, s)
	if !s.life.tag.Skim {
		t.Error("values were decoded for a listener that needs frames")
	}
}

func TestAnIncompleteResponseIsReported(t *testing.T) {
	l := newLoop(t)
	l.opt.Stall = 3 * time.Second
	s := l.session("bob", ts.NewCanned(t, ts.Send(ready), ts.Expect("NOOP"), ts.Send("* 5 EXI\x1b"), ts.Stall()))
	l.opens(s)
	l.begins(s, "NOOP")
	l.until("half a response", func() bool { return s.life.partial }, s)
	l.after(3 * time.Second)
	l.hub.Ring()
	l.hears(`bob -- incomplete response (8 bytes): * 5 EXI\x1b`)
}

func TestAnEchoedPasswordIsMaskedUntilTheCommandAfterTheLoginIsAnswered(t *testing.T) {
	l := newLoop(t)
	s := l.session("", ts.NewCanned(t, ts.Send(ready),
		ts.Expect("LOGIN"), ts.Send("* OK alice/hunter2-long\r\n{tag} NO [X-SAID hunter2-long] no hunter2-long\r\n"),
		ts.Expect("NOOP"), ts.Send("{tag} BAD LOGIN alice hunter2-long\r\n"),
		ts.Expect("NOOP"), ts.Send("{tag} OK hunter2-long\r\n"), ts.Stall()))
	l.opens(s)
	l.runs(s, "LOGIN alice hunter2-long")
	l.runs(s, "NOOP")
	l.hears("C: a001 LOGIN alice ••••••", "S: * OK alice/••••••", "S: a001 NO ", "S: a002 BAD LOGIN alice ••••••")
	l.never("hunter2")
	l.runs(s, "NOOP")
	l.hears("S: a003 OK hunter2-long") // it is no longer masked by now
}

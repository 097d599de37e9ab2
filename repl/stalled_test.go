package repl

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
	"imapsh/render"
)

// A stalled is a server that lets a client wait forever, with the lines that lead to it.
type stalled struct {
	name  string
	lines []string
	steps func(reached Step) []Step // after a greeting that says PREAUTH; from reached on nothing more happens
	waits string                    // the prompt at a terminal while it waits
	says  string                    // what a script reports
}

// stalledServers returns all ways in which a server can leave a client waiting. big is a file that does not fit into
// the buffers of sockets.
func stalledServers(big string) []stalled {
	const late = "no data for"
	ends := func(last Step, steps ...Step) func(Step) []Step {
		return func(reached Step) []Step { return append(slices.Clip(steps), reached, last) }
	}
	stall := func(steps ...Step) func(Step) []Step { return ends(Stall(), steps...) }
	return []stalled{
		{"a command is not answered", []string{"noop"}, stall(expect("noop")), "a001 …> ", "a001 NOOP: " + late},
		{"half an answer", []string{"noop"}, stall(expect("noop"), Send("a001 OK do")), "a001 …> ", late},
		{"a literal that does not end", []string{"fetch 1 body[]"}, stall(expect("fetch"), Send("* 1 FETCH (BODY[] {100}\r\nabc")), "a001 …> ", late},
		{"IDLE gets no continuation request", []string{"idle"}, stall(expect("IDLE")), "a001 …> ", "a001 IDLE: " + late},
		{"DONE is not answered", []string{"idle", "done"}, stall(expect("IDLE"), Send("+ idling\r\n"), Expect("^DONE$")), "a001 …> ", "a001 IDLE: " + late},
		{"a literal gets no continuation request", []string{"append x {3}", "abc"}, stall(expect("append")), "a001 …> ", "a001 APPEND: " + late},
		{"a literal is not answered", []string{"append x {3}", "abc", ""}, stall(expect("append"), Send("+ go\r\n")), "a001 …> ", "a001 APPEND: " + late},
		{"a literal is not read", []string{"append x < " + big}, ends(Deaf(), expect("append"), Send("+ go\r\n")), "a001 …> ", "a001 APPEND: " + late},
		{"STARTTLS is not answered", []string{"starttls"}, stall(expect("starttls")), "a001 …> ", "a001 STARTTLS: " + late},
		{"the handshake is not answered", []string{"starttls"}, stall(expect("starttls"), Send("{tag} OK go\r\n")), "a001 …> ", late},
		{"COMPRESS is not answered", []string{"compress deflate"}, stall(expect("compress")), "a001 …> ", "a001 COMPRESS: " + late},
		{"a change of layer waits for another command", []string{"noop &", "starttls"}, stall(expect("noop")), "a002 …> ", "a001 NOOP: " + late},
		{"a challenge is not answered", []string{"x1 authenticate login", "Zm9v"}, stall(expect("authenticate"), Send("+ \r\n"), Expect("Zm9v")), "x1 …> ", "x1 AUTHENTICATE: " + late},
		{"a cancelled exchange continues", []string{"x1 authenticate login", "*"}, ends(Repeat("+ \r\n"), expect("authenticate"), Send("+ \r\n"), Expect(`^\*$`), Send("+ \r\n")), "answer in base64 (* cancels): ", "x1 AUTHENTICATE: the server continues although it was cancelled"},
		{"LOGOUT is not answered", []string{"logout"}, stall(expect("logout")), "a001 …> ", "a001 LOGOUT: " + late},
		{"LOGOUT is answered by BYE only", []string{"logout"}, stall(expect("logout"), Send("* BYE bye\r\n")), "a001 …> ", "a001 LOGOUT: " + late},
		{"LOGOUT in the background is answered by BYE only", []string{"logout &", "noop"}, stall(expect("logout"), Send("* BYE bye\r\n")), "", late},
		{"BYE, and the connection is not closed", []string{"noop"}, stall(expect("noop"), Send("* BYE bye\r\n")), "a001 …> ", ""},
		{":wait", []string{"noop &", ":wait"}, stall(expect("noop")), "a002 mail.example.net> ", "a001 NOOP: " + late},
		{":close", []string{"noop &", ":close main"}, stall(expect("noop"), expect("LOGOUT")), "", late},
	}
}

// bigFile makes a file that does not fit into the buffers of sockets. It takes no room on the disk.
func bigFile(t *testing.T) string {
	name := filepath.Join(t.TempDir(), "big.eml")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, 24<<20); err != nil {
		t.Fatal(err)
	}
	return name
}

// runScript runs lines as a script on a server, with the real clock.
func runScript(t *testing.T, srv *Canned, lines []string, change func(*Options)) (st Status, out string) {
	t.Helper()
	var b strings.Builder
	opt := Options{
		Target: &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"},
		Settings: Settings{
			Render: render.Options{Out: &b, Err: &b}, Timeout: patience,
			Session: session.Options{Conn: conn.Options{Now: time.Now}},
		},
		Scripts: []Script{{Name: "test", From: strings.NewReader(strings.Join(lines, "\n") + "\n")}}, Now: time.Now,
	}
	if change != nil {
		change(&opt)
	}
	sh := New(opt)
	dials(sh, srv)
	ended := make(chan Status, 1)
	go func() { ended <- sh.Run() }()
	select {
	case st = <-ended:
		return st, b.String()
	case <-time.After(patience):
		t.Fatal("the script does not end")
		return 0, ""
	}
}

// elapsing gives a script a clock that stops until something has happened, and then runs fast: each time the loop has had its
// turn. So the test need not wait for a timeout, and none ends a wait too early on a slow machine.
func elapsing(t *testing.T, after <-chan struct{}) setting {
	c := newClock()
	return func(o *Options, s *Shell) {
		if s == nil {
			o.Now, o.Session.Conn.Now, o.Render.Now, o.Timeout = c.Now, c.Now, c.Now, 5*time.Second
			return
		}
		go func() {
			for end := t.Context().Done(); ; time.Sleep(time.Millisecond) {
				select {
				case <-after:
				case <-end:
					return
				}
				c.add(100 * time.Millisecond)
				turn := make(chan struct{})
				s.hub.Post(func() { close(turn) })
				select {
				case <-turn:
				case <-end:
				}
			}
		}()
	}
}

func TestAScriptIsNeverLeftWaiting(t *testing.T) {
	t.Parallel()
	for _, row := range stalledServers(bigFile(t)) {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			stalls, open := gate()
			srv := NewCanned(t, append([]Step{Send(preauth)}, row.steps(Reached(open))...)...)
			got, _ := plays(t, srv, strings.Join(row.lines, "\n")+"\n", elapsing(t, stalls))
			if out := got.out + got.err; got.status != StatusConnection || !strings.Contains(out, row.says) {
				t.Errorf("status %d, want %d; %q wanted in\n%s", got.status, StatusConnection, row.says, out)
			}
		})
	}
}

// ours reports whether the open question is for a line to run, with no command under way.
func (s *sitting) ours() bool {
	s.t.Helper()
	var prompt string
	s.until("a question", func() bool { prompt = s.question.Prompt; return s.open })
	return prompt == "not connected> " || strings.HasSuffix(prompt, " mail.example.net> ")
}

func TestCtrlCGivesThePromptBackWhateverTheServerDoes(t *testing.T) {
	t.Parallel()
	for _, row := range stalledServers(bigFile(t)) {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			reached, open := gate()
			srv := NewCanned(t, append([]Step{Send(preauth)}, row.steps(Reached(open))...)...)
			s := begin(t, srv)
			s.asks("a001 mail.example.net> ")
			s.typ(row.lines...)
			<-reached
			if row.waits != "" {
				s.asks(row.waits)
			}
			s.ctrlC()
			for range 2 { // if it closes the connection, the first one only says so
				if !s.ours() {
					s.ctrlC()
				}
			}
			if !s.ours() {
				t.Errorf("the prompt is %q after three Ctrl-C; screen:\n%s", s.asking().Prompt, s.shown())
			}
			s.typ(":pending")
			s.sees("-- ")
		})
	}
}

func TestARenewalThatIsNotAnsweredDoesNotWaitForever(t *testing.T) {
	t.Parallel()
	t.Run("in a script", func(t *testing.T) {
		idles, open := gate()
		srv := NewCanned(t, Send(preauth), expect("IDLE"), Send("+ idling\r\n"), Reached(open), Expect("^DONE$"), Stall())
		got, _ := plays(t, srv, "idle --for 1h\n", elapsing(t, idles), func(o *Options, _ *Shell) { o.Session.Keepalive = time.Second })
		if want := "a001 IDLE: no data for"; got.status != StatusConnection || !strings.Contains(got.err, want) {
			t.Errorf("status %d, want %d; %q wanted in\n%s", got.status, StatusConnection, want, got.err)
		}
	})
	t.Run("at a terminal", func(t *testing.T) {
		ready, open := gate()
		srv := canned(t, preauth, expect("IDLE"), Send("+ idling\r\n"), Expect("^DONE$"), Expect("^a002 noop$"), Wait(ready), Send("a001 OK idled\r\na002 OK two\r\n"))
		s := begin(t, srv, func(o *Options, _ *Shell) { o.Session.Keepalive = 5 * time.Minute })
		s.typ("idle")
		s.asks("idle> ")
		s.later(5 * time.Minute)
		s.sees("C: DONE")
		s.asks("a001 …> ")
		s.ctrlC()
		s.sees("-- a001 IDLE continues; its answer will be shown when it arrives (:pending)")
		s.asks("a002 mail.example.net> ")
		s.typ("noop")
		s.sees("C: a002 noop")
		open()
		s.sees("S: a001 OK idled", "S: a002 OK two")
		s.asks("a003 mail.example.net> ") // it has not begun again
		s.typ("noop")
		s.sees("C: a003 noop", "S: a003 OK")
	})
}

func TestAnIdleThatNobodyWaitsForIsEndedAsSoonAsItBegins(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	srv := canned(t, preauth, expect("IDLE"), Wait(ready), Send("+ idling\r\n"), Expect("^DONE$"), Send("a001 OK idled\r\n"))
	s := begin(t, srv)
	s.typ("idle")
	s.asks("a001 …> ")
	s.ctrlC()
	s.sees("a001 IDLE continues")
	open()
	s.sees("S: + idling", "C: DONE", "S: a001 OK idled")
	s.typ("noop")
	s.sees("S: a002 OK")
}

func TestAnExchangeThatContinuesAfterItWasCancelledEndsTheConnection(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED] hello\r\n"), expect("AUTHENTICATE PLAIN"), Send("+ \r\n"), Repeat("+ \r\n"))
	st, out := runScript(t, srv, []string{"noop"}, func(o *Options) {
		o.Target.User = "alice"
		o.Password = func(context.Context, conn.Target, sasl.Needs) (Secret, error) { return Secret{Text: "geheim"}, nil }
	})
	if want := "a001 AUTHENTICATE: the server continues although it was cancelled"; st != StatusConnection || !strings.Contains(out, want) {
		t.Errorf("status %d, want %d; %q wanted in\n%s", st, StatusConnection, want, out)
	}
	if got := srv.Received(); strings.Contains(got, "noop") || strings.Count(got, "*\r\n") != 1 {
		t.Errorf("the server got %q", got)
	}
}

func TestDeferredLinesRunAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	signals := make(chan os.Signal, 1)
	srv := NewCanned(t, Send(preauth), Expect("(?i)check"), Reached(func() { signals <- os.Interrupt }), Expect("(?i)a002 delete"), Send("a001 OK\r\na002 OK\r\n"), Answer())
	st, out := runScript(t, srv, []string{":defer delete x", "check", "noop"}, func(o *Options) { o.Signals = signals })
	for _, want := range []string{"-- interrupted\n-- cleaning up (Ctrl-C quits now)\n", "S: a002 OK"} {
		if st != StatusInterrupted || !strings.Contains(out, want) {
			t.Errorf("status %d, want %d; %q wanted in\n%s", st, StatusInterrupted, want, out)
		}
	}
}

func TestAConnectionWithATricklingGreetingIsClosed(t *testing.T) {
	t.Parallel()
	trickle := func(t *testing.T) *Canned { return NewCanned(t, Send("* OK hello"), Trickle(5*time.Millisecond)) }
	st, out := runScript(t, trickle(t), []string{"noop"}, func(o *Options) { o.Session.Greeting = 50 * time.Millisecond })
	if want := "greeting within 50ms"; st != StatusConnection || !strings.Contains(out, want) {
		t.Errorf("status %d, want %d; %q wanted in\n%s", st, StatusConnection, want, out)
	}
	s := begin(t, trickle(t))
	s.asks("connecting> ")
	s.ctrlC()
	s.ends(StatusInterrupted)
}

func TestTabWithoutAnAnswerBlocksNothing(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("LIST"), expect("^a002 noop$"), Send("{tag} OK two\r\n"))
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.does(terminal.Answer{Kind: terminal.Complete, Text: "select ", Pos: 7})
	s.sees(`C: a001 LIST "" "*"`)
	s.typ("noop")
	s.sees("S: a002 OK two")
	s.does(terminal.Answer{Kind: terminal.Complete, Text: "select ", Pos: 7})
	s.typ("noop")
	s.sees("S: a003 OK done")
}

func TestAByeOnAnotherConnectionIsReportedAndBlocksNothing(t *testing.T) {
	t.Parallel()
	first := NewCanned(t, Send(preauth), Answer())
	busy := NewCanned(t, Send("* BYE too busy\r\n"), Stall())
	var b strings.Builder
	sh := New(Options{
		Target: &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"},
		Settings: Settings{
			Render: render.Options{Out: &b, Err: &b}, Timeout: patience,
			Session: session.Options{Conn: conn.Options{Now: time.Now}},
		},
		Scripts: []Script{{Name: "test", From: strings.NewReader(":open b imap://busy.example.net\n:b noop\nnoop\n")}}, Now: time.Now,
	})
	to, other := dialTo(first, func(c net.Conn) net.Conn { return c }), dialTo(busy, func(c net.Conn) net.Conn { return c })
	sh.set.Session.Dial = func(ctx context.Context, t conn.Target, o conn.Options) (*conn.Conn, error) {
		if t.Host == "busy.example.net" {
			return other(ctx, t, o)
		}
		return to(ctx, t, o)
	}
	if st := sh.Run(); st != StatusConnection {
		t.Errorf("status %d, want %d\n%s", st, StatusConnection, b.String())
	}
	if got := busy.Received(); got != "" {
		t.Errorf("the busy server got %q", got)
	}
	if got := first.Received(); !strings.Contains(got, "noop") {
		t.Errorf("the first server got %q", got)
	}
}

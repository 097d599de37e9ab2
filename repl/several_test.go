package repl

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
	"imapsh/render"
)

// dialOf returns a DialFunc that reaches the server that a function returns for a host; nil refuses.
func dialOf(server func(host string) *Canned) session.DialFunc {
	return func(_ context.Context, t conn.Target, o conn.Options) (*conn.Conn, error) {
		addr := "127.0.0.1:1"
		if srv := server(t.Host); srv != nil {
			addr = srv.Addr()
		}
		link, err := net.Dial("tcp", addr)
		if err != nil {
			return nil, err
		}
		return conn.New(link, t, o), nil
	}
}

// with makes hosts besides mail.example.net known: "bob" is bob.example.net.
func with(main *Canned, others map[string]*Canned) setting {
	return func(_ *Options, s *Shell) {
		if s != nil {
			s.set.Session.Dial = dialOf(func(host string) *Canned {
				if host == "mail.example.net" {
					return main
				}
				name, _, _ := strings.Cut(host, ".")
				return others[name]
			})
		}
	}
}

// two returns a shell with main and bob open.
func two(t *testing.T, main, bob *Canned, settings ...setting) *sitting {
	t.Helper()
	s := begin(t, main, append([]setting{with(main, map[string]*Canned{"bob": bob})}, settings...)...)
	s.asks("a001 mail.example.net> ")
	s.typ(":open bob imap://bob.example.net")
	s.sees("S[bob]: * ")
	s.asks("a001 mail.example.net> ")
	return s
}

func TestALineRunsWhereItsNameSays(t *testing.T) {
	t.Parallel()
	main := canned(t, preauth, expect("select"), Send("* 3 EXISTS\r\n{tag} OK [READ-WRITE] done\r\n"))
	bob := canned(t, preauth, expect("examine"), Send("* 7 EXISTS\r\n{tag} OK [READ-ONLY] done\r\n"))
	s := two(t, main, bob)
	s.typ("select INBOX")
	s.sees("C: a001 select INBOX\n", "S: * 3 EXISTS\n", "S: a001 OK")
	s.typ(":bob examine x")
	s.sees("C[bob]: a001 examine x\n", "S[bob]: * 7 EXISTS\n", "S[bob]: a001 OK")
	s.asks("a002 mail.example.net INBOX 3> ")
	s.typ(":bob")
	s.sees("-- lines now go to bob")
	s.asks("[bob] a002 bob.example.net x 7 ro> ")
	s.typ("noop", ":main noop")
	s.sees("C[bob]: a002 noop", "C: a002 noop", "S: a002 OK")
	s.asks("[bob] a003 bob.example.net x 7 ro> ")
	s.typ(":connections")
	s.sees("--   main", "INBOX, 3 messages", "-- * bob ", "x, 7 messages, read-only")
	s.typ(":main")
	s.sees("-- lines now go to main")
	s.asks("a003 mail.example.net INBOX 3> ")
	s.typ(":close bob")
	s.sees("C[bob]: a003 LOGOUT", "S[bob]: * BYE", "S[bob]: a003 OK")
	s.typ(":bob noop")
	s.sees("!! unknown shell command :bob")
	s.typ(":connections", "noop")
	s.sees("-- * main", "C: a003 noop")
	if strings.Contains(main.Received(), "examine") || strings.Contains(bob.Received(), "select") {
		t.Error("a line went to the wrong server")
	}
}

func TestInvalidNamesAreRefused(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := two(t, srv, canned(t, preauth))
	for _, row := range []struct{ line, says string }{
		{":open", "!! usage: :open NAME [URL | PROFILE]"},
		{":open b*b imap://bob.example.net", "!! usage: :open NAME [URL | PROFILE]"},
		{":open help imap://bob.example.net", "!! :help is a shell command; choose another name for the connection"},
		{":open clock imap://bob.example.net", "!! :clock is a shell command"},
		{":open q imap://bob.example.net", "!! :q is a shell command"},
		{":open bob", "!! bob is already open (:close bob)"},
		{":open BOB imap://bob.example.net", "!! bob is already open (:close bob)"},
		{":open main", "!! main is already open (:close main)"},
		{":open eve gopher://bob.example.net", "!! "},
		{":close", "!! usage: :close NAME"},
		{":close eve", "!! usage: :close NAME"},
		{":eve", "!! unknown shell command :eve"},
	} {
		s.typ(row.line)
		s.sees(row.says)
	}
	s.typ(":connections")
	s.sees("main", "bob")
	s.neverShown("-- * eve", "--   eve")
}

func TestTheSameServerIsOpenedWithoutAURL(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.typ(":open bob")
	s.asks("User name (empty: do not log in): ")
	s.typ("")
	s.sees("S[bob]: * PREAUTH")
	s.typ(":open eve")
	s.asks("User name (empty: do not log in): ")
	s.ctrlC()
	s.typ(":connections")
	s.sees("main", "bob")
	s.neverShown("eve ")
}

func TestAnotherConnectionLogsInForItself(t *testing.T) {
	t.Parallel()
	login := func(user string) []Step {
		return []Step{expect("login " + user), Send("{tag} OK [CAPABILITY IMAP4rev1] in\r\n")}
	}
	main, bob := canned(t, greeting, login("alice")...), canned(t, greeting, login("bob")...)
	s := begin(t, main, user("alice"), with(main, map[string]*Canned{"bob": bob}))
	s.asks("Password for alice@mail.example.net: ")
	s.typ("geheim1")
	s.asks("a002 alice@mail.example.net> ")
	s.typ(":open bob imap://bob@bob.example.net")
	s.asks("Password for bob@bob.example.net: ")
	s.typ("geheim2")
	s.sees("C[bob]: a001 LOGIN bob ••••••", "S[bob]: a001 OK")
	s.typ(":bob")
	s.asks("[bob] a002 bob@bob.example.net> ")
	s.neverShown("geheim")
}

func TestEachConnectionHasItsOwnConsent(t *testing.T) {
	t.Parallel()
	main, bob := canned(t, greeting), canned(t, greeting)
	s := begin(t, main, func(_ *Options, sh *Shell) {
		if sh != nil {
			byName := map[string]*Canned{"mail.example.net": main, "bob.example.net": bob}
			sh.set.Session.Dial = func(ctx context.Context, t conn.Target, o conn.Options) (*conn.Conn, error) {
				return dialTo(byName[t.Host], func(c net.Conn) net.Conn { return far{c} })(ctx, t, o)
			}
		}
	})
	s.typ("login alice geheim")
	s.until("consent", func() bool { return s.open && strings.Contains(s.question.Prompt, "[y/N]") })
	s.typ("y")
	s.sees("C: a001 login alice ••••••", "S: a001 OK")
	s.typ(":open bob imap://bob.example.net")
	s.sees("S[bob]: * OK")
	s.typ(":bob login bob geheim")
	s.until("consent again", func() bool { return s.open && strings.Contains(s.question.Prompt, "[y/N]") })
	s.typ("n")
	s.typ(":bob noop")
	s.sees("C[bob]: a001 noop")
	if strings.Contains(bob.Received(), "login") {
		t.Errorf("the server got %q", bob.Received())
	}
}

func TestPushesOfAnotherConnectionAreShownWhileALineIsTyped(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	bob := canned(t, preauth, Wait(go_), Send("* 8 EXISTS\r\n* 1 FETCH (BODY[] {3}\r\nabc)\r\n"))
	s := two(t, canned(t, preauth), bob)
	s.asks("a001 mail.example.net> ")
	open()
	s.sees("S[bob]: * 8 EXISTS", "S[bob]: * 1 FETCH", "S[bob]| abc\n")
	s.typ("noop")
	s.sees("C: a001 noop")
}

func TestIdleOnAnotherConnectionContinuesInTheBackground(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	bob := canned(t, preauth, Reply(Replies{"IDLE": {Idle(go_, "* 8 EXISTS\r\n")}}))
	s := two(t, canned(t, preauth), bob)
	s.typ(":bob idle")
	s.sees("S[bob]: + idling", "-- bob: idle since 12:04:31; :bob done ends it")
	s.asks("a001 mail.example.net> ")
	s.typ("noop")
	s.sees("S: a001 OK")
	open()
	s.sees("S[bob]: * 8 EXISTS")
	s.later(28 * time.Minute)
	s.sees("-- bob: renewing IDLE", "C[bob]: DONE", "S[bob]: a001 OK", "C[bob]: a002 IDLE", "S[bob]: + idling")
	s.typ("noop")
	s.sees("C: a002 noop", "S: a002 OK")
	s.asks("a003 mail.example.net> ")
	s.typ(":connections")
	s.sees("bob.example.net  authenticated, idle")
	s.typ(":bob done")
	s.sees("C[bob]: DONE", "S[bob]: a002 OK", "-- bob: idled")
	s.typ(":bob idle", ":bob noop")
	s.sees("C[bob]: a003 idle", "C[bob]: DONE", "C[bob]: a004 noop")
}

func TestIdleContinuesWhileLinesGoToAnotherConnection(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	main := canned(t, preauth, Reply(Replies{"IDLE": {Idle(go_, "* 8 EXISTS\r\n")}}))
	s := two(t, main, canned(t, preauth))
	s.typ("idle")
	s.asks("idle> ")
	s.typ(":bob noop")
	s.sees("C[bob]: a001 noop", "S[bob]: a001 OK")
	s.asks("idle> ")
	open()
	s.sees("S: * 8 EXISTS")
	s.typ(":bob")
	s.asks("[bob] a002 bob.example.net> ")
	s.typ("noop")
	s.sees("C[bob]: a002 noop", "S[bob]: a002 OK")
	s.asks("[bob] a003 bob.example.net> ")
	s.typ(":connections", ":main")
	s.sees("mail.example.net  authenticated, idle")
	s.asks("idle> ")
	s.neverShown("C: DONE")
	s.typ("done")
	s.sees("C: DONE", "S: a001 OK")
	s.asks("a002 mail.example.net> ")
}

func TestALiteralForAnotherConnectionDoesNotTouchThisOne(t *testing.T) {
	t.Parallel()
	main := canned(t, preauth)
	bob := canned(t, preauth, expect(`append x \{5\}`), Send("+ go on\r\n"), ExpectBytes("hello\r\n"), Send("{tag} OK done\r\n"))
	s := two(t, main, bob)
	s.typ(":bob append x {5}")
	s.asks("[bob] literal, 5 bytes left> ")
	s.typ("hello", "", "noop")
	s.sees("C[bob]| hello", "S[bob]: a001 OK done", "C: a001 noop", "S: a001 OK")
	if main.Received() != "a001 noop\r\n" {
		t.Errorf("main got %q", main.Received())
	}
}

func TestWhatGoesToAFileOnAnotherConnectionIsItsOwn(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	bob := canned(t, preauth, expect("fetch"), Wait(go_), Send("* 1 FETCH (BODY[] "+literal("bob's")+")\r\na001 OK done\r\n"))
	main := canned(t, preauth, expect("fetch"), Send("* 1 FETCH (BODY[] "+literal("main's")+")\r\na001 OK done\r\n"))
	s := two(t, main, bob)
	a, b := filepath.Join(s.dir, "a"), filepath.Join(s.dir, "b")
	s.typ(":bob fetch 1 body[] > "+b+" &", "fetch 1 body[] > "+a)
	s.sees("S: a001 OK", "-- 6 bytes saved in")
	open()
	s.sees("S[bob]: a001 OK", "-- 5 bytes saved in")
	holds(t, a, "main's")
	holds(t, b, "bob's")
}

func TestLosingOneConnectionLeavesTheOthers(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	first := true
	main := canned(t, preauth)
	bob, again := canned(t, preauth, expect("noop"), Wait(go_), Close()), canned(t, preauth)
	s := begin(t, main, func(_ *Options, sh *Shell) {
		if sh != nil {
			sh.set.Session.Dial = dialOf(func(host string) *Canned {
				if host == "mail.example.net" {
					return main
				}
				defer func() { first = false }()
				if first {
					return bob
				}
				return again
			})
		}
	})
	s.typ(":open bob imap://bob.example.net", ":bob noop &", "noop")
	s.sees("C[bob]: a001 noop", "S: a001 OK")
	open()
	s.sees("!! bob: the server closed the connection (:open bob)", "-- bob: a001 noop was not answered")
	s.typ("noop", ":bob noop")
	s.sees("S: a002 OK", "!! bob is not connected: NOOP was not sent (:open bob)")
	s.typ(":bob")
	s.asks("[bob] not connected> ")
	s.typ(":main", ":open bob")
	s.sees("S[bob]: * PREAUTH")
	s.typ(":bob noop")
	s.sees("C[bob]: a002 noop", "S[bob]: a002 OK")
}

func TestClosingMainLeavesTheOthers(t *testing.T) {
	t.Parallel()
	s := two(t, canned(t, preauth), canned(t, preauth))
	s.typ(":close main")
	s.sees("C: a001 LOGOUT", "S: a001 OK")
	s.asks("not connected> ")
	s.typ("noop")
	s.sees("!! not connected: NOOP was not sent")
	s.typ(":bob noop", ":open main")
	s.sees("C[bob]: a001 noop", "S: * PREAUTH")
	s.asks("a002 mail.example.net> ")
	s.typ("quit")
	s.sees("C: a002 LOGOUT", "C[bob]: a002 LOGOUT")
	s.ends(StatusOK)
}

func TestClosingTheOnlyConnectionOfAShellThatBeganWithoutOne(t *testing.T) {
	t.Parallel()
	bob := canned(t, preauth)
	s := begin(t, bob, with(bob, map[string]*Canned{"bob": bob}), func(o *Options, sh *Shell) {
		if sh == nil {
			o.Target = nil
		}
	})
	s.asks("not connected> ")
	s.typ(":open bob")
	s.sees("!! usage: :open NAME URL (the URL is needed: there is no server yet)")
	s.typ(":open bob imap://bob.example.net")
	s.sees("S[bob]: * PREAUTH")
	s.asks("[bob] a001 bob.example.net> ")
	s.typ(":close bob")
	s.sees("C[bob]: a001 LOGOUT")
	s.asks("not connected> ")
	s.typ(":connections", ":open main imap://bob.example.net")
	s.sees("-- no connections", "S: * PREAUTH")
	s.asks("a001 bob.example.net> ")
}

func TestTabKnowsTheConnections(t *testing.T) {
	t.Parallel()
	s := two(t, canned(t, preauth), canned(t, preauth))
	s.does(terminal.Answer{Kind: terminal.Complete, Text: ":bo", Pos: 3})
	s.until("the name", func() bool { return len(s.edits) == 1 && strings.HasPrefix(s.edits[0], ":bob") })
}

func TestReadWorksOnAnotherConnection(t *testing.T) {
	t.Parallel()
	structure := `("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 5 1)`
	bob := canned(t, preauth, expect("select"), Send("{tag} OK done\r\n"), expect("fetch 1"), Send("* 1 FETCH (UID 4 FLAGS () BODYSTRUCTURE "+structure+")\r\n{tag} OK done\r\n"), expect("fetch 1"), Send("* 1 FETCH (BODY[1] {5}\r\nhello)\r\n{tag} OK done\r\n"),
		expect("fetch 1"), Send("* 1 FETCH (BODYSTRUCTURE "+structure+")\r\n{tag} OK done\r\n"), expect("fetch 1"), Send("* 1 FETCH (BODY[1] {5}\r\nhello)\r\n{tag} OK done\r\n"))
	main := canned(t, preauth)
	s := two(t, main, bob)
	file := filepath.Join(s.dir, "part")
	s.typ(":bob select INBOX", ":bob read 1")
	s.sees("C[bob]: a002 FETCH 1", "C[bob]: a003 FETCH 1", "hello")
	s.typ(":bob save 1 1 " + file)
	s.sees("C[bob]: a005 FETCH 1", "5 bytes saved in ")
	holds(t, file, "hello")
	if main.Received() != "" {
		t.Errorf("main got %q", main.Received())
	}
}

func TestAScriptUsesSeveralConnections(t *testing.T) {
	t.Parallel()
	main, bob := canned(t, preauth), canned(t, preauth)
	script := ":log DIR/log\n:open bob imap://bob.example.net\nnoop\n:bob noop\n:bob noop &\nnoop &\n:wait\n:bob\nnoop\n"
	got, dir := plays(t, main, script, with(main, map[string]*Canned{"bob": bob}))
	if got.status != StatusOK || got.err != "" {
		t.Errorf("status %d: %s", got.status, got.err)
	}
	has(t, got.out, "S: * PREAUTH", "S[bob]: * PREAUTH", "C: a001 noop", "S: a001 OK", "C[bob]: a001 noop", "S[bob]: a001 OK", "C[bob]: a003 noop", "C: a003 LOGOUT", "S: a003 OK", "C[bob]: a004 LOGOUT", "S[bob]: a004 OK")
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	from := strings.Index(got.out, "S[bob]: * PREAUTH")
	if !strings.Contains(string(log), got.out[from:]) {
		t.Errorf("the log does not have everything in order:\n%s\nshown:\n%s", log, got.out)
	}
}

func TestAScriptContinuesIfAConnectionIsRefusedOrLost(t *testing.T) {
	t.Parallel()
	main := canned(t, preauth)
	eve := NewCanned(t, Send(preauth), expect("noop"), Close())
	script := ":open bob imap://bob.example.net\n:bob noop\nnoop\n:open eve imap://eve.example.net\n:eve noop\n:eve noop\nnoop\n"
	got, _ := plays(t, main, script, with(main, map[string]*Canned{"eve": eve}))
	if got.status != StatusConnection {
		t.Errorf("status %d", got.status)
	}
	has(t, got.out, "!! bob is not connected: NOOP was not sent", "S: a001 OK", "C[eve]: a001 noop", "-- eve: a001 noop was not answered", "!! eve is not connected", "S: a002 OK", "C: a003 LOGOUT")
	has(t, got.err, "bob: ", "eve: the server closed the connection")
}

func TestAScriptThatLosesMainContinuesElsewhere(t *testing.T) {
	t.Parallel()
	main := NewCanned(t, Send(preauth), expect("noop"), Close())
	bob := canned(t, preauth)
	got, _ := plays(t, main, ":open bob imap://bob.example.net\nnoop\nnoop\n:bob noop\n", with(main, map[string]*Canned{"bob": bob}))
	if got.status != StatusConnection {
		t.Errorf("status %d", got.status)
	}
	has(t, got.out, "-- a001 noop was not answered", "!! not connected: NOOP was not sent", "C[bob]: a001 noop", "S[bob]: a001 OK", "C[bob]: a002 LOGOUT")
}

func TestAScriptIdlesOnOneConnectionWhileAnotherWorks(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	main := canned(t, preauth, Reply(Replies{"IDLE": {Idle(go_, "* 8 EXISTS\r\n")}}))
	bob := canned(t, preauth, expect("noop"), Do(open), Send("{tag} OK done\r\n"))
	got, _ := plays(t, main, ":open bob imap://bob.example.net\nidle\n:bob noop\ndone\nnoop\n:bob idle\n", with(main, map[string]*Canned{"bob": bob}))
	has(t, got.out, "C: a001 idle", "S: + idling", "C[bob]: a001 noop", "C: DONE", "S: a001 OK", "C: a002 noop", "C[bob]: a002 idle")
	if got := strings.Count(got.out, "C: DONE"); got != 1 {
		t.Errorf("DONE was sent %d times", got)
	}
}

func TestATimeoutConcernsOneConnection(t *testing.T) {
	t.Parallel()
	main := canned(t, preauth)
	stalls, open := gate()
	bob := NewCanned(t, Send(preauth), expect("noop"), Reached(open), Stall())
	got, _ := plays(t, main, ":open bob imap://bob.example.net\n:bob noop\n:timeout 0\nnoop\n", with(main, map[string]*Canned{"bob": bob}), elapsing(t, stalls))
	if got.status != StatusConnection {
		t.Errorf("status %d", got.status)
	}
	has(t, got.err, "bob: a001 NOOP: no data for 5s")
	has(t, got.out, "C[bob]: a001 noop", "-- bob: a001 noop was not answered", "C: a001 noop", "S: a001 OK", "C: a002 LOGOUT")
}

func TestTLSConcernsOneConnection(t *testing.T) {
	t.Parallel()
	conf, ca := TLSConfig(t, Good)
	main := canned(t, preauth)
	bob := canned(t, "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", expect("starttls"), Send("{tag} OK go\r\n"), StartTLS(conf))
	got, _ := plays(t, main, ":open bob imap://bob.example.net\n:bob starttls\n:tls\n:bob :tls\n:bob noop\nnoop\n", with(main, map[string]*Canned{"bob": bob}), func(o *Options, s *Shell) {
		if s == nil {
			o.Session.Conn.CAFile, o.Session.Conn.SNI, o.Session.Conn.Now = ca, "localhost", time.Now
		}
	})
	if got.status != StatusOK {
		t.Errorf("status %d: %s", got.status, got.err)
	}
	has(t, got.out, "C[bob]: a001 starttls", "-- bob: TLS", "-- no TLS: others on the network can read everything that is sent", "-- bob: TLS", "verified", "C[bob]: a002 noop", "C: a001 noop")
}

func TestJSONNamesTheConnectionOfEverything(t *testing.T) {
	t.Parallel()
	main := canned(t, preauth)
	bob := canned(t, preauth, expect("noop"), Send("* 1 FETCH (BODY[] "+literal(strings.Repeat("x", 2*kept))+")\r\n* 1 EXISTS\r\n{tag} OK done\r\n"), expect("noop"), Send("{tag} OK done\r\n"), Close())
	got, _ := plays(t, main, ":open bob imap://bob.example.net\n:bob noop\nnoop\n:bob noop\n:bob noop\nnoop\n", with(main, map[string]*Canned{"bob": bob}), mode(render.JSON), keeping(kept, 0))
	count := map[string]int{}
	for line := range strings.Lines(got.out) {
		var e struct{ Type, Conn string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %.100q", err, line)
		}
		count[e.Conn+" "+e.Type]++
	}
	for _, want := range []string{" connected", "bob connected", " sent", "bob sent", " response", "bob response", "bob chunk", " lost", "bob lost"} {
		if count[want] == 0 {
			t.Errorf("no %q in %v", want, count)
		}
	}
	if count[" chunk"] > 0 {
		t.Error("a chunk has the name main")
	}
}

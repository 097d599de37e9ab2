package repl

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/help"
	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
)

func TestEveryCommandOfTheShellHasHelp(t *testing.T) {
	t.Parallel()
	for _, r := range HelpRows() {
		if text := help.Topic(":"+r.Name, help.Options{Shell: HelpRows()}); !strings.HasPrefix(text, ":"+r.Name) || !strings.Contains(strings.Join(strings.Fields(text), " "), r.Help) {
			t.Errorf("%s: %q", r.Name, text)
		}
	}
}

// An example must be a line that can be typed: its first word is the command, and a setting accepts its value.
func TestTheHelpOfEveryCommandHasAnExample(t *testing.T) {
	t.Parallel()
	for _, r := range HelpRows() {
		text := help.Topic(":"+r.Name, help.Options{Shell: HelpRows(), Width: 200})
		_, example, _ := strings.Cut(text, "\n  example: ")
		example, _, _ = strings.Cut(example, "\n")
		word, value, _ := strings.Cut(example, " ")
		if bare := strings.TrimPrefix(word, ":"); bare != r.Name || bare == word && !slices.Contains(bareWords, bare) {
			t.Errorf(":%s: the help has the example %q", r.Name, example)
		}
		files := []string{"ca", "cert", "key"} // these files are read
		if set := LookupSetting(r.Name); set != nil && !slices.Contains(files, r.Name) {
			s := Defaults()
			if err := set.Set(&s, value, FromTyped); err != nil || value == "" {
				t.Errorf("%q: %v", example, err)
			}
		}
	}
	for _, c := range command.Commands() {
		if len(c.Examples) == 0 {
			t.Errorf("the help of %s has no example", c.Name)
		}
	}
}

func TestWatchRunsACommandUntilALineIsTyped(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		end  func(*sitting)
	}{
		{"Enter", func(s *sitting) { s.typ("") }},
		{"Ctrl-C", (*sitting).ctrlC},
		{"Ctrl-D", (*sitting).ctrlD},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := begin(t, canned(t, preauth))
			s.typ(":watch 5 noop")
			s.sees("-- every 5s: noop; Ctrl-C or Enter ends it", "C: a001 noop", "S: a001 OK")
			s.asks("watching> ")
			s.later(5 * time.Second)
			s.sees("C: a002 noop", "S: a002 OK")
			row.end(s)
			s.sees("-- stopped watching")
			s.asks("a003 mail.example.net> ")
			s.later(time.Minute)
			s.typ("check")
			s.sees("C: a003 check", "S: a003 OK")
			{
				s.remembers(":watch 5 noop", "check")
			}
		})
	}
}

// The command of :watch or :each is left to go on, and nothing follows it.
func TestCtrlCWhileALoopWaitsForAnAnswerEndsTheLoop(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ typed, says string }{
		{":watch 5 noop", "-- stopped watching"},
		{":watch 5 x3 noop", "-- stopped watching"},
		{":each < rows noop", "-- 1 round skipped"},
		{":each < rows :each < rows noop", "-- 1 round skipped\n-- 1 round skipped"},
	} {
		t.Run(row.typed, func(t *testing.T) {
			ready, open := gate()
			srv := canned(t, preauth, expect("a001 noop"), expect("a002 check"), Wait(ready), Send("a001 OK one\r\na002 OK two\r\n"))
			s := begin(t, srv)
			rows := filepath.Join(s.dir, "rows")
			if err := os.WriteFile(rows, []byte("1\n2\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			s.typ(strings.ReplaceAll(row.typed, "rows", rows))
			s.sees("C: a001 noop")
			s.asks("a001 …> ")
			s.ctrlC()
			s.sees("-- a001 NOOP continues", row.says)
			s.asks("a002 mail.example.net> ")
			s.later(time.Minute)
			s.typ("check")
			open()
			s.sees("C: a002 check", "S: a001 OK one", "S: a002 OK two")
		})
	}
}

func TestALineTypedWhileWatchingEndsItAndRuns(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.typ(":watch 5 noop")
	s.sees("S: a001 OK")
	s.asks("watching> ")
	s.typ("check")
	s.sees("-- stopped watching", "C: a002 check", "S: a002 OK")
}

func TestWatchingALostConnectionEnds(t *testing.T) {
	t.Parallel()
	s := begin(t, NewCanned(t, Send(preauth), expect("noop"), Send("{tag} OK done\r\n"), expect("noop"), Close()))
	s.typ(":watch 5 noop")
	s.sees("S: a001 OK")
	s.later(5 * time.Second)
	s.sees("!! the server closed the connection")
	s.asks("not connected> ")
	s.later(time.Minute)
	s.typ("noop")
	s.sees("!! not connected: NOOP was not sent")
}

func TestWaitHoldsBackTheNextLines(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	srv := canned(t, preauth, expect("a001 noop"), expect("a002 check"), Wait(ready), Send("a002 OK two\r\na001 OK one\r\n"), expect("a003 noop"), Send("{tag} OK three\r\n"))
	s := begin(t, srv)
	s.typ("noop &", "check &")
	s.asks("a003 mail.example.net> ")
	s.typ(":pending", ":wait", "noop")
	s.sees("C: a001 noop", "C: a002 check", "-- a001 noop", "-- a002 check")
	s.neverShown("a003")
	open()
	s.sees("S: a002 OK two", "S: a001 OK one", "C: a003 noop", "S: a003 OK three")
}

func TestCtrlCEndsAWait(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth, expect("a001 noop"), expect("a002 check"), Send("{tag} OK two\r\n")))
	s.typ("noop &", ":wait", "never")
	s.asks("a002 mail.example.net> ")
	s.ctrlC()
	s.typ("check")
	s.sees("S: a002 OK two")
}

func TestSourceRunsTheLinesOfAFileBeforeWhatIsTyped(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	path := filepath.Join(s.dir, "lines")
	os.WriteFile(path, []byte("# a comment\nnoop\n\nx1 CHECK\n"), 0o600)
	s.typ(":source "+path, "capability")
	s.sees("C: a001 noop", "S: a001 OK", "C: x1 CHECK", "S: x1 OK", "C: a002 capability")
	s.remembers(":source "+path, "capability")
	s.typ(":source " + filepath.Join(s.dir, "nothing"))
	s.sees("!! open", "directory")
}

func TestCtrlCStopsASource(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("noop"))
	s := begin(t, srv)
	path := filepath.Join(s.dir, "lines")
	os.WriteFile(path, []byte("noop\nexpunge\n"), 0o600)
	s.typ(":source " + path)
	s.sees("C: a001 noop")
	s.ctrlC()
	s.sees("was stopped")
	s.typ("check")
	s.sees("S: a002 OK")
	s.neverShown("expunge")
}

func TestAQuestionOfASourceIsAnsweredAtTheTerminal(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, greeting, expect(`LOGIN alice "?geheim`), Send("{tag} OK in\r\n"), expect("noop"), Send("{tag} OK two\r\n")))
	path := filepath.Join(s.dir, "lines")
	os.WriteFile(path, []byte("login alice\nnoop\n"), 0o600)
	s.typ(":source " + path)
	s.until("a secret question", func() bool { return s.open && s.question.Secret })
	s.typ("geheim")
	s.sees("S: a001 OK in", "S: a002 OK two")
	s.hides("geheim")
}

func TestTheLogIsPrivateCompleteAndWithoutSecrets(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("keyword ", 60)
	s := begin(t, canned(t, greeting, expect("login"), Send("{tag} OK in\r\n"), expect("noop"), Send("* FLAGS ("+strings.TrimSpace(long)+")\r\n{tag} OK done\r\n")))
	path := filepath.Join(s.dir, "log")
	s.typ(":log "+path, "login alice geheim", "noop", ":log off", "check")
	s.sees("-- writing the transcript to", "S: a002 OK done", "-- the transcript is closed", "S: a003 OK")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := string(b)
	for _, want := range []string{"C: a001 login alice ••••••", "S: a001 OK in", "C: a002 noop", "S: * FLAGS (" + strings.TrimSpace(long) + ")", "S: a002 OK done"} {
		if !strings.Contains(got, want) {
			t.Errorf("not in the transcript: %s\n%s", want, got)
		}
	}
	if strings.Contains(got, "geheim") || strings.Contains(got, "check") {
		t.Errorf("the transcript has too much:\n%s", got)
	}
	if fi, _ := os.Stat(path); fi.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", fi.Mode())
	}
	s.typ(":log " + filepath.Join(s.dir, "none", "log"))
	s.sees("!! opening the transcript: ")
}

func TestLastShowsTheLastExchangeInFull(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("keyword ", 60))
	s := begin(t, canned(t, preauth, expect("noop"), Send("* FLAGS ("+long+")\r\n{tag} OK done\r\n")))
	s.typ("noop")
	s.sees("S: * FLAGS", "…", "S: a001 OK done")
	if n := strings.Count(s.shown(), "keyword"); n >= 60 {
		t.Errorf("all %d words were shown immediately", n)
	}
	before := len(s.shown())
	s.typ(":last")
	s.sees("C: a001 noop", "S: a001 OK done")
	if n := strings.Count(strings.ReplaceAll(s.shown()[before:], "\n   ", ""), "keyword"); n < 58 { // a row may end inside a word
		t.Errorf(":last shows %d words:\n%s", n, s.shown()[before:])
	}
}

func TestSendSendsALineWithoutATag(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, Expect(`^these are some words$`), Send("* BAD what\r\n"), Expect("^x1 NOOP$"), Send("x1 OK done\r\n"))
	s := begin(t, srv)
	s.typ(":send these are some words")
	s.sees("C: these are some words", "S: * BAD what")
	s.asks("a001 mail.example.net> ")
	s.typ(":send x1 NOOP")
	s.sees("C: x1 NOOP", "S: x1 OK done")
}

func TestSettingsTakeEffect(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.typ(":clock on", "noop")
	s.sees("S: a001 OK", "12:04:31")
	s.typ(":clock off", ":output json", "noop")
	s.sees(`"tag":"a002"`)
	s.typ(":output raw", "noop")
	s.sees("a003 OK done")
	s.typ(":output pretty", ":output loud")
	s.sees("!! usage: :output pretty|raw|json")
	s.typ(":hints off")
	if _, hint := s.asks("a004 mail.example.net> ").Paint("fetch "); hint == "" {
		t.Log("the question was open before; its hints may stay until the next")
	}
	s.typ("noop")
	s.sees("S: a004 OK")
	if _, hint := s.asks("a005 mail.example.net> ").Paint("fetch "); hint != "" {
		t.Errorf("hint %q", hint)
	}
	s.typ(":caps", ":tls", ":nonsense", ":wir")
	s.sees("-- Protocol", "--     IMAP4REV1", "-- no TLS", "!! unknown shell command :nonsense", "did you mean :wire?")
	s.typ("open inbox")
	s.sees("!! unknown command OPEN; sent as typed (help open: folders, which IMAP calls", "S: a")
	s.neverShown("begins with a colon") // the user wants SELECT, not :open
	s.typ("open imap://mail.example.net")
	s.sees("the shell's own command begins with a colon: :open")
}

func TestLiteralsAreAnnouncedAsTheUserWants(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, expect(`\{2\+\}$`), ExpectBytes("x\n\r\n"), Send("a001 OK\r\n"), expect(`\{2\}$`), Send("+ \r\n"), ExpectBytes("x\n\r\n"), Send("a002 OK\r\n"))
	s := begin(t, srv)
	path := filepath.Join(s.dir, "mail")
	os.WriteFile(path, []byte("x\n"), 0o600)
	s.typ("append x <= " + path)
	s.sees("S: a001 OK")
	s.typ(":literals sync", "append x <= "+path)
	s.sees("S: a002 OK")
}

func TestHelpIsShownWithoutTheServer(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.typ("help unselect", ":help", "help nonsense")
	s.sees("UNSELECT", "commands in any state", ":reconnect", "no help on nonsense")
	if srv.Received() != "" {
		t.Errorf("the server got %q", srv.Received())
	}
}

func TestTabKnowsTheShellsOwnCommands(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.does(terminal.Answer{Kind: terminal.Complete, Text: ":rec", Pos: 4})
	s.until("an edit", func() bool { return len(s.edits) > 0 })
	if !strings.HasPrefix(s.edits[0], ":reconnect") {
		t.Errorf("got %q", s.edits[0])
	}
}

func TestOtherCommonWordsDoWhatIsMeant(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.typ("noop")
	s.sees("S: a001 OK")
	s.typ("history")
	s.sees("-- noop\n")
	s.typ(":history 1")
	s.sees("-- history\n")
	s.typ(":history x")
	s.sees("!! usage: :history [N] (N is the number of lines); for example: :history 20\n")
	s.typ("clear")
	s.sees("\x1b[H\x1b[2J\n")
	s.typ("?")
	s.sees("-- commands")
	s.typ("? noop")
	s.sees("-- NOOP\n")
	s.typ(`\q`)
	s.sees("LOGOUT")
	s.ends(StatusOK)
}

func TestForAMisspeltShellCommandTheNearestOneIsSuggested(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	for _, c := range []struct{ name, typed, want string }{
		{"a command", ":wach 5 noop", "did you mean :watch?"},
		{"the beginning of a command", ":conn", "did you mean :connections?"},
		{"a setting", ":timout 5s", "did you mean :timeout?"},
		{"a command without its colon", "caps", "-- the shell's own command begins with a colon: :caps\nC: a001 caps"},
		{"a word that no command resembles", ":xyzzy", "unknown shell command :xyzzy (:help lists them)"},
	} {
		s.typ(c.typed)
		s.sees(c.want)
	}
	s.typ(":open backup imap://127.0.0.1:1")
	s.sees("S[backup]: ")
	s.typ(":bakup noop")
	s.sees("did you mean :backup?")
}

func TestWhatTheShellShowsCanBePiped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, file string }{
		{":caps", ":caps | grep IDLE > ", "--     IDLE"},
		{":help", ":help noop | head -n 1 > ", "-- NOOP\n"},
		{":last", ":last | grep a001 > ", "C: a001 noop\nS: a001 OK done\n"},
		{":set", ":set | grep timeout > ", "timeout"},
		{":connections", ":connections | head -1 > ", "-- * main"},
		{":pending", ":pending | cat > ", "-- no command is in flight\n"},
		{":oddities", ":oddities | cat > ", "-- no"},
		{":history", ":history | head -n 1 > ", "-- noop\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin(t, canned(t, preauth))
			s.typ("noop")
			s.sees("S: a001 OK")
			s.prompted("a002") // until then, what is typed does not wait for what was typed before it
			file := filepath.Join(s.dir, "piped")
			s.typ(c.typed+file, ":clear")
			s.sees("\x1b[H")
			got, err := os.ReadFile(file)
			if err != nil || !strings.Contains(string(got), c.file) {
				t.Errorf("got %q, %v, want %q", got, err, c.file)
			}
			s.neverShown("--     IDLE", "-- NOOP")
		})
	}
}

func TestAfterThreeSecondsOfSilenceTheShellGuessesThatTheServerExpectsTLS(t *testing.T) {
	t.Parallel()
	s := begin(t, NewCanned(t, Wait(make(chan struct{}))), func(o *Options, _ *Shell) {
		o.Target = &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "993"}
	})
	s.asks("connecting> ")
	for end := time.Now().Add(patience); !strings.Contains(s.shown(), "no answer yet") && time.Now().Before(end); {
		s.clock.add(time.Second) // counted from the connection
		s.nudge()
	}
	s.sees("-- no answer yet; that port uses TLS: try imaps://mail.example.net\n")
	s.ctrlC()
}

func TestReadAndSaveSendNothingWhileNoMailboxIsSelected(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ greeting, line, want string }{
		"read":                   {preauth, "read 7", "!! read needs a selected mailbox: select INBOX opens one\n"},
		"read with a colon":      {preauth, ":read UID 7", "!! read needs a selected mailbox: select INBOX opens one\n"},
		"read raw":               {preauth, "read 7 raw", "!! read needs a selected mailbox: select INBOX opens one\n"},
		"save":                   {preauth, "save 7 2", "!! save needs a selected mailbox: select INBOX opens one\n"},
		"read before the log-in": {greeting, "read 7", "!! read needs a selected mailbox: log in, then select INBOX\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := NewCanned(t, Send(row.greeting), Reply(nil))
			s := begin(t, srv)
			s.asks("a001 mail.example.net> ")
			s.typ(row.line)
			s.sees(row.want)
			s.typ("fetch 7 flags") // what is IMAP is sent
			s.sees("!! FETCH needs a selected mailbox", "C: a001 fetch 7 flags", "S: a001 OK")
			if got := srv.Received(); strings.Count(strings.ToUpper(got), "FETCH") != 1 {
				t.Errorf("the server got %q", got)
			}
		})
	}
}

func TestACommandOfASystemsShellIsNotSent(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send(greeting), Reply(nil))
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.typ("man fetch")
	s.sees("!! man was not sent, as it is not a command of IMAP: help fetch explains FETCH")
	s.typ("sudo login alice geheim")
	s.sees("!! sudo was not sent, as it is not a command of IMAP: type only login and")
	s.typ("ls")
	s.sees("!! ls was not sent")
	s.typ(":send man fetch")
	s.sees("C: man fetch", "S: man OK")
	if got := srv.Received(); got != "man fetch\r\n" {
		t.Errorf("the server got %q", got)
	}
	s.hides("geheim")
	if kept := s.kept(); strings.Contains(kept, "geheim") || !strings.Contains(kept, "man fetch") {
		t.Errorf("the history is %q", kept)
	}
}

func TestTheUsageOfACommandEndsWithItsExample(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.typ("read 3:5")
	s.sees("!! usage: read [UID] N [raw]; for example: read 7\n")
	s.typ(":sleep x")
	s.sees("!! usage: :sleep TIME, as in :sleep 20ms (ms, s, min, h, d)\n")
}

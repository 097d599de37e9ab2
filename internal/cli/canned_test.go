package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// What the shell does with broken, silent and hostile servers.

const (
	hello = "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n"
	login = "LOGIN alice " + password + "\n"
)

func canned(t *testing.T, steps ...testserver.Step) *testserver.Canned {
	t.Helper()
	return testserver.NewCanned(t, steps...)
}

func TestTheShellGivesUpOnASilentServer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, script string
		steps        []testserver.Step // what comes before the silence comes with the greeting, which has more time
		shows        []string
	}{
		{"answering nothing", "NOOP\nNOOP\n",
			[]testserver.Step{testserver.Send(hello), testserver.Stall()},
			[]string{"C: a001 NOOP\n", "a001 NOOP: no data for 300ms (--timeout)", "-- a001 NOOP was not answered", "the rest of the script was skipped"}},
		{"within a response", "NOOP\n",
			[]testserver.Step{testserver.Send(hello + "* 5 EXI"), testserver.Stall()},
			[]string{"* 5 EXI"}},
		{"within a literal", "NOOP\n",
			[]testserver.Step{testserver.Send(hello + "* 1 FETCH (BODY[] {1000}\r\nSubject: half\r\nof it"), testserver.Stall()},
			[]string{"S: * 1 FETCH (BODY[] {1000}", "S| Subject: half", "S| of it"}},
		{"instead of a continuation", "APPEND INBOX {4}\nNOOP\n\n",
			[]testserver.Step{testserver.Send(hello), testserver.Stall()},
			[]string{"C: a001 APPEND INBOX {4}"}},
		{"after LOGOUT", ":pending\n",
			[]testserver.Step{testserver.Send(hello), testserver.Stall()},
			[]string{"C: a001 LOGOUT", "a001 LOGOUT: no data for 300ms"}},
		{"with commands in flight", "NOOP &\nNOOP &\n",
			[]testserver.Step{testserver.Send(hello), testserver.Stall()},
			[]string{"-- a001 NOOP was not answered", "-- a002 NOOP was not answered"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := canned(t, row.steps...)
			run(t, row.script, "--timeout", "300ms", "imap://"+s.Addr()).is(t, 3).tells(t, append(row.shows, "no data for 300ms", "S: * OK [CAPABILITY")...)
		})
	}
}

func TestALostConnectionIsReportedWithEverythingThatCame(t *testing.T) {
	t.Parallel()
	half := "* 1 FETCH (BODY[] {1000}\r\nSubject: half\r\nof it"
	for _, row := range []struct {
		name, script string
		steps        []testserver.Step
		shows        []string
	}{
		{"reset", "NOOP\nSELECT INBOX\n",
			[]testserver.Step{testserver.Send(hello), testserver.Expect("NOOP"), testserver.Reset()},
			[]string{"connection lost: ", "connection reset", "-- a001 NOOP was not answered", "the rest of the script was skipped"}},
		{"closed", "NOOP\nSELECT INBOX\n",
			[]testserver.Step{testserver.Send(hello), testserver.Expect("NOOP"), testserver.Close()},
			[]string{"the server closed the connection", "-- a001 NOOP was not answered"}},
		{"closed within a literal", "FETCH 1 BODY[]\n",
			[]testserver.Step{testserver.Send(hello), testserver.Expect("FETCH"), testserver.Send(half), testserver.Close()},
			[]string{"the server closed the connection", "S| Subject: half", "S| of it"}},
		{"closed within a literal of 10 GB", "FETCH 1 BODY[]\n",
			[]testserver.Step{testserver.Send(hello), testserver.Expect("FETCH"), testserver.Send("* 1 FETCH (BODY[] {10737418240}\r\nabcde"), testserver.Close()},
			[]string{"the server closed the connection", "S: * 1 FETCH (BODY[] {10737418240}", "S| abcde"}},
		{"closed within a line", "NOOP\n",
			[]testserver.Step{testserver.Send(hello), testserver.Expect("NOOP"), testserver.Send("* 5 EXIS"), testserver.Close()},
			[]string{"the server closed the connection", "S: * 5 EXIS"}},
		{"half closed", "NOOP\nNOOP\n",
			[]testserver.Step{testserver.Send(hello), testserver.Expect("NOOP"), testserver.Send("{tag} OK done\r\n* 7 EXISTS\r\n"), testserver.CloseWrite(), testserver.Stall()},
			[]string{"S: a001 OK done", "S: * 7 EXISTS", "the server closed the connection"}},
		{"BYE in mid session", "NOOP\nNOOP\n",
			[]testserver.Step{testserver.Send(hello), testserver.Expect("NOOP"), testserver.Send("* BYE [UNAVAILABLE] going down\r\n"), testserver.Close()},
			[]string{"S: * BYE [UNAVAILABLE] going down", "-- a001 NOOP was not answered"}},
		{"BYE with the answer", "NOOP\nSELECT INBOX\n",
			[]testserver.Step{testserver.Send(hello), testserver.Expect("NOOP"), testserver.Send("* BYE going down\r\n{tag} OK done\r\n"), testserver.Close()},
			[]string{"S: * BYE going down", "S: a001 OK done"}},
		{"BYE as greeting", "NOOP\n",
			[]testserver.Step{testserver.Send("* BYE too many connections\r\n"), testserver.Close()},
			[]string{"S: * BYE too many connections", "its greeting is BYE"}},
		{"BYE as greeting, and no end", "NOOP\n",
			[]testserver.Step{testserver.Send("* BYE too many connections\r\n"), testserver.Stall()},
			[]string{"S: * BYE too many connections", "its greeting is BYE"}},
		{"no greeting at all", "NOOP\n",
			[]testserver.Step{testserver.Close()}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := canned(t, row.steps...)
			for _, mode := range modes {
				o := run(t, row.script, "-o", mode, "imap://"+s.Addr()).is(t, 3)
				if mode == "pretty" {
					o.tells(t, row.shows...)
					if strings.TrimSpace(o.stdout+o.stderr) == "" {
						t.Error("nothing is shown")
					}
				}
			}
			if strings.Contains(s.Received(), "SELECT") {
				t.Errorf("received %q", s.Received())
			}
		})
	}
}

func TestAServerOfAnotherProtocolIsNamed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ greeting, name string }{
		{"220 mail.example.org ESMTP Postfix\r\n", "SMTP"},
		{"+OK POP3 ready <1.2@x>\r\n", "POP3"},
		{"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "HTTP"},
		{"SSH-2.0-OpenSSH_9.2\r\n", "SSH"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := canned(t, testserver.Send(row.greeting), testserver.Stall())
			o := run(t, login, "imap://"+s.Addr()).is(t, 3).says(t, "this is "+row.name, "try imaps://127.0.0.1")
			if s.Received() != "" {
				t.Errorf("received %q\n%s", s.Received(), o)
			}
			line, _, _ := strings.Cut(row.greeting, "\r")
			o.shows(t, line)
		})
		t.Run(row.name+" over imaps", func(t *testing.T) {
			t.Parallel()
			s := canned(t, testserver.Send(row.greeting), testserver.Stall())
			run(t, login, "imaps://"+s.Addr()).is(t, 3).says(t, "the server does not use TLS on this port", "this is "+row.name)
		})
	}
	t.Run("unencrypted IMAP on the port of imaps", func(t *testing.T) {
		t.Parallel()
		s := canned(t, testserver.Send(hello), testserver.Stall())
		run(t, login, "imaps://"+s.Addr()).is(t, 3).says(t, "the server does not use TLS on this port", "try imap://"+s.Addr()+" --starttls")
	})
}

func TestASecretWithoutTLSNeedsConsent(t *testing.T) {
	t.Parallel()
	plain := "AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==\n"
	for _, row := range []struct {
		name, script string
		args         []string
		greeting     string
		status       int
		says         string
	}{
		{"LOGIN is refused", login + "NOOP\n", nil, hello, 1, "LOGIN was not sent: the password would be sent unencrypted"},
		{"with its own tag too", "x1 " + login, nil, hello, 1, "LOGIN was not sent: the password would be sent unencrypted"},
		{"PLAIN is refused", plain, nil, hello, 1, "AUTHENTICATE was not sent: the password would be sent unencrypted"},
		{"an unknown mechanism is refused", "AUTHENTICATE X-OWN dGVzdA==\n", nil, hello, 1, "AUTHENTICATE was not sent: the password would be sent unencrypted"},
		{"unless it is allowed", login, []string{"--plaintext-auth"}, hello, 0, "LOGIN alice ••••••"},
		{"SCRAM reveals nothing", "AUTHENTICATE SCRAM-SHA-256 dGVzdA==\n", nil, hello, 0, "C: a001 AUTHENTICATE SCRAM-SHA-256"},
		{":send is refused too", ":send x1 " + login, nil, hello, 1, "LOGIN was not sent: the password would be sent unencrypted"},
		{":send without a tag too", ":send " + login, nil, hello, 1, "LOGIN was not sent: the password would be sent unencrypted"},
		{":send is allowed as the line is", ":send x1 " + login, []string{"--plaintext-auth"}, hello, 0, "LOGIN alice ••••••"},
		{"a failed STARTTLS is the end", "STARTTLS\n" + login, []string{"--plaintext-auth"}, "NO", 1, "STARTTLS failed; the rest of the script was skipped"},
		{"if TLS was asked for, nothing allows it", "LOGIN x {1}\n", []string{"--plaintext-auth", "--starttls"}, "NO", 1, "--starttls requires it; closing the connection"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			steps := []testserver.Step{testserver.Send(row.greeting), testserver.Answer()}
			if row.greeting == "NO" {
				steps = []testserver.Step{testserver.Send("* OK [CAPABILITY IMAP4rev1] hello\r\n"), testserver.Expect("STARTTLS"),
					testserver.Send("{tag} NO not here\r\n"), testserver.Answer()}
			}
			s := canned(t, steps...)
			o := runWith(t, []string{allFar + "=1"}, strings.NewReader(row.script), append(row.args, "imap://"+s.Addr())...).is(t, row.status).shows(t, row.says)
			if got := s.Received(); row.status == 1 && (strings.Contains(got, "LOGIN") || strings.Contains(got, "AUTH")) {
				t.Errorf("received %q\n%s", got, o)
			}
		})
	}
}

func TestNoPasswordIsSentIfSTARTTLSFails(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{"NO": "{tag} NO not here\r\n", "BAD": "{tag} BAD what\r\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := canned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1] hello\r\n"), testserver.Expect("STARTTLS"), testserver.Send(answer), testserver.Stall())
			o := runWith(t, []string{"IMAPSH_PASSWORD=" + password}, strings.NewReader("NOOP\n"),
				"--starttls", "--plaintext-auth", "imap://alice@"+s.Addr()).is(t, 1).shows(t, "--starttls requires it; closing the connection")
			if got := s.Received(); got != "a001 STARTTLS\r\n" {
				t.Errorf("received %q\n%s", got, o)
			}
		})
	}
	t.Run("PREAUTH", func(t *testing.T) {
		t.Parallel()
		s := canned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] you are in\r\n"), testserver.Stall())
		run(t, "NOOP\n", "--starttls", "imap://"+s.Addr()).is(t, 3).shows(t, "STARTTLS is not possible after PREAUTH")
		if got := s.Received(); got != "" {
			t.Errorf("received %q", got)
		}
	})
}

func TestBytesInjectedAfterSTARTTLSAreIgnored(t *testing.T) {
	t.Parallel()
	s := canned(t, testserver.Send(hello), testserver.Expect("STARTTLS"),
		testserver.Send("{tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na002 OK logged in\r\n"), testserver.Stall())
	o := run(t, "STARTTLS\n"+login, "imap://"+s.Addr()).is(t, 3).tells(t, "S: a001 OK go", "unencrypted bytes followed the OK to STARTTLS", "a002 OK logged in")
	if got := s.Received(); got != "a001 STARTTLS\r\n" {
		t.Errorf("received %q\n%s", got, o)
	}
}

func TestALineOfEightMegabytesIsShownInFull(t *testing.T) {
	t.Parallel()
	for mode, size := range map[string]int{"pretty": 8 << 20, "raw": 1 << 20, "json": 1 << 20} {
		line := strings.Repeat("x", size)
		s := canned(t, testserver.Send(hello), testserver.Expect("NOOP"), testserver.Send("* OK "+line+"\r\n"), testserver.Send("{tag} OK done\r\n"), testserver.Answer())
		o := run(t, "NOOP\n", "-o", mode, "imap://"+s.Addr()).is(t, 0)
		if n := strings.Count(o.stdout, "x"); n < size {
			t.Errorf("%s: %d of %d bytes are shown", mode, n, size)
		} else if n > size+100 && mode != "json" {
			t.Errorf("%s: %d bytes are shown, but only %d came", mode, n, size)
		}
	}
}

func TestNothingAServerSendsReachesTheTerminal(t *testing.T) {
	t.Parallel()
	evil := "\x1b[2J\x1b]0;owned\x07\u202e\u009b31m\x7f\x00\x08"
	s := canned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1 X-\x1b[31m] "+evil+"\r\n"),
		testserver.Expect("LOGIN"), testserver.Send("{tag} OK [ALERT] "+evil+"\r\n"),
		testserver.Expect("LIST"), testserver.Send("* LIST (\\\x1b[31m) \"\x1b\" \""+evil+"\"\r\n* LIST () \"/\" {4}\r\n\x1b[3m\r\n* LIST () \"/\" &ABs-\r\n{tag} OK done\r\n"),
		testserver.Expect("SELECT"), testserver.Send("* FLAGS (a\x1b[31m "+evil+")\r\n* 1 EXISTS\r\n* OK [PERMANENTFLAGS (\x1b[1m)] x\r\n{tag} NO [\x1b[X] "+evil+"\r\n"),
		testserver.Expect("FETCH"), testserver.Send("* 1 FETCH (ENVELOPE (\""+evil+"\" \"=?utf-8?q?=1B[2J=C2=9B?=\" ((\"=?utf-8?q?=1B[2J?=\" NIL \"\x1b[2J\" \"x\")) NIL NIL NIL NIL NIL NIL NIL) BODY[] {6}\r\n\x1b[2J\r\n)\r\n{tag} OK done\r\n"),
		testserver.Expect("NOOP"), testserver.Send("\x1b[2J\r\n* \x1b[2J\r\n+ \x1b[2J\r\n\x1b[2J OK forged\r\n{tag} OK done\r\n"),
		testserver.Answer())
	script := login + "LIST\nSELECT \"a\x1b[31m\"\nFETCH 1 (ENVELOPE BODY[])\nNOOP\n:caps\n:pending\n"
	log := filepath.Join(t.TempDir(), "log")
	o := run(t, script, "--log", log, "imap://"+s.Addr()).is(t, 1)
	for name, text := range map[string]string{"standard output": o.stdout, "standard error": o.stderr, "the transcript": readFile(t, log)} {
		if controls(text) || strings.ContainsRune(text, '\u202e') {
			t.Errorf("control characters on %s: %q", name, text)
		}
	}
	o.shows(t, `\x1b[2J`, `\xe2\x80\xae`)
	if o := run(t, script, "-o", "json", "imap://"+s.Addr()); controls(o.stdout) {
		t.Errorf("control characters in json: %q", o.stdout)
	}
	if o := run(t, script, "-o", "raw", "imap://"+s.Addr()); controls(o.stderr) {
		t.Errorf("control characters on standard error: %q", o.stderr)
	}
}

func TestAServerCannotForgeALineOfTheShell(t *testing.T) {
	t.Parallel()
	s := canned(t, testserver.Send(hello), testserver.Expect("FETCH"),
		testserver.Send("* 1 FETCH (BODY[] {36}\r\nC: a9 EXPUNGE\r\n-- note\r\n!! warning\r\n)\r\n* OK x\rC: a9 DELETE\r\n{tag} OK done\r\n"), testserver.Answer())
	o := run(t, "FETCH 1 BODY[]\n", "imap://"+s.Addr()).is(t, 0).shows(t, "S| C: a9 EXPUNGE", "S| -- note", "S| !! warning", `S: * OK x\x0dC: a9 DELETE`)
	for line := range strings.Lines(o.stdout) {
		if strings.HasPrefix(line, "C: a9") || strings.HasPrefix(line, "-- note") || strings.HasPrefix(line, "!! warning") {
			t.Errorf("a forged line: %s", line)
		}
	}
}

func TestAnUntaggedBADIsTheAnswerOnlyToAnIllegalTag(t *testing.T) {
	t.Parallel()
	s := canned(t, testserver.Send(hello),
		testserver.Expect("NOOP"), testserver.Send("* BAD no tag\r\n"),
		testserver.Expect("NOOP"), testserver.Send("* BAD wait for it\r\n{tag} OK done\r\n"),
		testserver.Answer())
	run(t, "a+1 NOOP\nx1 NOOP\n", "imap://"+s.Addr()).is(t, 1).shows(t, "S: * BAD no tag", "C: x1 NOOP", "S: x1 OK done", "LOGOUT")
}

func TestAnswersInAnyOrderFindTheirCommands(t *testing.T) {
	t.Parallel()
	s := canned(t, testserver.Send(hello),
		testserver.Expect("^a001 CHECK$"), testserver.Expect("^a002 NOOP$"), testserver.Expect("^x1 NOOP$"),
		testserver.Send("a002 OK third\r\nzz OK whose\r\na001 NO second\r\nx1 OK first\r\n"),
		testserver.Expect("^a003 NOOP$"), testserver.Send("{tag} OK fourth\r\n"), testserver.Answer())
	run(t, "CHECK &\nNOOP &\nx1 NOOP\nNOOP\n", "imap://"+s.Addr()).is(t, 1).
		shows(t, "S: a002 OK third", "S: a001 NO second", "S: x1 OK first", "S: a003 OK fourth", "unknown-tag")
}

func TestATagUsedTwiceIsAnsweredInTurn(t *testing.T) {
	t.Parallel()
	s := canned(t, testserver.Send(hello), testserver.Expect(`^a001 NOOP$`), testserver.Expect(`^a001 CHECK$`),
		testserver.Send("a001 OK one\r\na001 OK two\r\n"), testserver.Answer())
	run(t, "NOOP &\na001 CHECK\nNOOP\n", "imap://"+s.Addr()).is(t, 0).shows(t, "tag a001 is already in flight", "S: a001 OK one", "S: a001 OK two", "C: a002 NOOP")
}

func TestAnUnexpectedContinuationRequestIsAViolation(t *testing.T) {
	t.Parallel()
	s := canned(t, testserver.Send(hello), testserver.Expect("NOOP"), testserver.Send("+ go ahead\r\n{tag} OK done\r\n"), testserver.Answer())
	run(t, "NOOP\nNOOP\n", "imap://"+s.Addr()).is(t, 0).shows(t, "S: + go ahead", "unexpected-continuation", "C: a002 NOOP")
}

func TestTheBytesOfARefusedLiteralAreNotSent(t *testing.T) {
	t.Parallel()
	body := "NOOP\nDELETE INBOX\n"
	s := canned(t, testserver.Send(hello), testserver.Expect(`APPEND INBOX \{20\}$`), testserver.Send("{tag} NO too big\r\n"),
		testserver.Expect("^a002 CHECK$"), testserver.Send("{tag} OK done\r\n"), testserver.Answer())
	run(t, "APPEND INBOX {20}\n"+body+"\nCHECK\n", "imap://"+s.Addr()).is(t, 1).shows(t, "20 bytes of the refused literal were read but not sent")
}

func TestMalformedResponsesDoNotEndTheSession(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, line := range []string{"", " ", "*", "* ", "a", "* 1", "* FETCH", "* 1 FETCH", "* 1 FETCH (", "* 1 FETCH (FLAGS", "* 1 FETCH ())", "* LIST", "* LIST (", "* STATUS x (", "* SEARCH x",
		"* OK [", "* OK []", "* OK [CAPABILITY", "* 99999999999999999999 EXISTS", "* -1 EXISTS", "* 1 FETCH (BODY[ {3}", "abc", "* ESEARCH (TAG", "+", "* VANISHED", "* CAPABILITY", "* ID (", "((((((((", "\xff\xfe",
		"* 1 FETCH (BODYSTRUCTURE " + strings.Repeat("(", 5000), "* 1 FETCH (ENVELOPE (NIL))", "* THREAD ((", "* NAMESPACE", "* QUOTA", "* ACL", "* METADATA"} {
		fmt.Fprintf(&b, "%s\r\n", line)
	}
	s := canned(t, testserver.Send(hello), testserver.Expect("NOOP"), testserver.Send(b.String()+"{tag} OK done\r\n"), testserver.Answer())
	for _, mode := range modes {
		o := run(t, "NOOP\n", "-o", mode, "imap://"+s.Addr()).is(t, 0)
		if mode == "raw" && !strings.Contains(o.stdout, b.String()) {
			t.Errorf("the output is not what the server sent")
		}
	}
}

func TestBinaryJunkOnStandardInputDoesNotCrash(t *testing.T) {
	t.Parallel()
	var junk strings.Builder
	for i := range 4096 {
		junk.WriteByte(byte(i * 7919 >> 3))
	}
	s := canned(t, testserver.Send(hello), testserver.Answer())
	o := run(t, junk.String(), "--timeout", patience.String(), "imap://"+s.Addr())
	if controls(o.stdout) {
		t.Error("control characters reach the output")
	}
	run(t, strings.Repeat("\x00\xff", 1<<20), "--timeout", patience.String(), "imap://"+s.Addr()).is(t, 2).shows(t, "longer than 1048576 bytes, too long for a command")
}

func TestClosedOutputEndsTheShell(t *testing.T) {
	t.Parallel()
	s := canned(t, testserver.Send(hello), testserver.Answer())
	l := start(t, "imap://"+s.Addr())
	l.until("S: * OK")
	l.closeOutput()
	for range 20 {
		if _, err := io.WriteString(l.in, "NOOP\n"); err != nil {
			break // it has ended
		}
	}
	l.in.Close()
	if got := l.waits(); got != 141 {
		t.Errorf("exit status %d, want 141", got)
	}
}

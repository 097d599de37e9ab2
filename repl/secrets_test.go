package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "imapsh/internal/testserver"
)

// kept returns what the history file contains.
func (s *sitting) kept() string {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, "history"))
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	return string(b)
}

// hides checks that a secret is only on the wire.
func (s *sitting) hides(secret string) {
	s.t.Helper()
	s.neverShown(secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := strings.Join(s.memory, "\n") + strings.Join(s.asked, "\n") + s.kept(); strings.Contains(all, secret) {
		s.t.Errorf("the secret was remembered, or is in a question:\n%s", all)
	}
}

func TestLoginAsksForThePassword(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, Expect(`^a001 LOGIN alice "?geheim"?$`), Send("{tag} OK in\r\n"))
	s := begin(t, srv)
	s.typ("login alice")
	s.until("a secret question", func() bool { return s.open && s.question.Secret })
	s.typ("geheim")
	s.sees("C: a001 LOGIN alice ••••••", "S: a001 OK in")
	s.asks("a002 alice@mail.example.net> ")
	s.hides("geheim")
	s.remembers("login alice")
}

func TestAPasswordQuestionCanBeCancelled(t *testing.T) {
	t.Parallel()
	for name, cancel := range map[string]func(*sitting){"Ctrl-C": (*sitting).ctrlC, "Ctrl-D": (*sitting).ctrlD} {
		t.Run(name, func(t *testing.T) {
			srv := canned(t, greeting)
			s := begin(t, srv)
			s.typ("login alice")
			s.until("a secret question", func() bool { return s.open && s.question.Secret })
			cancel(s)
			s.asks("a001 mail.example.net> ")
			s.typ("noop")
			s.sees("S: a001 OK")
			if strings.Contains(strings.ToUpper(srv.Received()), "LOGIN") {
				t.Errorf("the server got %q", srv.Received())
			}
		})
	}
}

func TestNobodyIsAskedForAPasswordThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for typed, name := range map[string]string{"login alice": "LOGIN", "authenticate plain": "AUTHENTICATE", ":auth plain bob": "AUTHENTICATE", ":auth": "AUTHENTICATE"} {
		t.Run(typed, func(t *testing.T) {
			srv := canned(t, preauth)
			s := begin(t, srv)
			s.typ(typed)
			s.sees("!! "+name+" is not allowed after login", "-- "+name+" was not sent; :open NAME URL logs in on another connection")
			s.typ("noop")
			s.sees("C: a001 noop", "S: a001 OK")
			if asked := s.prompts(); strings.Contains(strings.Join(asked, "\n"), "Password") || strings.Contains(srv.Received(), name) {
				t.Errorf("asked %q, the server got %q", asked, srv.Received())
			}
		})
	}
}

func TestAScriptThatLogsInTwiceIsWarned(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"login alice", ":auth plain alice"} {
		t.Run(typed, func(t *testing.T) {
			srv := NewCanned(t, Send("* PREAUTH [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n"), expect("^a001 "), Send("a001 BAD too late\r\n"), Answer())
			_, out := runScript(t, srv, []string{typed}, knows("alice", "geheim", func(o *Options) { o.Target.Auth = "" }))
			if !strings.Contains(out, "is not allowed after login") || !strings.Contains(out, "S: a001 BAD too late") {
				t.Error(out)
			}
		})
	}
}

func TestTheUserOfTheURLIsAskedAfterTheGreeting(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, Expect(`^a001 LOGIN alice "?geheim"?$`), Send("{tag} OK in\r\n"))
	s := begin(t, srv, user("alice"))
	s.asks("Password for alice@mail.example.net: ")
	s.typ("geheim")
	s.sees("S: a001 OK in")
	s.asks("a002 alice@mail.example.net> ")
	s.hides("geheim")
}

func TestLinesWithASecretAreMaskedAndNotRemembered(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ typed, shown string }{
		{"login alice geheim", "C: a001 login alice ••••••"},
		{"logn alice geheim", "C: a001 logn ••••••"},
		{"x1 login alice geheim", "C: x1 login alice ••••••"},
		{"C: x1 LOGIN alice geheim", "C: x1 LOGIN alice ••••••"},
		{"authenticate plain geheim", "C: a001 authenticate plain ••••••"},
		{"autenticate plain geheim", "••••••"},
		{":send x1 LOGIN alice geheim", "C: x1 LOGIN alice ••••••"},
		{"  :send x1 LOGIN alice geheim", "C: x1 LOGIN alice ••••••"},
		{":send LOGIN alice geheim", "C: LOGIN alice ••••••"},
		{":watch 5 login alice geheim", "C: a001 login alice ••••••"},
	} {
		t.Run(row.typed, func(t *testing.T) {
			s := begin(t, canned(t, greeting))
			q := s.asks("a001 mail.example.net> ")
			if shown, hint := q.Paint(row.typed); strings.Contains(shown+hint, "geheim") || len([]rune(shown)) != len([]rune(row.typed)) {
				t.Errorf("painted %q, hint %q", shown, hint)
			}
			s.typ(row.typed)
			s.sees(row.shown)
			s.hides("geheim")
			s.remembers()
		})
	}
}

func TestASecretWithoutTLSNeedsConsentOncePerConnection(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting)
	s := begin(t, srv, inClear(srv))
	s.typ("login alice geheim")
	s.sees("!! LOGIN would send the password unencrypted to 192.0.2.10:143")
	s.asks("Send it unencrypted? [y/N] ")
	s.typ("")
	s.sees("-- LOGIN was not sent")
	s.typ("login alice geheim")
	s.asks("Send it unencrypted? [y/N] ")
	s.ctrlC()
	s.sees("-- LOGIN was not sent")
	if got := srv.Received(); got != "" {
		t.Errorf("the server got %q", got)
	}
	s.typ("login alice geheim")
	s.asks("Send it unencrypted? [y/N] ")
	s.typ("yes")
	s.sees("C: a001 login alice ••••••", "S: a001 OK")
	s.typ("login bob geheim")
	s.sees("C: a002 login bob ••••••", "S: a002 OK") // no consent is needed again
	s.typ(":reconnect")
	s.sees("S: * OK")
	s.asks("Send it unencrypted? [y/N] ") // to log bob in again
	s.typ("")
	s.sees("-- LOGIN was not sent")
	s.asks("a003 mail.example.net CLEAR> ")
	s.typ("login alice geheim")
	s.asks("Send it unencrypted? [y/N] ")
	s.hides("geheim")
}

func TestAPasswordIsNotAskedForBeforeConsent(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting)
	s := begin(t, srv, inClear(srv))
	s.typ("login alice")
	s.asks("Send it unencrypted? [y/N] ")
	s.typ("n")
	s.asks("a001 mail.example.net CLEAR> ")
	s.typ("authenticate plain")
	s.asks("Send it unencrypted? [y/N] ")
	s.typ("n")
	s.asks("a001 mail.example.net CLEAR> ")
	if got := srv.Received(); got != "" {
		t.Errorf("the server got %q", got)
	}
}

func TestSendAsksForConsentAsTheLineItselfWould(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"x1 LOGIN alice geheim", "LOGIN alice geheim", "> A002 LOGIN alice geheim", "x1 AUTHENTICATE PLAIN geheim", "x1 logn alice geheim", "PASS geheim"} {
		srv := canned(t, greeting)
		s := begin(t, srv, inClear(srv))
		s.typ(":send " + line)
		s.sees(" would send the password unencrypted to 192.0.2.10:143")
		s.asks("Send it unencrypted? [y/N] ")
		s.typ("n")
		s.sees(" was not sent")
		if got := srv.Received(); got != "" {
			t.Errorf("%q: the server got %q", line, got)
		}
		s.hides("geheim")
	}
	srv := canned(t, greeting, Expect("^x1 LOGIN alice geheim$"), Send("x1 OK in\r\n"))
	s := begin(t, srv, inClear(srv))
	s.typ(":send x1 LOGIN alice geheim")
	s.asks("Send it unencrypted? [y/N] ")
	s.typ("y")
	s.sees("C: x1 LOGIN alice ••••••", "S: x1 OK in")
	s.typ(":send x2 LOGIN alice geheim")
	s.sees("C: x2 LOGIN alice ••••••", "S: x2 OK") // no consent is needed again
}

func TestNoSecretIsSentAfterAFailedSTARTTLS(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, expect("STARTTLS"), Send("{tag} NO not now\r\n"))
	s := begin(t, srv, inClear(srv))
	s.typ("starttls")
	s.sees("S: a001 NO not now")
	s.typ("login alice geheim")
	s.sees("!! LOGIN was not sent: STARTTLS was requested")
	if got := srv.Received(); strings.Contains(got, "geheim") {
		t.Errorf("the server got %q", got)
	}
}

func TestAuthenticatePlainAndLoginAreAskedForAndAnswered(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		mech  string
		steps []Step
	}{
		{"PLAIN", []Step{Send("+ \r\n"), Expect("^AGFsaWNlAGdlaGVpbQ==$")}},
		{"LOGIN", []Step{Send("+ VXNlcm5hbWU6\r\n"), Expect("^YWxpY2U=$"), Send("+ UGFzc3dvcmQ6\r\n"), Expect("^Z2VoZWlt$")}},
	} {
		t.Run(row.mech, func(t *testing.T) {
			steps := append([]Step{expect("^a001 AUTHENTICATE " + row.mech + "$")}, row.steps...)
			s := begin(t, canned(t, greeting, append(steps, Send("a001 OK in\r\n"))...))
			s.typ("authenticate " + row.mech)
			s.asks("User name: ")
			s.typ("alice")
			q := s.asks("Password for alice: ")
			if !q.Secret {
				t.Error("the password was not asked for as a secret")
			}
			s.typ("geheim")
			s.sees("C: a001 authenticate "+row.mech, "S: + ", "C: ••••••", "S: a001 OK in")
			s.asks("a002 alice@mail.example.net> ")
			for _, secret := range []string{"geheim", "AGFsaWNlAGdlaGVpbQ==", "Z2VoZWlt"} {
				s.hides(secret)
			}
		})
	}
}

func TestAnyOtherMechanismIsAnsweredByHand(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, greeting, expect("^a001 AUTHENTICATE X-FOO$"), Send("+ Y2hhbGxlbmdl\r\n"), Expect("^YW50d29ydA==$"),
		Send("+ bW9yZQ==\r\n"), Expect("^$"), Send("a001 OK in\r\n")))
	s.typ("authenticate X-FOO")
	s.sees("S: + Y2hhbGxlbmdl")
	q := s.asks("answer in base64 (* cancels): ")
	if !q.Secret {
		t.Error("the answer is not a secret")
	}
	s.typ("YW50d29ydA==")
	s.sees("C: ••••••", "S: + bW9yZQ==")
	s.asks("answer in base64 (* cancels): ")
	s.typ("")
	s.sees("S: a001 OK in")
	s.hides("YW50d29ydA==")
}

func TestAnExchangeByHandTakesItsAnswersFromAPastedBlockAndAFile(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"a pasted block", "a file"} {
		t.Run(way, func(t *testing.T) {
			s := begin(t, canned(t, greeting, Expect("^x1 AUTHENTICATE PLAIN$"), Send("+ \r\n"), Expect("^AGFsaWNlAGdlaGVpbQ==$"), Send("x1 OK in\r\n")))
			text := "x1 AUTHENTICATE PLAIN\nAGFsaWNlAGdlaGVpbQ==\nnoop\n"
			if way == "a file" {
				path := filepath.Join(s.dir, "lines")
				os.WriteFile(path, []byte(text), 0o600)
				s.typ(":source " + path)
			} else {
				s.paste(text)
			}
			s.sees("S: x1 OK in", "S: a001 OK done")
			s.hides("AGFsaWNlAGdlaGVpbQ==")
		})
	}
}

func TestCtrlCCancelsAnExchangeByHand(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, greeting, expect("AUTHENTICATE"), Send("+ \r\n"), Expect(`^\*$`), Send("a001 BAD cancelled\r\n")))
	s.typ("authenticate X-FOO")
	s.asks("answer in base64 (* cancels): ")
	s.ctrlC()
	s.sees("C: *", "S: a001 BAD cancelled")
	s.asks("a002 mail.example.net> ")
}

func TestAnAnswerFromTheServerEndsTheQuestionForOne(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	s := begin(t, canned(t, greeting, expect("AUTHENTICATE"), Send("+ \r\n"), Wait(ready), Send("a001 NO too slow\r\n")))
	s.typ("authenticate X-FOO")
	s.asks("answer in base64 (* cancels): ")
	open()
	s.sees("S: a001 NO too slow")
	s.asks("a002 mail.example.net> ")
}

func TestTheHistoryIsPrivateCappedAndInOrder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	var b strings.Builder
	for i := range historyLines + 500 {
		fmt.Fprintf(&b, "noop %d\n", i)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	h.Add("last")
	h.Add("last")
	h.Add("two\nlines")
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(got), "\n"), "\n")
	if len(lines) != historyLines+1 || lines[0] != "noop 500" || lines[len(lines)-1] != "last" {
		t.Errorf("%d lines, from %q to %q", len(lines), lines[0], lines[len(lines)-1])
	}
	if fi, _ := os.Stat(path); fi.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", fi.Mode())
	}
}

func TestAHistoryWithALineTooLongToReadIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	text := strings.Repeat("noop\n", historyLines+1) + strings.Repeat("x", maxLine+1) + "\nselect inbox\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenHistory(path); err == nil || !strings.Contains(err.Error(), "after line 2001") {
		t.Errorf("OpenHistory: %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Errorf("the file has %d bytes now, %d before (%v)", len(got), len(text), err)
	}
}

func TestWhatIsTypedIsKeptInThePrivateHistory(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, greeting))
	s.typ("login alice geheim", "noop", "", "noop")
	s.sees("S: a003 OK")
	s.typ(":caps", "x1 CHECK")
	s.sees("S: x1 OK")
	if got := s.kept(); got != "noop\n:caps\nx1 CHECK\n" {
		t.Errorf("got %q", got)
	}
	if fi, err := os.Stat(filepath.Join(s.dir, "history")); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", fi.Mode(), err)
	}
}

func TestLinesBeforeTheQuestionForASecretAreNeverRun(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		types func(s *sitting)
	}{
		{"pasted", func(s *sitting) { s.paste("login alice\ngeheim\nnoop\n") }},
		{"pasted with spaces in it", func(s *sitting) { s.paste("login alice\nmy geheim\n") }},
		{"pasted as an exchange", func(s *sitting) { s.paste("authenticate plain\nalice\ngeheim\n") }},
		{"typed ahead", func(s *sitting) { s.typ("login alice", "geheim") }},
	} {
		t.Run(row.name, func(t *testing.T) {
			ready, open := gate()
			srv := canned(t, greeting, expect("^a001 noop$"), Wait(ready), Send("a001 OK\r\n"))
			s := begin(t, srv)
			s.typ("noop")
			s.asks("a001 …> ")
			row.types(s)
			open()
			if strings.HasSuffix(row.name, "exchange") {
				s.asks("User name: ")
				s.typ("alice")
			}
			s.until("a secret question", func() bool { return s.open && s.question.Secret })
			s.sees("not sent, because", "send them again after the login")
			s.ctrlC()
			s.typ("z9 check")
			s.sees("S: z9 OK")
			s.hides("geheim")
			if strings.Contains(srv.Received(), "geheim") {
				t.Errorf("the server got %q", srv.Received())
			}
		})
	}
}

func TestTheLineAfterALoginWithoutItsPasswordIsNotRun(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]string{"the password": "geheim", "with a space": "my geheim", "after a comment": "# its password\ngeheim"} {
		t.Run(name, func(t *testing.T) {
			srv := canned(t, greeting)
			s := begin(t, srv)
			path := filepath.Join(s.dir, "lines")
			if err := os.WriteFile(path, []byte("login alice\n"+next+"\nz9 check\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			s.typ(":source " + path)
			s.until("a secret question", func() bool { return s.open && s.question.Secret })
			s.typ("wird gefragt")
			s.sees("S: a001 OK", "-- 1 line for LOGIN", "S: z9 OK")
			s.hides("geheim")
			if strings.Contains(srv.Received(), "geheim") {
				t.Errorf("the server got %q", srv.Received())
			}
		})
	}
}

func TestAMaskIsNeverSentAsTheSecret(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"a1 LOGIN alice ••••••", "C: a1 LOGIN alice ••••••", "C: a1 LOGIN \"alice\" ••••••"} {
		t.Run(line, func(t *testing.T) {
			srv := canned(t, greeting, Expect(`^a1 LOGIN "?alice"? "?geheim"?$`), Send("a1 OK in\r\n"))
			s := begin(t, srv)
			s.typ(line)
			s.asks("Password for alice: ")
			s.typ("geheim")
			s.sees("S: a1 OK in")
			s.hides("geheim")
		})
	}
}

func TestALineTypedForARefusedLiteralOfLoginIsNotRun(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		then []string
	}{
		{"the password follows the literal", []string{" geheim"}},
		{"the password is another literal", []string{" {6}", "geheim"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv := canned(t, "* OK [CAPABILITY IMAP4rev1] ready\r\n", Expect(`^a1 login \{3\}$`), Send("+ go\r\n"), ExpectBytes("bob\r\n"), Send("a1 BAD what\r\n"))
			s := begin(t, srv)
			s.typ("a1 login {3}", "bob")
			s.asks("a001 mail.example.net> ")
			s.typ(append(row.then, "noop")...)
			s.sees("-- 1 line for the refused LOGIN dropped, not sent", "S: a001 OK")
			s.hides("geheim")
			if strings.Contains(srv.Received(), "geheim") {
				t.Errorf("the server got %q", srv.Received())
			}
		})
	}
}

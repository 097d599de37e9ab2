package repl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
)

func TestWhatWasPastedForARefusedLoginIsDropped(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		steps []Step
		paste string
	}{
		"the answer of an exchange":               {[]Step{Expect("^a1 authenticate plain$"), Send("a1 NO not here\r\n")}, "a1 authenticate plain\nZ2VoZWlt\nnoop\n"},
		"a request, then the answer":              {[]Step{Expect("^a1 authenticate plain$"), Send("a1 NO not here\r\n")}, "a1 authenticate plain\n+ \nZ2VoZWlt\nnoop\n"},
		"a request without text, then the answer": {[]Step{Expect("^a1 authenticate plain$"), Send("a1 NO not here\r\n")}, "a1 authenticate plain\n+\nZ2VoZWlt\nnoop\n"},
		"both answers of LOGIN":                   {[]Step{Expect("^a1 authenticate login$"), Send("a1 BAD what\r\n")}, "a1 authenticate login\n+ VXNlcm5hbWU6\nYWxpY2U=\n+ UGFzc3dvcmQ6\nZ2VoZWlt\nnoop\n"},
		"lines marked C: and S:":                  {[]Step{Expect("^a1 authenticate plain$"), Send("a1 NO not here\r\n")}, "C: a1 authenticate plain\nS: +\nC: Z2VoZWlt\nS: a1 OK\n"},
		"the bytes of a literal":                  {[]Step{Expect(`^a1 login alice \{6\}$`), Send("a1 NO not here\r\n")}, "a1 login alice {6}\ngeheim\nnoop\n"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := canned(t, "* OK [CAPABILITY IMAP4rev1] ready\r\n", row.steps...)
			s := begin(t, srv)
			s.paste(row.paste)
			s.typ("x9 noop")
			s.sees("S: x9 OK")
			for _, secret := range []string{"geheim", "Z2VoZWlt", "YWxpY2U="} {
				s.hides(secret)
				if strings.Contains(srv.Received(), secret) {
					t.Errorf("the server got %q", srv.Received())
				}
			}
		})
	}
}

func TestAContinuationRequestInAPastedExchangeIsNotTheAnswer(t *testing.T) {
	t.Parallel()
	for name, block := range map[string]string{
		"without a space": "a1 authenticate plain\n+\nZ2VoZWlt\n",
		"with a space":    "a1 authenticate plain\n+ \nZ2VoZWlt\n",
		"with marks":      "C: a1 authenticate plain\nS: +\nC: Z2VoZWlt\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, canned(t, greeting, Expect("^a1 authenticate plain$"), Send("+ \r\n"), Expect("^Z2VoZWlt$"), Send("a1 OK in\r\n")))
			s.paste(block)
			s.typ("noop")
			s.sees("S: a1 OK in", "S: a001 OK")
			s.hides("Z2VoZWlt")
		})
	}
}

func TestAFileAfterARefusedExchangeContinuesAfterItsAnswer(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, Expect("^a1 authenticate plain$"), Send("a1 NO not here\r\n"))
	s := begin(t, srv)
	path := filepath.Join(s.dir, "lines")
	if err := os.WriteFile(path, []byte("a1 authenticate plain\nZ2VoZWlt\nnoop\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.typ(":source " + path)
	s.sees("-- 1 line for the refused AUTHENTICATE dropped, not sent", "S: a001 OK")
	s.hides("Z2VoZWlt")
}

func TestASecretIsPaintedAsDotsInEveryState(t *testing.T) {
	t.Parallel()
	const line = "a1 login alice geheim"
	paints := func(t *testing.T, s *sitting, prompt string) {
		t.Helper()
		if q := s.asks(prompt); !q.Secret {
			if shown, hint := q.Paint(line); strings.Contains(shown+hint, "geheim") {
				t.Errorf("at %s: %q %q", prompt, shown, hint)
			}
		}
	}
	t.Run("connecting", func(t *testing.T) {
		ready, open := gate()
		s := begin(t, NewCanned(t, Wait(ready), Send(greeting), Answer()))
		paints(t, s, "connecting> ")
		open()
		paints(t, s, "a001 mail.example.net> ")
	})
	t.Run("watching", func(t *testing.T) {
		s := begin(t, canned(t, greeting))
		s.typ(":watch 60 noop")
		s.sees("S: a001 OK")
		paints(t, s, "watching> ")
	})
	t.Run("idle", func(t *testing.T) {
		s := begin(t, canned(t, greeting, expect("^a001 idle$"), Send("+ idling\r\n"), Wait(make(chan struct{}))))
		s.typ("idle")
		paints(t, s, "idle> ")
	})
	t.Run("busy", func(t *testing.T) {
		ready, open := gate()
		s := begin(t, canned(t, greeting, expect("^a001 noop$"), Wait(ready), Send("a001 OK done\r\n")))
		s.typ("noop")
		paints(t, s, "a001 …> ")
		open()
		s.sees("S: a001 OK")
	})
	t.Run("not connected", func(t *testing.T) {
		s := begin(t, canned(t, greeting, expect("^a001 noop$"), Send("* BYE\r\n"), Close()))
		s.typ("noop")
		paints(t, s, "not connected> ")
	})
	t.Run("waiting for the first challenge of an exchange", func(t *testing.T) {
		ready, open := gate()
		s := begin(t, canned(t, greeting, expect("^a1 authenticate plain$"), Wait(ready), Send("a1 NO no\r\n")))
		s.typ("a1 authenticate plain")
		s.until("a secret question", func() bool { return s.open && s.question.Prompt == "a1 …> " && s.question.Secret })
		open()
		s.sees("S: a1 NO")
	})
	t.Run("waiting for the continuation request of a literal", func(t *testing.T) {
		ready, open := gate()
		s := begin(t, canned(t, "* OK ready\r\n", expect("^a1 login alice"), Wait(ready), Send("a1 NO no\r\n")))
		s.typ("a1 login alice {6}")
		s.until("a secret question", func() bool { return s.open && s.question.Prompt == "a1 …> " && s.question.Secret })
		open()
		s.sees("S: a1 NO")
	})
	t.Run("a pasted block", func(t *testing.T) {
		s := begin(t, canned(t, greeting))
		q := s.asks("a001 mail.example.net> ")
		for _, block := range []string{"noop\na1 login alice geheim", "a1 authenticate plain\ngeheim", "a1 login alice {6}\ngeheim", "login {5}\nalice geheim\nnoop"} {
			if shown, _ := q.Paint(block); strings.Contains(shown, "geheim") || len([]rune(shown)) != len([]rune(block)) {
				t.Errorf("%q is painted %q", block, shown)
			}
		}
	})
	t.Run("the name of the user is readable", func(t *testing.T) {
		s := begin(t, canned(t, greeting))
		s.typ("authenticate plain")
		if q := s.asks("User name: "); q.Secret {
			t.Error("the name was asked for as a secret")
		}
	})
}

func TestPaintingALineTakesTimeInProportionToItsLength(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, greeting))
	q := s.asks("a001 mail.example.net> ")
	// Looking at the complete line again for each byte would take minutes, looking once takes a fraction of a second.
	const size = 400_000
	for head, part := range map[string]string{":": "x ", "": ": ", ":send ": "login", "a ": "a ", "fetch ": "("} {
		line := head + strings.Repeat(part, size/len(part))
		done := make(chan struct{})
		go func() {
			defer close(done)
			q.Paint(line)
		}()
		select {
		case <-done:
		case <-time.After(patience):
			t.Fatalf("%.20q… is never painted", line)
		}
	}
}

func TestAYesTypedAheadIsNotConsent(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	srv := canned(t, greeting, expect("^a001 noop$"), Wait(ready), Send("a001 OK\r\n"))
	s := begin(t, srv, inClear(srv))
	s.typ("noop")
	s.asks("a001 …> ")
	s.typ("login alice geheim", "y", "yes")
	open()
	s.asks("Send it unencrypted? [y/N] ")
	s.does(terminal.Answer{Kind: terminal.Line, Text: "n"})
	s.sees("-- LOGIN was not sent")
	if strings.Contains(srv.Received(), "geheim") {
		t.Errorf("the server got %q", srv.Received())
	}
}

func TestALineThatLogsInHasNoRedirection(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"a command": "login alice ab | touch %", "a file": "login alice ab > %", "the end of a file": "login alice ab >> %", "an exchange": "authenticate plain ab | touch %",
		"a misspelt command": "logn alice ab | touch %", "no password": "login alice | touch %",
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, canned(t, greeting))
			path := filepath.Join(s.dir, "made")
			s.typ(strings.ReplaceAll(line, "%", path))
			s.sees("S: a001 OK")
			if _, err := os.Stat(path); err == nil {
				t.Error("the redirection was obeyed")
			}
		})
	}
}

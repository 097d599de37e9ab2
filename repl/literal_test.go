package repl

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "imapsh/internal/testserver"
)

// clearSync is a PREAUTH greeting of a server that must be asked before each literal.
const clearSync = preauth

func TestALiteralTypedByHandTakesLines(t *testing.T) {
	t.Parallel()
	// Each Enter counts as two bytes: "From: x", CR LF, CR LF, "body", CR LF.
	srv := canned(t, clearSync, expect(`^a001 append x \{17\}$`), Send("+ go\r\n"), ExpectBytes("From: x\r\n\r\nbody\r\n"), ExpectBytes("\r\n"), Send("a001 OK appended\r\n"))
	s := begin(t, srv)
	s.typ("append x {17}")
	s.sees("S: + go")
	s.asks("literal, 17 bytes left> ")
	s.typ("From: x")
	s.asks("literal, 8 bytes left> ")
	s.typ("")
	s.asks("literal, 6 bytes left> ")
	s.typ("body")
	s.asks("rest of a001> ")
	s.typ("")
	s.sees("C| From: x", "C| body", "S: a001 OK appended")
	s.asks("a002 mail.example.net> ")
	s.remembers("append x {17}")
}

func TestASecondMessageThatTheServerDoesNotAcceptCausesAWarning(t *testing.T) {
	t.Parallel()
	srv := canned(t, clearSync, expect(`^a001 append x \{3\}$`), Send("+ go\r\n"), ExpectBytes("one"), Expect(`^ \{3\}$`), Send("a001 BAD one at a time\r\n"))
	s := begin(t, srv)
	s.typ("append x {3}")
	s.asks("literal, 3 bytes left> ")
	s.typ("one {3}")
	s.sees("C| one", "!! a second message needs the capability MULTIAPPEND, which the server does not", "C:  {3}", "S: a001 BAD one at a time")
}

func TestALiteralThatEndsInsideALineCausesAWarning(t *testing.T) {
	t.Parallel()
	srv := canned(t, clearSync, expect(`^a001 append x \{7\}$`), Send("+ go\r\n"), ExpectBytes("one\r\ntw"), Expect("^o$"), Send("a001 BAD what\r\n"))
	s := begin(t, srv)
	s.typ("append x {7}")
	s.asks("literal, 7 bytes left> ")
	s.typ("one", "two")
	s.sees("C| one", "!! the literal ends inside a line", "C: o", "S: a001 BAD what")
}

func TestACommandInPlaceOfTheRestOfALineCausesAWarning(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, rest, warning string }{
		{"a command", "noop", "!! NOOP is sent as the rest of a001 APPEND; an empty line after the literal ends that command"},
		{"another literal", " {3}", ""},
		{"the rest of a line", "x", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv := canned(t, clearSync, expect(`^a001 append x \{5\}$`), Send("+ go\r\n"), ExpectBytes("one\r\n"), Expect("^"+regexp.QuoteMeta(row.rest)+"$"), Send("a001 BAD what\r\n"))
			s := begin(t, srv)
			s.typ("append x {5}")
			s.asks("literal, 5 bytes left> ")
			s.typ("one", row.rest)
			s.sees("C| one", "S: a001 BAD what")
			if shown := strings.Join(strings.Fields(s.shown()), " "); !strings.Contains(shown, row.warning) || row.warning == "" && strings.Contains(shown, "is sent as the rest") {
				t.Errorf("screen:\n%s", s.shown())
			}
		})
	}
}

func TestAPasswordInALiteralIsMasked(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, expect(`^a001 login alice \{6\}$`), Send("+ go\r\n"), ExpectBytes("geheim\r\n"), Send("a001 OK in\r\n"))
	s := begin(t, srv)
	s.typ("login alice {6}")
	q := s.asks("literal, 6 bytes left> ")
	if !q.Secret {
		t.Error("the bytes are shown while they are typed")
	}
	s.typ("geheim")
	s.sees("••••••", "S: a001 OK in")
	s.hides("geheim")
	s.remembers()
}

func TestAPasswordAfterALiteralIsMasked(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, expect(`^a001 login \{7\}$`), Send("+ go\r\n"), ExpectBytes("alice\r\n"), ExpectBytes(" geheim\r\n"), Send("a001 OK in\r\n"))
	s := begin(t, srv)
	s.typ("login {7}")
	s.asks("literal, 7 bytes left> ")
	s.typ("alice")
	q := s.asks("rest of a001> ")
	if !q.Secret {
		t.Error("the rest is shown while it is typed")
	}
	s.typ(" geheim")
	s.sees("••••••", "S: a001 OK in")
	s.asks("a002 mail.example.net> ") // not a user named {7}
	s.hides("geheim")
}

func TestARefusedLiteralRunsNoneOfWhatWasMeantForIt(t *testing.T) {
	t.Parallel()
	srv := canned(t, clearSync, expect(`^a001 append x \{15\}$`), Send("a001 NO [OVERQUOTA] full\r\n"), expect("^a002 check$"), Send("{tag} OK two\r\n"))
	s := begin(t, srv)
	s.paste("append x {15}\nnoop\nexpunge\n\ncheck\n")
	s.sees("S: a001 NO [OVERQUOTA] full", "-- 15 bytes of the refused literal were read but not sent", "C: a002 check", "S: a002 OK two")
	s.neverShown("expunge", "noop")
}

func TestALiteralRefusedBeforeItWasTypedAsksForNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, clearSync, expect(`append`), Send("a001 NO [OVERQUOTA] full\r\n")))
	s.typ("append x {15}")
	s.sees("S: a001 NO [OVERQUOTA] full")
	s.lasts(pasteGap, "the next prompt", s.asksFor("a002 mail.example.net> "))
	s.typ("noop")
	s.sees("S: a002 OK")
}

func TestARefusedLiteralDoesNotSwallowWhatIsTypedLater(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	s := begin(t, canned(t, clearSync, expect(`append`), Wait(ready), Send("a001 NO [OVERQUOTA] full\r\n")))
	s.typ("append x {1000}")
	s.asks("a001 …> ")
	s.typ("From: x") // typed ahead, but not all of it
	s.asks("a001 …> ")
	open()
	s.sees("S: a001 NO [OVERQUOTA] full")
	s.later(pasteGap)
	s.sees("-- 9 bytes typed for the refused literal were not sent")
	s.asks("a002 mail.example.net> ")
	s.typ("noop")
	s.sees("S: a002 OK")
	s.neverShown("From: x")
}

func TestCtrlCInALiteralSaysThatTheServerWaits(t *testing.T) {
	t.Parallel()
	s := begin(t, NewCanned(t, Send(clearSync), expect("append"), Send("+ go\r\n"), Stall()))
	s.typ("append x {15}")
	s.asks("literal, 15 bytes left> ")
	s.ctrlC()
	s.sees("!! a001 is partly sent, and the server is waiting for the rest; Ctrl-C again")
	s.asks("literal, 15 bytes left> ")
}

func TestTheSuggestedWayOutOfALiteralWorks(t *testing.T) {
	t.Parallel()
	s := begin(t, NewCanned(t, Send(clearSync), expect("append"), Send("+ go\r\n"), Stall()))
	s.typ("append x {1500}")
	s.asks("literal, 1500 bytes left> ")
	s.ctrlC()
	s.sees("Ctrl-C again")
	s.ctrlC()
	s.sees("!! a001 APPEND abandoned; connection closed (:reconnect opens a new one)")
	s.asks("not connected> ")
	s.typ(":reconnect")
	s.sees("S: * PREAUTH")
	s.typ("append x {1500}")
	s.asks("literal, 1500 bytes left> ")
}

func TestTheWayOutOfAnUnansweredSTARTTLSWorks(t *testing.T) {
	t.Parallel()
	s := begin(t, NewCanned(t, Send(greeting), Stall()))
	s.typ("starttls")
	s.asks("a001 …> ")
	s.ctrlC()
	s.sees("!! a001 STARTTLS changes the connection")
	s.ctrlC()
	s.asks("not connected> ")
	s.typ(":reconnect", "starttls")
	s.sees("STARTTLS")
	s.asks("a002 …> ")
}

func TestLinesUpToAWordAreALiteral(t *testing.T) {
	t.Parallel()
	srv := canned(t, clearSync, expect(`^a001 append x \{13\}$`), Send("+ go\r\n"), ExpectBytes("one\r\nnoop\r\n\r\n\r\n"), Send("a001 OK appended\r\n"))
	s := begin(t, srv)
	s.typ("append x <<END")
	s.asks("END> ")
	s.typ("one", "noop", "")
	s.typ("END")
	s.sees("C: a001 append x {", "S: a001 OK appended")
}

func TestCtrlCInLinesUpToAWordSendsNothing(t *testing.T) {
	t.Parallel()
	srv := canned(t, clearSync)
	s := begin(t, srv)
	s.typ("append x <<END")
	s.asks("END> ")
	s.typ("one")
	s.asks("END> ")
	s.ctrlC()
	s.sees("was not sent")
	s.asks("a001 mail.example.net> ")
	if srv.Received() != "" {
		t.Errorf("the server got %q", srv.Received())
	}
}

func TestOverwritingAFileNeedsConsent(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.eml")
	body := func() []Step {
		return []Step{expect("fetch"), Send("* 1 FETCH (BODY[] {5}\r\nhello)\r\n{tag} OK done\r\n")}
	}
	s := begin(t, canned(t, preauth, append(append(body(), body()...), expect("noop"), Send("{tag} OK done\r\n"))...))
	line := "fetch 1 body.peek[] > " + path
	is := func(want string) {
		t.Helper()
		if got, _ := os.ReadFile(path); string(got) != want {
			t.Errorf("the file holds %q, want %q", got, want)
		}
	}
	s.typ(line) // a new file needs no consent
	s.sees("S: a001 OK", "-- 5 bytes saved in ")
	if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", fi, err)
	}
	os.WriteFile(path, []byte("old"), 0o600)
	for _, no := range []func(){func() { s.typ("n") }, func() { s.typ("") }, s.ctrlC} {
		s.typ(line)
		s.until("the question", func() bool { return s.open && strings.HasPrefix(s.question.Prompt, "Overwrite ") })
		no()
		s.sees("-- FETCH was not sent")
	}
	is("old")
	s.typ(line)
	s.until("the question", func() bool { return s.open && strings.HasPrefix(s.question.Prompt, "Overwrite ") })
	s.typ("y")
	s.sees("S: a002 OK", "-- 5 bytes saved in ")
	is("hello")
	s.typ("noop")
	s.sees("S: a003 OK")
}

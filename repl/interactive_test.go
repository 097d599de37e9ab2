package repl

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
)

func TestLinesTypedAheadRunInOrder(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	srv := canned(t, preauth, expect("^a001 NOOP$"), Wait(ready), Send("{tag} OK one\r\n"),
		expect("^a002 CHECK$"), Send("{tag} OK two\r\n"), expect("^a003 CAPABILITY$"), Send("{tag} OK three\r\n"))
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.typ("noop")
	s.asks("a001 …> ")
	s.typ("check", "capability")
	s.asks("a001 …> ")
	s.neverShown("CHECK")
	open()
	s.sees("C: a001 noop\n", "S: a001 OK one", "C: a002 check\n", "S: a002 OK two", "C: a003 capability\n", "S: a003 OK three")
	s.asks("a004 mail.example.net> ")
}

func TestAPastedBlockRunsLineByLine(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.paste("x1 NOOP\r\n# a comment\n\nx2 CHECK\nnoop\n")
	s.sees("C: x1 NOOP", "S: x1 OK done", "C: x2 CHECK", "S: x2 OK done", "C: a001 noop", "S: a001 OK done")
	s.asks("a002 mail.example.net> ")
}

func TestCtrlCWhileBusyGivesThePromptBackAndTheLateAnswerIsShown(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	srv := canned(t, preauth, expect("NOOP"), expect("^a002 CHECK"), Send("{tag} OK quick\r\n"), Wait(ready), Send("a001 OK late\r\n"))
	s := begin(t, srv)
	s.typ("noop")
	s.asks("a001 …> ")
	s.ctrlC()
	s.sees("-- a001 NOOP continues")
	s.asks("a002 mail.example.net> ")
	s.typ("check")
	s.sees("S: a002 OK quick")
	s.typ(":pending")
	s.sees("-- a001 noop")
	open()
	s.sees("S: a001 OK late")
	s.typ(":pending")
	s.sees("-- no command is in flight")
}

func TestCtrlCDropsWhatWasTypedAhead(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("NOOP"))
	s := begin(t, srv)
	s.typ("noop")
	s.asks("a001 …> ")
	s.typ("select x", "expunge")
	s.ctrlC()
	s.sees("-- typed ahead, not sent: 2 lines\n")
	s.typ("check")
	s.sees("S: a002 OK done")
	if got := srv.Received(); strings.Contains(got, "expunge") || strings.Contains(got, "select") {
		t.Errorf("the server got %q", got)
	}
}

func TestCtrlCAtAnEmptyPromptSaysHowToLeave(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.ctrlC()
	s.sees("-- Ctrl-D or quit exits")
	s.asks("a001 mail.example.net> ")
}

func TestCtrlDLogsOut(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.ctrlD()
	s.ends(StatusOK)
	s.sees("C: a001 LOGOUT", "S: * BYE", "S: a001 OK done")
}

func TestQuitLogsOut(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"quit", "exit", ":quit", ":q", "QUIT", "logout"} {
		t.Run(typed, func(t *testing.T) {
			s := begin(t, canned(t, preauth))
			s.typ(typed)
			s.ends(StatusOK)
			if strings.Count(strings.ToUpper(s.shown()), "C: A001 LOGOUT") != 1 || strings.Contains(s.shown(), "a002") {
				t.Errorf("not one LOGOUT:\n%s", s.shown())
			}
		})
	}
}

func TestAServerThatDoesNotAnswerCanBeLeft(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*sitting){
		"Ctrl-D, then Ctrl-C": func(s *sitting) { s.ctrlD(); s.nudge(); s.ctrlC() },
		"quit, then Ctrl-C": func(s *sitting) {
			s.ctrlC()
			s.sees("continues")
			s.typ("quit")
			s.nudge()
			s.ctrlC()
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := NewCanned(t, Send(preauth), Stall())
			s := begin(t, srv)
			s.typ("noop")
			s.asks("a001 …> ")
			leave(s)
			s.sees("Ctrl-C quits now", "-- quit without waiting")
			s.ends(StatusInterrupted)
		})
	}
}

func TestALogoutThatIsNotAnsweredCanBeLeft(t *testing.T) {
	t.Parallel()
	s := begin(t, NewCanned(t, Send(preauth), Stall()))
	s.asks("a001 mail.example.net> ")
	s.ctrlD()
	s.sees("C: a001 LOGOUT")
	s.ctrlC()
	s.ends(StatusInterrupted)
}

func TestAServerWithoutAGreetingCanBeLeft(t *testing.T) {
	t.Parallel()
	s := begin(t, NewCanned(t, Stall()))
	s.asks("connecting> ")
	s.ctrlC()
	s.ends(StatusInterrupted)
}

func TestThePromptSaysWhereTheUserIs(t *testing.T) {
	t.Parallel()
	selected := func(box, code string, exists int) []Step {
		return []Step{expect(box), Send(fmt.Sprintf("* %d EXISTS\r\n{tag} OK [%s] done\r\n", exists, code))}
	}
	for _, row := range []struct {
		name, typed string
		cols        int
		steps       []Step
		want        string
	}{
		{"a mailbox and its count", "select inbox", 80, selected("inbox", "READ-WRITE", 22), "a003 alice@mail.example.net INBOX 22> "},
		{"read-only", "examine Sent", 80, selected("Sent", "READ-ONLY", 7), "a003 alice@mail.example.net Sent 7 ro> "},
		{"a name that is decoded", "select Entwürfe", 80, selected("Entw&APw-rfe", "READ-WRITE", 1), "a003 alice@mail.example.net Entwürfe 1> "},
		{"no host in a narrow prompt", "select inbox", 40, selected("inbox", "READ-WRITE", 22), "a003 alice INBOX 22> "},
		{"an escape sequence in a name", `select "a\x1b[31mb"`, 80, selected("a", "READ-WRITE", 1), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			steps := append([]Step{expect("LOGIN"), Send("{tag} OK in\r\n")}, row.steps...)
			s := begin(t, canned(t, greeting, steps...))
			s.change(func() { s.cols = row.cols })
			s.typ("login alice secret", strings.ReplaceAll(row.typed, `\x1b`, "\x1b"))
			s.sees("S: a002 OK")
			if row.want != "" {
				s.asks(row.want)
				return
			}
			s.until("the third prompt", func() bool { return strings.HasPrefix(s.question.Prompt, "a003") })
			if prompt := s.asking().Prompt; strings.Contains(prompt, "\x1b") {
				t.Errorf("got %q", prompt)
			}
		})
	}
}

func TestALongNameLeavesRoomToType(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("archive/", 12)
	s := begin(t, canned(t, preauth, expect("SELECT"), Send("* 1 EXISTS\r\n{tag} OK [READ-WRITE] done\r\n")))
	s.change(func() { s.cols = 40 })
	s.typ("SELECT " + long)
	s.sees("S: a001 OK")
	s.until("the second prompt", func() bool { return strings.HasPrefix(s.question.Prompt, "a002") })
	prompt := s.asking().Prompt
	if n := len([]rune(prompt)); n > 40-roomToType+2 {
		t.Errorf("the prompt takes %d of 40 columns: %q", n, prompt)
	}
}

func TestThePromptFollowsWhatTheServerSays(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	srv := canned(t, preauth, expect("SELECT"), Send("* 2 EXISTS\r\n{tag} OK [READ-WRITE] done\r\n"), Wait(ready), Send("* 3 EXISTS\r\n"))
	s := begin(t, srv)
	s.typ("SELECT x")
	s.asks("a002 mail.example.net x 2> ")
	open()
	s.asks("a002 mail.example.net x 3> ")
	s.sees("S: * 3 EXISTS")
}

func TestThePromptSaysThatALinkIsUnencrypted(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv, inClear(srv))
	s.asks("a001 mail.example.net CLEAR> ")
}

func TestThePromptCountsTheSecondsOfALongCommand(t *testing.T) {
	t.Parallel()
	s := begin(t, NewCanned(t, Send(preauth), Stall()))
	s.typ("noop")
	s.asks("a001 …> ")
	s.later(waitingAfter)
	s.asks("a001 … 10s> ")
	s.later(waitingAfter)
	s.asks("a001 … 20s> ")
}

func TestALostConnectionIsReportedAndReconnectMakesAnother(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]struct {
		step Step
		said string
	}{
		"closed after a BYE": {Send("* BYE [LIMIT] too many\r\n"), "-- the connection lasted 0s\n!! the server closed the connection (:reconnect)"},
		"closed":             {Close(), "!! the server closed the connection (:reconnect)"},
		"reset":              {Reset(), "!! connection lost: "},
	} {
		t.Run(name, func(t *testing.T) {
			srv := NewCanned(t, Send(preauth), expect("NOOP"), lose.step)
			s := begin(t, srv)
			s.typ("noop")
			s.sees(lose.said, "-- a001 noop was not answered")
			s.asks("not connected> ")
			s.typ("check")
			s.sees("!! not connected: CHECK was not sent (:reconnect)")
			s.typ(":reconnect")
			s.sees("S: * PREAUTH")
			s.asks("a002 mail.example.net> ")
			s.typ("noop")
			s.sees("was not answered")
			s.ctrlD()
			s.ends(StatusOK)
		})
	}
}

func TestReconnectKeepsAConnectionThatWorks(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.typ(":reconnect")
	s.sees("S: * PREAUTH", "S: * PREAUTH")
	s.typ("noop")
	s.sees("S: a001 OK done")
	s.ctrlD()
	s.ends(StatusOK)
}

func TestAnUnsolicitedBYEIsReported(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send(preauth), expect("NOOP"), Send("* BYE Autologout; idle for too long\r\n"), Close())
	s := begin(t, srv)
	s.typ("noop")
	s.sees("S: * BYE Autologout", "!! the server closed the connection (:reconnect)")
	s.asks("not connected> ")
}

func TestAServerThatStallsInAResponseIsReported(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	s := begin(t, canned(t, preauth, expect("FETCH"), Send("* 9 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen"), Wait(ready), Send("))\r\n{tag} OK done\r\n")))
	s.typ("FETCH 1 FLAGS")
	s.sees("S: * 9 EXISTS")
	s.lasts(stallAfter, "a note", func() bool { return strings.Contains(s.screen.String(), "-- incomplete response") })
	s.sees(`-- incomplete response (23 bytes): * 1 FETCH (FLAGS (\Seen`)
	open()
	s.sees("S: * 1 FETCH (FLAGS (\\Seen))", "S: a001 OK done")
}

func TestTabWritesWhatAllCandidatesBeginWith(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.does(terminal.Answer{Kind: terminal.Complete, Text: "capa", Pos: 4})
	s.until("an edit", func() bool { return len(s.edits) > 0 })
	if !strings.EqualFold(s.edits[0], "CAPABILITY ‸") {
		t.Errorf("got %q", s.edits[0])
	}
	s.does(terminal.Answer{Kind: terminal.Complete, Text: "ex", Pos: 2})
	s.sees("     exit", "     examine")
}

func TestTabDoesNothingInTheAnswerToAQuestion(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, greeting))
	s.typ("login alice")
	s.until("the password", func() bool { return s.question.Secret })
	s.does(terminal.Answer{Kind: terminal.Complete, Text: "capa", Pos: 4})
	s.typ("geheim")
	s.sees("S: a001 OK")
	if len(s.edits) > 0 {
		t.Errorf("got %q", s.edits)
	}
}

func TestATerminalThatFailsIsReportedAndEndsTheSession(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.does(terminal.Answer{Kind: terminal.Failed, Err: fmt.Errorf("reading the terminal: gone")})
	s.ends(StatusOK)
	if !strings.Contains(s.shown(), "LOGOUT") {
		t.Errorf("no LOGOUT:\n%s", s.shown())
	}
}

func TestAnInterruptOfATerminalThatIsNotRawIsCtrlC(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.signals <- os.Interrupt
	s.sees("-- Ctrl-D or quit exits")
}

func TestASignalEndsTheShell(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.signals <- terminated{}
	s.ends(StatusInterrupted)
}

type terminated struct{}

func (terminated) Signal()        {}
func (terminated) String() string { return "terminated" }

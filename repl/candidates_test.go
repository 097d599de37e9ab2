package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
)

// tab presses Tab at the end of a line.
func (s *sitting) tab(line string) {
	s.t.Helper()
	s.does(terminal.Answer{Kind: terminal.Complete, Text: line, Pos: len(line)})
}

// edited waits for the nth line that Tab writes.
func (s *sitting) edited(n int, want string) {
	s.t.Helper()
	s.until("an edit", func() bool { return len(s.edits) >= n })
	if got := strings.Replace(s.edits[n-1], "‸", "|", 1); got != want {
		s.t.Errorf("Tab wrote %q, want %q", got, want)
	}
}

func TestTheFirstTabForAMailboxAsksForAllOfThem(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth,
		expect(`^a001 LIST "" "\*"$`), Send("* LIST () \"/\" INBOX\r\n* LIST () \"/\" \"Sent Items\"\r\n* LIST () \"/\" Entw&APw-rfe\r\n* LIST () \"/\" \"a\\\"b\\\\c\"\r\na001 OK\r\n"),
		expect(`^a002 select Entw&APw-rfe$`), Send("a002 OK [READ-WRITE] done\r\n"),
		expect(`^a003 CREATE Neu$`), Send("a003 OK done\r\n"),
		expect(`^a004 LIST "" "\*"$`), Send("* LIST () \"/\" INBOX\r\n* LIST () \"/\" Neu\r\na004 OK\r\n"),
	)
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.tab("select S")
	s.sees(`C: a001 LIST "" "*"`)
	s.edited(1, `select "Sent Items" |`)
	s.tab("select Ent")
	s.edited(2, "select Entwürfe |")
	s.tab(`copy 1 "a`)
	s.edited(3, `copy 1 "a\"b\\c" |`)
	s.typ("select Entwürfe")
	s.sees("S: a002 OK")
	s.typ("create Neu")
	s.sees("S: a003 OK")
	s.tab("move 1 N")
	s.edited(4, "move 1 Neu |")
	if n := strings.Count(srv.Received(), "LIST"); n != 2 {
		t.Errorf("LIST was sent %d times", n)
	}
}

func TestTabAsksForNoMailboxBeforeLogin(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting)
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.tab("select S")
	s.typ("noop")
	s.sees("S: a001 OK")
	if strings.Contains(srv.Received(), "LIST") {
		t.Error("LIST was sent")
	}
}

func TestManyCandidatesAreShownAScreenAtATime(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	for i := range 500 {
		fmt.Fprintf(&list, "* LIST () \"/\" A/%03d-of-a-long-name-that-takes-a-row\r\n", i)
	}
	s := begin(t, canned(t, preauth, expect(`LIST`), Send(list.String()+"a001 OK\r\n")))
	s.asks("a001 mail.example.net> ")
	s.tab("select A/")
	s.sees("     A/000-of", "more rows: Tab")
	s.tab("select A/")
	s.sees("     A/0", "more rows: Tab")
	s.neverShown("A/400")
}

func TestAListThatIsOnTheScreenIsNotShownAgain(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.tab("help stat")
	s.sees("     status")
	s.does(terminal.Answer{Kind: terminal.Complete, Text: "help stat", Pos: len("help stat"), Again: true})
	s.does(terminal.Answer{Kind: terminal.Complete, Text: "capab", Pos: len("capab"), Again: true})
	s.edited(1, "capability |") // the Tab before has had its effect
	if n := strings.Count(s.shown(), "     status"); n != 1 {
		t.Errorf("the list was shown %d times:\n%s", n, s.shown())
	}
	s.tab("help stat") // after another key
	s.sees("     status")
}

func TestAServerThatRefusesTheListIsNotAskedForever(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect(`LIST`), Send("a001 NO no\r\n"))
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.tab("select A")
	s.sees("S: a001 NO")
	s.typ("noop")
	s.sees("S: a002")
	if n := strings.Count(srv.Received(), "LIST"); n != 1 {
		t.Errorf("LIST was sent %d times", n)
	}
}

func TestTabKnowsFilesAndNumbers(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth, expect(`uid search`), Send("* SEARCH 2001 2044\r\na001 OK\r\n")))
	path := filepath.Join(s.dir, "a letter.eml")
	os.WriteFile(path, nil, 0o600)
	s.typ("uid search all")
	s.sees("S: a001 OK")
	s.tab("uid fetch 204")
	s.edited(1, "uid fetch 2044 |")
	s.tab("append x < " + filepath.Join(s.dir, "a"))
	s.edited(2, `append x < "`+path+`" |`)
	s.tab(":clock of")
	s.edited(3, ":clock off |")
	s.tab("help stat")
	s.sees("     status", "     states")
}

func TestConfirmAsksBeforeWhatDestroys(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.typ("delete a")
	s.sees("S: a001")
	s.typ(":confirm on", "delete b")
	s.asks("DELETE removes b and all its messages. Send it? [y/N] ")
	s.typ("n")
	s.sees("-- DELETE was not sent")
	s.typ("delete c")
	s.asks("DELETE removes c and all its messages. Send it? [y/N] ")
	s.typ("y")
	s.sees("S: a002")
	if got := srv.Received(); strings.Contains(got, "delete b") || !strings.Contains(got, "delete c") {
		t.Errorf("the server got %q", got)
	}
}

func TestReadOnlySendsNothingThatChangesData(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv, func(o *Options, _ *Shell) { o.ReadOnly = true })
	s.typ("select INBOX")
	s.sees("-- --read-only: sending EXAMINE instead of SELECT", "S: a001")
	s.typ("x1 select INBOX")
	s.sees("!! SELECT was not sent")
	s.typ(`store 1 +flags (\Seen)`)
	s.sees("!! STORE was not sent")
	s.typ("x2 delete foo")
	s.sees("!! DELETE was not sent")
	s.typ(":send x3 delete foo")
	s.sees("!! DELETE was not sent")
	for _, unknown := range []string{"xfoo bar", "x4 xfoo bar", ":send x5 xfoo bar"} {
		s.typ(unknown)
		s.sees("!! XFOO was not sent: the command is unknown", "without --read-only it is sent")
	}
	s.typ("exmine INBOX")
	s.sees("!! EXMINE was not sent", "did you mean EXAMINE?")
	s.typ("list")
	s.sees("S: a002")
	if got := srv.Received(); strings.Contains(strings.ToUpper(got), "XFOO") || strings.Contains(got, "exmine") || strings.Contains(strings.ToUpper(got), "SELECT") || strings.Contains(got, "delete") || strings.Contains(got, "store") || !strings.Contains(got, "EXAMINE INBOX") {
		t.Errorf("the server got %q", got)
	}
}

func TestAWarningPointsAtItsPlace(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.typ("copy 1 a b")
	s.sees("!! syntax error: expected the end of the line here", "!!   copy 1 a b", "!!            ^")
}

func TestTheShellsOwnCommandsHaveHints(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{":clock": " on|off", ":clock ": "on|off", ":clock o": "", "help ": "[TOPIC]", ":nonsense": "", "login": " user password", ":caps ": "",
		":set ": "[NAME VALUE]", ":set clock ": "on|off", ":set clock o": "", ":set x ": "VALUE", ":each ": "[< FILE] [COMMAND]", ":each < u.txt ": "", ":each < u.txt login": " user password", ":defer ": "LINE",
		":defer login": " user password", ":watch 5 ": "[xCOUNT] COMMAND", ":watch 5 x2 ": "COMMAND", "expect ": "[not] [within TIME] [N] WHAT [or WHAT]", "expect not ": "[within TIME] [N] WHAT [or WHAT]",
		"expect not within ": "TIME", "expect within 5s ": "[N] WHAT [or WHAT]", "expect OK ": "[CODE ...] [or WHAT]", "expect LOST ": "[or WHAT]", "expect ${n} ": "OP VALUE", "expect ${n} < ": "VALUE", "expect OK or ": "[N] WHAT [or WHAT]", "expect 3 ": "* RESPONSE", "expect OK o": "",
		"expect * ": "[N] NAME ...", "expect * 3 ": "NAME ...", "expect not 2 * status ": "MAILBOX (ITEM NUMBER ...)", "expect * 3 FETCH ": "(ITEM VALUE ...)",
		"expect * 3 EXISTS ": "[or WHAT]", "expect * LIST (...) ": "[or WHAT]"} {
		if got := hintFor(line, nil); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

// tabbedBeforeList has pressed Tab after "select S", on a server that lists Archive and Sent once list is called.
func tabbedBeforeList(t *testing.T) (s *sitting, list func()) {
	ready, list := gate()
	s = begin(t, canned(t, preauth, expect(`LIST`), Wait(ready), Send("* LIST () \"/\" Archive\r\n* LIST () \"/\" Sent\r\na001 OK\r\n")))
	s.asks("a001 mail.example.net> ")
	s.tab("select S")
	s.sees(`C: a001 LIST "" "*"`)
	return s, list
}

func TestTheLastTabIsAnsweredWhenTheMailboxesAreListed(t *testing.T) {
	t.Parallel()
	s, list := tabbedBeforeList(t)
	s.tab("copy 1 A") // the line was changed meanwhile
	s.nudge()         // both Tabs have been taken
	list()
	s.edited(1, "copy 1 Archive |")
	s.tab("select S")
	s.edited(2, "select Sent |")
}

func TestATabThatNeedsNoMailboxDoesNotWaitForThem(t *testing.T) {
	t.Parallel()
	s, list := tabbedBeforeList(t)
	s.tab("capab")
	s.edited(1, "capability |")
	list()
	s.sees("S: a001 OK")
	s.tab("select S")
	s.edited(2, "select Sent |") // the first Tab of this line had no effect on the other one
}

func TestTabListsTheMailboxesOfAnotherConnectionAfterThoseOfTheFirst(t *testing.T) {
	t.Parallel()
	listed := make(chan struct{})
	main := canned(t, preauth, expect(`LIST`), Wait(listed), Send("* LIST () \"/\" Mainbox\r\n{tag} OK\r\n"))
	bob := canned(t, preauth, expect(`LIST`), Send("* LIST () \"/\" Bobs\r\n{tag} OK\r\n"))
	s := two(t, main, bob)
	s.tab("select M")
	s.sees(`C: a001 LIST "" "*"`)
	s.tab(":bob select B")
	s.nudge()
	close(listed)
	s.edited(1, ":bob select Bobs |")
}

//go:build linux || darwin

package cli

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"imapsh/internal/testserver"
)

// ended is shown when the shell has ended, before its status.
const ended = "the shell ended with "

// onScreenToItsEnd is onScreen for a test that also checks how the shell ends, with leaves.
func onScreenToItsEnd(t *testing.T, cols, rows int, line string) *screen {
	t.Helper()
	return onScreen(t, cols, rows, line+"; echo '"+ended+"'$?")
}

// letters types text without Enter.
func (s *screen) letters(text string) {
	s.t.Helper()
	s.tmux("send-keys", "-l", text)
}

// pastes pastes a block as a terminal does: between marks, if the shell has asked for bracketed paste.
func (s *screen) pastes(block string) {
	s.t.Helper()
	s.tmux("set-buffer", block, ";", "paste-buffer", "-p")
}

// last returns the last row of the screen.
func last(whole string) string {
	rows := strings.Split(strings.TrimRight(whole, "\n"), "\n")
	return strings.TrimRight(rows[len(rows)-1], " ")
}

// leaves ends the shell with Ctrl-D on an empty line. It must not panic, and the status must be 0, which the
// race detector changes if it has found a race.
func (s *screen) leaves() {
	s.t.Helper()
	s.press("C-u", "C-d")
	s.until(ended, func(whole string) bool { return strings.Contains(whole, ended) })
	whole := s.whole()
	if why := broken(whole); why != "" || !strings.Contains(whole, ended+"0") {
		s.t.Errorf("%s\n%s", why, whole)
	}
}

// fits asserts that no row is wider than the screen.
func (s *screen) fits(cols int) {
	s.t.Helper()
	for _, row := range strings.Split(s.whole(), "\n") {
		if n := uniseg.StringWidth(strings.TrimRight(row, " ")); n > cols {
			s.t.Errorf("a line of %d columns: %s", n, row)
		}
	}
}

const preauthHello = "* PREAUTH [CAPABILITY IMAP4rev1 CONDSTORE LITERAL+] ready\r\n"

func TestCompletionContinuesWhileTheServerPushes(t *testing.T) {
	t.Parallel()
	typed := make(chan struct{})
	steps := []testserver.Step{
		testserver.Send(preauthHello),
		testserver.Expect("select INBOX"),
		testserver.Send("* FLAGS (\\Seen)\r\n* 0 EXISTS\r\n{tag} OK [READ-WRITE] opened\r\n"),
		testserver.Expect("LIST"),
		testserver.Send("* LIST () \"/\" INBOX\r\n* LIST () \"/\" Archive\r\n"),
	}
	n := 0
	push := func(times int) {
		for range times {
			n++
			steps = append(steps, testserver.Send(fmt.Sprintf("* %d EXISTS\r\n", n)))
		}
	}
	// Some come before the list is complete, some while the test types on, then a steady flow during all Tabs.
	push(100)
	steps = append(steps, testserver.Wait(typed))
	push(100)
	steps = append(steps, testserver.Send("* LIST () \"/\" Drafts\r\n{tag} OK listed\r\n"))
	for range 400 {
		push(1)
		steps = append(steps, testserver.Pause(2*time.Millisecond))
	}
	steps = append(steps, testserver.Expect("^a003 COPY 1 Archive$"), testserver.Send("{tag} OK copied\r\n"), testserver.Answer())
	srv := testserver.NewCanned(t, steps...)

	s := onScreenToItsEnd(t, 80, 24, "$IMAPSH imap://"+srv.Addr())
	s.asks("a001 127.0.0.1>")
	s.types("select INBOX")
	s.asks(`a002 127.0.0.1 INBOX 0>`)
	s.letters("COPY 1 Ar")
	s.press("Tab")
	s.shows("C: a002 LIST", "S: * 100 EXISTS")
	s.asks(`a00. .*> COPY 1 Ar`)
	close(typed)
	// The name is completed once the list has come; then removed and completed again, many times, during the flow.
	s.asks(`a003 127.0.0.1 INBOX \d+> COPY 1 Archive`)
	for range 8 {
		s.press("C-w")
		s.letters("Arc")
		s.press("Tab")
		s.asks(`a003 127.0.0.1 INBOX \d+> COPY 1 Archive`)
	}
	s.press("C-w", "Tab", "Tab")    // shows all candidates above the line
	s.shows("INBOX Archive Drafts") // one text: a prompt with some of them may still be erased
	s.letters("Ar")
	s.press("Tab")
	s.asks(`a003 127.0.0.1 INBOX \d+> COPY 1 Archive`)
	s.press("Enter")
	s.shows("S: a003 OK copied")
	if whole, last := s.whole(), fmt.Sprintf("* %d EXISTS", n); !strings.Contains(whole, last) {
		t.Errorf("%s was never shown\n%s", last, whole)
	}
	s.leaves()
}

func TestMailboxesWithOddNamesAreCompletedAndOpened(t *testing.T) {
	t.Parallel()
	server := testserver.Dovecot(t)
	for _, box := range []string{"two words", `say "hello"`, `back\slash`, "Grüße & Küsse"} {
		server.Append(t, testserver.Alice, box, 1)
	}
	s := onScreenToItsEnd(t, 80, 40, "IMAPSH_PASSWORD="+testserver.Password+" $IMAPSH imap://alice@"+server.Clear())
	s.asks("a002 alice@127.0.0.1>")
	tag := 3 // LIST has the tag before it
	for _, row := range []struct{ typed, line, sent, prompt string }{
		{"select tw", `select "two words"`, `SELECT "two words"`, "two words"},
		{"select sa", `select "say \"hello\""`, `SELECT "say \"hello\""`, `say "hello"`},
		{`select "ba`, `select "back\\slash"`, `SELECT "back\\slash"`, `back\slash`},
		{"select Gr", `select "Grüße & Küsse"`, `SELECT "Gr&APwA3w-e &- K&APw-sse"`, "Grüße & Küsse"},
		{"EXAMINE Gr", `EXAMINE "Grüße & Küsse"`, `EXAMINE "Gr&APwA3w-e &- K&APw-sse"`, "Grüße & Küsse"},
	} {
		s.letters(row.typed)
		s.press("Tab")
		s.asks(fmt.Sprintf(`a%03d alice@127.0.0.1.*> %s( .*)?`, tag, regexp.QuoteMeta(row.line)))
		s.press("Enter")
		s.shows(fmt.Sprintf("C: a%03d %s", tag, row.sent), "S: * 1 EXISTS", fmt.Sprintf("S: a%03d OK", tag))
		tag++
		s.asks(fmt.Sprintf(`a%03d alice@127.0.0.1 %s 1( ro)?>`, tag, regexp.QuoteMeta(row.prompt)))
	}
	s.fits(80)
	s.leaves()
}

func TestAHintIsShownNarrowsAndDisappearsOnEnter(t *testing.T) {
	t.Parallel()
	for _, cols := range []int{80, 40} {
		t.Run(fmt.Sprint(cols), func(t *testing.T) {
			srv := testserver.NewCanned(t, testserver.Send(preauthHello), testserver.Answer())
			s := onScreenToItsEnd(t, cols, 20, "$IMAPSH imap://"+srv.Addr())
			s.asks("a001 127.0.0.1>")
			// A hint that is too long for the row is cut, never wrapped.
			for _, row := range [][3]string{
				{"st", "st", "st.*"},
				{"atus ", `status mailbox \(status-item \.\.\.\)`, "status mailbox.*"},
				{"INBOX ", `status INBOX \(status-item \.\.\.\)`, `status INBOX.*`},
				{"(messages", `status INBOX \(messages .*\)`, `status INBOX \(messages.*`},
			} {
				s.letters(row[0])
				want := row[1]
				if cols < 80 {
					want = row[2]
				}
				s.asks("a001 127.0.0.1> " + want)
			}
			s.letters(")")
			s.asks(`a001 127.0.0.1> status INBOX \(messages\)`)
			s.press("C-u")
			s.letters("select INBOX ")
			s.asks(`a001 127.0.0.1> select INBOX \[\(.*`)
			s.press("Enter")
			s.shows("S: a001 OK")
			s.asks("a002 127.0.0.1 INBOX.*>")
			if whole := s.whole(); strings.Contains(whole, "[(") || strings.Contains(whole, "status") {
				t.Errorf("a hint or an abandoned line is still shown:\n%s", whole)
			}
			s.types(":hints off")
			s.shows("-- hints")
			s.letters("select INBOX ")
			s.asks(`a002 127.0.0.1 INBOX.*> select INBOX`)
			s.fits(cols)
			s.leaves()
		})
	}
	srv := testserver.NewCanned(t, testserver.Send(preauthHello), testserver.Answer())
	run(t, "select INBOX\n", "imap://"+srv.Addr()).is(t, 0).hides(t, "[(")
}

func TestTabPagesThroughFiveHundredCandidates(t *testing.T) {
	t.Parallel()
	const boxes = 500
	var list strings.Builder
	for i := range boxes {
		fmt.Fprintf(&list, "* LIST () \"/\" box-%03d\r\n", i)
	}
	more := regexp.MustCompile(`… \d+ more rows: Tab`)
	for _, size := range [][2]int{{80, 24}, {40, 20}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			srv := testserver.NewCanned(t, testserver.Send(preauthHello), testserver.Expect("LIST"),
				testserver.Send(list.String()+"{tag} OK listed\r\n"), testserver.Answer())
			s := onScreenToItsEnd(t, size[0], size[1], "$IMAPSH imap://"+srv.Addr())
			s.asks("a001 127.0.0.1>")
			s.letters("examine box-")
			s.press("Tab")
			s.shows("S: a001 OK listed", "more rows: Tab")
			pages := 1
			for ; pages < 100; pages++ {
				s.asks("a002 127.0.0.1> examine box-.*")
				if whole := s.whole(); strings.Count(whole, "more rows: Tab") < pages {
					break
				}
				before := len(strings.Split(s.whole(), "\n"))
				s.press("Tab")
				s.until("another page", func(whole string) bool {
					return len(strings.Split(whole, "\n")) > before && strings.Contains(last(whole), "examine box-")
				})
			}
			whole := s.whole()
			shown := whole[strings.Index(whole, "more rows: Tab"):]
			if !strings.Contains(shown, "box-499") || pages < 3 {
				t.Errorf("%d pages:\n%s", pages, whole)
			}
			// Each appears once in the pages: a row may have several names.
			seen := map[string]int{}
			for _, row := range strings.Split(whole, "\n") {
				if names := strings.Fields(row); strings.HasPrefix(row, "     box-") && len(names) > 1 {
					for _, name := range names {
						seen[name]++
					}
				}
			}
			for i := range boxes {
				if name := fmt.Sprintf("box-%03d", i); seen[name] != 1 {
					t.Errorf("%s is listed %d times", name, seen[name])
				}
			}
			if n := len(more.FindAllString(whole, -1)); n != pages-1 {
				t.Errorf("%d pages, %d of which say that more follow", pages, n)
			}
			s.letters("07")
			s.press("Tab")
			s.shows("box-070", "box-079")
			s.letters("7")
			s.press("Tab", "Enter")
			s.shows("S: a002 OK")
			if got := srv.Received(); !strings.Contains(got, "a002 examine box-077\r\n") && !strings.Contains(got, "a002 examine box-077\n") {
				t.Errorf("the server got %q", got)
			}
			s.fits(size[0])
			s.leaves()
		})
	}
}

func TestNoKeyEndsTheShellOrLosesTheLine(t *testing.T) {
	t.Parallel()
	srv := testserver.NewCanned(t, testserver.Send(preauthHello), testserver.Answer())
	s := onScreenToItsEnd(t, 80, 24, "$IMAPSH imap://"+srv.Addr())
	s.asks("a001 127.0.0.1>")
	keys := []string{"C-r", "C-g", "DC", "C-Space", "C-s", "C-t", "C-y", "C-l", "Tab", "BTab", "Escape", "M-d", "Up", "Down"}
	s.press(keys...) // on an empty line, with no history
	s.press("C-g", "C-u")
	s.types("noop", "capability")
	s.shows("S: a001 OK", "S: a002 OK")
	s.asks("a003 127.0.0.1>")

	// Found with Ctrl-R, cancelled with Ctrl-G, edited with Delete, with Ctrl-Space in between.
	s.letters("check")
	s.press("C-r")
	s.letters("no")
	s.asks(".*noop.*")
	s.press("C-g")
	s.asks("a003 127.0.0.1> check")
	s.press("C-Space", "DC", "C-a", "DC", "C-Space", "DC")
	s.asks("a003 127.0.0.1> eck.*")
	s.press("C-u", "C-k")
	s.press("C-r")
	s.letters("cap")
	s.press("C-Space", "DC", "Enter")
	s.shows("C: a003 capability", "S: a003 OK")

	// Each key twice at several places of a half-typed line, while candidates and hints are shown.
	for _, key := range keys {
		s.letters("search or (unseen) ")
		s.press(key, key, "C-g", "C-a", key, key, "C-g", "C-e", "Left", "Left", key, key, "C-g", "C-e", "C-u")
	}
	s.asks("a004 127.0.0.1>")

	s.letters("noo")
	s.pastes("p\ncheck\nsearch all\nno")
	s.letters("op")
	s.press("Enter")
	s.shows("C: a004 noop", "S: a004 OK", "C: a005 check", "S: a005 OK", "C: a006 search all", "S: a006 OK", "C: a007 noop", "S: a007 OK")
	s.asks("a008 127.0.0.1>")
	s.leaves()
}

package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// shownAs asserts that an output shows everything that the server sent on a connection with this name,
// line by line, in order.
func (s session) shownAs(t *testing.T, o outcome, name string) {
	t.Helper()
	line, literal := "S: ", "S| "
	if name != "" {
		line, literal = "S["+name+"]: ", "S["+name+"]| "
	}
	var shown []string
	for text := range strings.Lines(o.stdout) {
		for _, mark := range []string{line, literal} {
			if rest, ok := strings.CutPrefix(text, mark); ok {
				shown = append(shown, strings.TrimSuffix(rest, "\n"))
			}
		}
	}
	got := strings.Join(shown, "\n")
	want := strings.TrimSuffix(strings.ReplaceAll(string(s.FromServer()), "\r\n", "\n"), "\n")
	if got != want {
		t.Errorf("the output of %q is not what the server sent; first difference:\n%s\noutput:\n%s", name, firstDifference(got, want), o)
	}
}

func TestTheServerReportsTheChangesOfOneConnectionToAnother(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	a, b := relayed(t, s), relayed(t, s)
	l := start(t, a.url())
	l.types("LOGIN bob secret\nSELECT INBOX\n:open two " + b.url() + "\n:two LOGIN bob secret\n:two SELECT INBOX\n:two IDLE\n")
	l.until("S[two]: + idling")
	l.types("APPEND INBOX <<END\nSubject: one\n\ntext\nEND\n")
	l.until("S[two]: * 1 EXISTS")
	l.types("NOOP\nSTORE 1 +FLAGS (\\Flagged)\n")
	l.until("S[two]: * 1 FETCH (FLAGS (\\Flagged")
	l.types("STORE 1 +FLAGS (\\Deleted)\nEXPUNGE\n")
	l.until("S[two]: * 1 EXPUNGE")
	l.types(":two done\n:two ENABLE QRESYNC\nAPPEND INBOX <<END\nSubject: two\n\ntext\nEND\n:two NOOP\n:two IDLE\nNOOP\nSTORE 1 +FLAGS (\\Deleted)\nEXPUNGE\n")
	l.until("S[two]: * VANISHED ")
	o := l.ends().is(t, 0)
	a.shownAs(t, o, "")
	b.shownAs(t, o, "two")
	o.shows(t, "C[two]: DONE", "C[two]: a007 LOGOUT")
}

func TestMessagesAreSavedOnOneConnectionWhileAnotherWorks(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	for _, mode := range []string{"pretty", "json"} {
		t.Run(mode, func(t *testing.T) {
			a, b := relayed(t, s), relayed(t, s)
			dir := t.TempDir()
			script := "LOGIN alice secret\nSELECT INBOX\n:open two " + b.url() + "\n:two LOGIN alice secret\n:two EXAMINE INBOX\n" +
				"FETCH 1:* BODY.PEEK[] > " + dir + "/F%d &\n" +
				strings.Repeat(":two FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])\n:two STATUS INBOX (MESSAGES) &\nNOOP &\n", 5) + ":wait\n"
			log := filepath.Join(dir, "log")
			o := run(t, script, "-o", mode, "--log", log, a.url()).is(t, 0)
			for i := 1; i <= 22; i++ {
				if got, want := readFile(t, filepath.Join(dir, fmt.Sprint("F", i))), string(testserver.Message(i)); got != want {
					t.Errorf("message %d: %s", i, firstDifference(got, want))
				}
			}
			if mode == "pretty" {
				o.stdout = readFile(t, log) // the screen leaves out values that go to files
				a.shownAs(t, o, "")
				b.shownAs(t, o, "two")
				return
			}
			came := map[string][]byte{}
			for line := range strings.Lines(o.stdout) {
				var e struct {
					Type, Conn, Raw string
					Raw64           []byte
				}
				if err := json.Unmarshal([]byte(line), &e); err != nil {
					t.Fatalf("%v in %q", err, line)
				}
				if e.Type == "response" {
					came[e.Conn] = append(append(came[e.Conn], e.Raw...), e.Raw64...)
				}
			}
			for name, r := range map[string]session{"": a, "two": b} {
				if got, want := string(came[name]), string(r.FromServer()); got != want {
					t.Errorf("connection %q: not the bytes of the server: %s", name, firstDifference(got, want))
				}
			}
		})
	}
}

func TestAConnectionThatTheServerEndsCanBeOpenedAgain(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t, testserver.Own())
	l := start(t, "imap://"+s.Clear())
	l.types("LOGIN bob secret\nSELECT INBOX\n:open two imap://" + s.Clear() + "\n:two LOGIN bob secret\n:two SELECT INBOX\n:two IDLE\n")
	l.until("S[two]: + idling")
	if err := killLatest(filepath.Dir(s.CAFile)); err != nil {
		t.Fatal(err)
	}
	l.until("IDLE was not answered")
	l.types("NOOP\n")
	l.until("S: a003 OK NOOP")
	l.types(":two NOOP\n:open two\n:two LOGIN bob secret\n:two SELECT INBOX\n:two IDLE\nAPPEND INBOX <<END\nSubject: one\n\ntext\nEND\n")
	l.until("S[two]: * 1 EXISTS")
	l.ends().is(t, 3).shows(t, "-- two: a003 IDLE was not answered", "!! two is not connected: NOOP was not sent (:open two)", "C[two]: a004 LOGIN", "C: a005 LOGOUT", "C[two]: a007 LOGOUT")
}

// mpid matches the process ID of a login in Dovecot's log.
var mpid = regexp.MustCompile(`mpid=(\d+)`)

// killLatest kills the process of the latest login to the Dovecot in a directory.
func killLatest(dir string) error {
	log, err := os.ReadFile(filepath.Join(dir, "dovecot.log"))
	if err != nil {
		return err
	}
	logins := mpid.FindAllSubmatch(log, -1)
	if len(logins) < 2 {
		return fmt.Errorf("Dovecot's log has %d logins", len(logins))
	}
	pid, err := strconv.Atoi(string(logins[len(logins)-1][1]))
	if err != nil {
		return err
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return process.Kill()
}

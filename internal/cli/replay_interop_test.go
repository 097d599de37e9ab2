package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// recorded records a session with a server in session.log, and returns its folder.
func recorded(t *testing.T, url, lines string) string {
	t.Helper()
	dir := t.TempDir()
	runIn(t, dir, lines, "-q", "--keep-going", "--log", "session.log", url)
	return dir
}

// ofReplay is a session with commands of each kind.
const ofReplay = "create replayed\nappend replayed (\\Seen) <<END\nSubject: x\n\nbody\nEND\nappend replayed <<END\nSubject: y\n\nEND\n" +
	"select replayed\nuid search all\nuid fetch 1:2 (flags internaldate rfc822.size body.peek[])\nstore 1 +flags (\\Flagged)\n" +
	"select no-such-mailbox\nexpect NO\nstatus replayed (messages uidnext uidvalidity)\ndelete replayed\n"

func TestAReplayOnTheSameServerHasNoDifferences(t *testing.T) {
	t.Parallel()
	for _, server := range suiteServers[:2] {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			url := "imap://alice@" + server.start(t).Clear()
			lines := ofReplay
			if server.name == "cyrus" {
				lines = strings.ReplaceAll(lines, "replayed", "INBOX.replayed")
			}
			dir := recorded(t, url, lines)
			runIn(t, dir, "", "replay", "session.log", strings.Replace(url, "alice@", "bob@", 1)).is(t, 0).shows(t, "no differences")
			if server.name == "cyrus" {
				return // it refuses to delete a mailbox twice in one second
			}
			runIn(t, dir, "", "replay", "session.log", url).is(t, 0).shows(t, "no differences")
			runIn(t, dir, "", "replay", "session.log", strings.Replace(url, "alice@", "", 1)).is(t, 0).shows(t, "no differences")
			runIn(t, dir, "", "replay", "-o", "json", "--strict", "--force", "session.log", url).is(t, 1).shows(t, `"expected":"* OK [UIDVALIDITY`)
		})
	}
}

func TestADifferentAnswerIsShownWithItsLine(t *testing.T) {
	t.Parallel()
	url := "imap://alice@" + testserver.Dovecot(t).Clear()
	dir := recorded(t, url, ofReplay)
	log, err := os.ReadFile(filepath.Join(dir, "session.log"))
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(log), "S: * 2 EXISTS", "S: * 3 EXISTS", 1)
	if err := writeFile(filepath.Join(dir, "changed.log"), changed); err != nil {
		t.Fatal(err)
	}
	o := runIn(t, dir, "", "replay", "changed.log", url).is(t, 1)
	o.shows(t, ": expected  * 3 EXISTS\n    got       * 2 EXISTS\n").shows(t, "1 difference\n")
	if !strings.Contains(o.stderr, "DELETE is not sent because something before it differs from the record, or could not be read; --force sends it anyway") {
		t.Errorf("standard error does not say why DELETE is not sent:\n%s", o)
	}
	runIn(t, dir, "delete replayed\n", "-q", url).is(t, 0)
	runIn(t, dir, "", "replay", "--force", "changed.log", url).is(t, 1).shows(t, "1 difference\n")
	runIn(t, dir, "list \"\" replayed*\nexpect 0 * LIST ...\n", "-q", url).is(t, 0)
}

func TestAReplayOnAnotherServerShowsTheDifferences(t *testing.T) {
	t.Parallel()
	dir := recorded(t, "imap://alice@"+testserver.Dovecot(t).Clear(), "capability\n"+ofReplay)
	runIn(t, dir, "", "replay", "--force", "session.log", "imap://alice@"+testserver.Cyrus(t).Clear()).is(t, 1).
		shows(t, "expected  the capabilities ").shows(t, "1 difference\n")
}

func TestNamesOfMailboxesInARecordAreSentUnchanged(t *testing.T) {
	t.Parallel()
	there := "imap://alice@" + testserver.Courier(t).Clear()
	dir := recorded(t, "imap://alice@"+testserver.Dovecot(t).Clear(), "create replayed/names\nlist \"\" replayed/*\ndelete replayed/names\n")
	runIn(t, dir, "", "replay", "session.log", there).is(t, 1).shows(t, "expected  a002 OK\n    got       a002 NO")
	log := strings.ReplaceAll(readFile(t, filepath.Join(dir, "session.log")), "replayed/names", "INBOX.replayed.names")
	log = strings.NewReplacer("replayed/*", "INBOX.replayed.*", `"/" INBOX`, `"." INBOX`).Replace(log)
	if err := writeFile(filepath.Join(dir, "renamed.log"), log); err != nil {
		t.Fatal(err)
	}
	runIn(t, dir, "", "replay", "renamed.log", there).is(t, 0).shows(t, "no differences")
}

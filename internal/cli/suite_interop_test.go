package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"imapsh/internal/testserver"
)

// suiteServers are the real servers for suites of scripts. jobs is how many scripts may run at a time if they list
// mailboxes while others create some: Dovecot completes a maildir that it finds half made, and then refuses the CREATE
// that is making it (ALREADYEXISTS). Courier sleeps for two seconds before it deletes a mailbox.
var suiteServers = []struct {
	name, jobs string
	start      func(testing.TB) *testserver.Server
}{
	{"dovecot", "1", func(t testing.TB) *testserver.Server { return testserver.Dovecot(t) }},
	{"cyrus", "2", testserver.Cyrus},
	{"courier", "16", testserver.Courier},
}

// parallelIfFast makes the subtest for a server parallel, but not that for Courier: a parallel subtest begins after most
// other tests, and a slow one would then end long after them.
func parallelIfFast(t *testing.T, server string) {
	if !strings.EqualFold(server, "courier") {
		t.Parallel()
	}
}

// writeFiles writes files into a new folder.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := writeFile(filepath.Join(dir, name), text); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// nothingLeft asserts that a user has no mailbox left from a test.
func nothingLeft(t *testing.T, url string) {
	t.Helper()
	o := runIn(t, t.TempDir(), `list "" "*imapsh-test*"
expect 0 * LIST ...
lsub "" "*imapsh-test*"
expect 0 * LSUB ...
:require LIST-EXTENDED
list (subscribed) "" "*imapsh-test*"
expect 0 * LIST ...
`, "-q", url)
	if !strings.Contains(o.stdout, "skipped: the server does not offer LIST-EXTENDED") {
		o.is(t, 0)
	}
}

func TestManyScriptsRunOnEachServerAndLeaveNoMailbox(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{
		"tests/mail.imap":  "create ${box}\nexpect OK\nsubscribe ${box}\nappend ${box} <<EOM\nSubject: one\n\nx\nEOM\nselect ${box}\nexpect * 1 EXISTS\n",
		"tests/again.imap": "create ${box}\nexpect OK\ncreate ${box}-more\nexpect OK\nselect ${box}-more\nexpect * 0 EXISTS\n",
		"tests/own.imap":   "create ${box}\nsubscribe ${box}\ncreate ${box}-x\nsubscribe ${box}-x\ndelete ${box}\n",
		"tests/skip.imap":  ":require NO-SUCH-THING\n",
		"tests/fails.imap": "create ${box}\nselect ${box}\nexpect * 7 EXISTS\n",
	})
	for _, server := range suiteServers {
		t.Run(server.name, func(t *testing.T) {
			parallelIfFast(t, server.name)
			url := "imap://alice@" + server.start(t).Clear()
			runIn(t, dir, "", "test", "--jobs", server.jobs, "tests", url).is(t, 1).
				shows(t, "3 passed, 1 failed, 1 skipped").shows(t, "tests/fails.imap:3: expected  * 7 EXISTS")
			nothingLeft(t, url)
		})
	}
}

func TestAnInterruptedSuiteLeavesNoMailbox(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{"waits.imap": "create ${box}\nselect ${box}\nidle\nexpect within 10min * 5 EXISTS\n"})
	url := "imap://alice@" + testserver.Dovecot(t).Clear()
	l := startProcess(t, []string{"IMAPSH_PASSWORD=" + testserver.Password}, "test", filepath.Join(dir, "waits.imap"), url)
	runIn(t, dir, "list \"\" \"*imapsh-test*\"\nexpect within 10min 1 * LIST ...\n", "-q", url).is(t, 0)
	l.signals(syscall.SIGINT)
	if o := l.ends().is(t, 130); !strings.Contains(o.stdout, "1 not finished") {
		t.Errorf("no \"1 not finished\" in\n%s", o)
	}
	nothingLeft(t, url)
}

func TestTheSecondUserOfASuiteLogsInWithThePasswordGiven(t *testing.T) {
	t.Parallel()
	addr := testserver.Dovecot(t).Clear()
	dir := writeFiles(t, map[string]string{
		"two.imap":   ":open two imap://${user2}@" + addr + "\n:two expect OK\n:two noop\n:two expect ${user} = \"bob\"\n",
		"other.imap": ":open two imap://carol@" + addr + "\n:two expect OK\n",
	})
	url := "imap://alice@" + addr
	runIn(t, dir, "", "test", "--user2", "bob", "two.imap", url).is(t, 0).shows(t, "1 passed, 0 failed, 0 skipped")
	runIn(t, dir, "", "test", "two.imap", url).is(t, 1).shows(t, "two.imap:1:18: nothing above gives ${user2} a value (--user2 USER)")
	runIn(t, dir, "", "test", "--user2", "bob", "other.imap", url).is(t, 1).shows(t, "IMAPSH_PASSWORD is for alice at 127.0.0.1, not for carol")
}

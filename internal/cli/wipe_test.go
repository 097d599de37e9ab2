package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"imapsh/internal/testserver"
)

// Cyrus answers NO if a mailbox with that name was deleted in the same second.
func TestAMailboxThatCannotBeDeletedAtOnceIsDeletedLater(t *testing.T) {
	t.Parallel()
	var deletes atomic.Int64
	replies := testserver.Replies{
		"LIST": {testserver.Respond(func(string) string { return "* LIST () \".\" INBOX.box\r\n{tag} OK done\r\n" })},
		"DELETE": {testserver.Respond(func(string) string {
			if deletes.Add(1) == 1 {
				return "{tag} NO Mailbox already exists\r\n"
			}
			return "{tag} OK done\r\n"
		})},
	}
	s := canned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"), testserver.Reply(replies))
	script := filepath.Join(t.TempDir(), "a.imap")
	if err := os.WriteFile(script, []byte("create ${box}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := run(t, "", "test", script, "imap://"+s.Addr()).is(t, 0)
	if n := deletes.Load(); n != 2 || o.stderr != "" {
		t.Errorf("%d DELETE, want 2, and nothing on standard error\n%s", n, o)
	}
}

// Courier writes the whole list of subscriptions for each change: of changes on two connections at once, one is lost.
func TestOneConnectionRemovesTheSubscriptionsOfAllTests(t *testing.T) {
	t.Parallel()
	var boxes sync.Map // of the tests
	list := func(response string) testserver.Step {
		return testserver.Respond(func(line string) string {
			var b strings.Builder
			for box := range boxes.Range {
				if prefix := strings.Trim(line[strings.LastIndexByte(line, ' ')+1:], `"*`); strings.HasPrefix(box.(string), prefix) {
					fmt.Fprintf(&b, "* %s () \".\" %s\r\n", response, box)
				}
			}
			return b.String() + "{tag} OK done\r\n"
		})
	}
	s := canned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n"), testserver.Reply(testserver.Replies{
		"CREATE": {testserver.Respond(func(line string) string {
			boxes.Store(line[strings.LastIndexByte(line, ' ')+1:], true)
			return "{tag} OK done\r\n"
		})},
		"LIST": {list("LIST")}, "LSUB": {list("LSUB")},
	}))
	dir := writeFiles(t, map[string]string{"a.imap": "create ${box}\n", "b.imap": "create ${box}\n", "c.imap": "create ${box}\n"})
	runIn(t, dir, "", "test", "--jobs", "3", ".", "imap://"+s.Addr()).is(t, 0)
	for command, want := range map[string]int{"LSUB": 1, "UNSUBSCRIBE": 3, "LIST": 3, "DELETE": 3} {
		if n := strings.Count(strings.ToUpper(s.Received()), " "+command+" "); n != want {
			t.Errorf("%d %s, want %d\n%s", n, command, want, s.Received())
		}
	}
}

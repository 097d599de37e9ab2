package cli

import (
	"os"
	"path/filepath"
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

package cli

import (
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

func TestImapTestFilesRunOnDovecot(t *testing.T) {
	t.Parallel()
	url := "imap://alice@" + testserver.Dovecot(t).Clear()
	runIn(t, "testdata", "", "test", "--user2", "bob", "imaptest", url).is(t, 0).
		shows(t, "5 passed, 0 failed, 1 skipped").shows(t, "the server does not offer X-NO-SUCH-THING")
	nothingLeft(t, url)
	nothingLeft(t, strings.Replace(url, "alice@", "bob@", 1))
}

func TestAFailedImapTestFileSaysWhereAndWhatCame(t *testing.T) {
	t.Parallel()
	url := "imap://alice@" + testserver.Dovecot(t).Clear()
	dir := writeFiles(t, map[string]string{
		"tests/missing":      "state: created\n\nok status $mailbox (messages)\n* status $mailbox (messages 7)\n",
		"tests/refused":      "state: auth\n\nok login $user $password\n",
		"tests/wrong":        "state: auth\n\nok list \"\n* list (\n",
		"tests/mixed.imap":   "noop\nexpect OK\n",
		"tests/no-test":      "Subject: x\n\nok noop\n",
		"tests/missing.mbox": "From a@b Mon Mar  2 09:30:00 2026\n\nx\n",
	})
	o := runIn(t, dir, "", "test", "tests", url).is(t, 1)
	o.shows(t, "1 passed, 3 failed, 0 skipped").
		shows(t, "tests/missing:4: expected  * status $mailbox (messages 7)\n    got       * STATUS imapsh-test-").
		shows(t, "tests/refused:3: expected  ok\n    got       BAD").
		shows(t, "tests/wrong:4: ) is missing\n")
	if strings.Contains(o.stdout, testserver.Password) {
		t.Errorf("the password is shown:\n%s", o)
	}
	runIn(t, dir, "", "test", "--check", "tests", url).is(t, 1).shows(t, "3 passed, 1 failed, 0 skipped")
	runIn(t, "testdata", "", "test", "imaptest/second", url).is(t, 0).shows(t, "it needs a second user (--user2)")
	nothingLeft(t, url)
}

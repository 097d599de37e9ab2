package repl

import (
	"strings"
	"testing"

	. "imapsh/internal/testserver"
)

func TestAFailedSelectSaysThatNoMailboxIsSelectedNow(t *testing.T) {
	t.Parallel()
	const says = "     INBOX\\x1b is no longer selected: after a SELECT or EXAMINE that fails, no mailbox is\n"
	for name, row := range map[string]struct {
		first, answer string
		said          bool
	}{
		"one was selected": {"examine \"INBOX\x1b\"", "NO no such mailbox", true},
		"with a code":      {"examine \"INBOX\x1b\"", "NO [NONEXISTENT] no such mailbox", true},
		"none was":         {"noop", "NO no such mailbox", false},
		"BAD":              {"examine \"INBOX\x1b\"", "BAD what?", false},
	} {
		t.Run(name, func(t *testing.T) {
			srv := NewCanned(t, Send(preauth), Expect("^a001 "), Send("* 1 EXISTS\r\na001 OK [READ-ONLY] done\r\n"), Expect("^a002 "), Send("a002 "+row.answer+"\r\n"), Answer())
			_, out := runScript(t, srv, []string{row.first, "select nowhere"}, knows("", ""))
			if strings.Contains(out, says) != row.said {
				t.Error(out)
			}
		})
	}
}

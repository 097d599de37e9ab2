package command

import (
	"strings"
	"testing"
)

func TestACommandOfASystemsShellIsNamedWithWhatToTypeInstead(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ line, want string }{
		"man of a command":          {"man fetch", "man: help fetch explains FETCH"},
		"man of two words":          {"man uid fetch", "man: help uid fetch explains UID FETCH"},
		"man of a lesson":           {"man tags", "man: help tags explains tags"},
		"only man":                  {"man", "man: help lists the commands, help COMMAND explains one"},
		"info, in capitals":         {"INFO x", "info: help lists the commands, help COMMAND explains one"},
		"sudo before a command":     {"sudo login alice geheim", "sudo: type only login and what follows it"},
		"only sudo":                 {"sudo", "sudo: the user who is logged in decides what is allowed"},
		"ls":                        {"ls -l", "ls: list shows the mailboxes, fetch 1:* the messages of the selected one"},
		"cd to a name":              {"cd Archive/2026", "cd: select Archive/2026 opens a mailbox"},
		"cd to the directory above": {"cd ..", "cd: select INBOX opens a mailbox"},
		"cd to what is quoted":      {`cd "a b"`, "cd: select INBOX opens a mailbox"},
		"cat of a message":          {"cat 17", "cat: read 17 shows a message"},
		"cat of a command":          {"cat list", "cat: read 5 shows a message"},
		"vi":                        {"vi 7", "vi: a message cannot be changed: fetch 7 body.peek[] > FILE saves it, append adds what you make of it"},
		"imapsh":                    {"imapsh imaps://x", "imapsh: :open NAME imaps://HOST opens another connection"},
		"a command":                 {"list", ""},
		"ID, a command of IMAP too": {"id nil", ""},
		"FIND, once a command":      {"find all.mailboxes", ""},
		"a tag":                     {"a1 list", ""},
		"a longer word":             {"manx fetch", ""},
		"an unknown word":           {"frobnicate", ""},
		"nothing":                   {" ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			word, instead, ok := Foreign(row.line)
			if got := strings.TrimSuffix(word+": "+instead, ": "); got != row.want || ok != (row.want != "") {
				t.Errorf("got %q (%v), want %q", got, ok, row.want)
			}
		})
	}
}

// Whatever is named instead must be a command, and no word may hide one.
func TestWhatIsTypedInsteadOfACommandOfASystemsShellExists(t *testing.T) {
	t.Parallel()
	for _, f := range foreign {
		for _, w := range strings.Fields(f.words) {
			if Lookup(w) != nil {
				t.Errorf("%s is a command of IMAP", w)
			}
		}
		word, _, _ := strings.Cut(f.instead, " ")
		shells := map[string]bool{"": true, "read": true, "clear": true, ":print": true, ":open": true, ":pending": true, "the": true, "a": true}
		if Lookup(word) == nil && !shells[word] {
			t.Errorf("%s: %q does not begin with a command", f.words, f.instead)
		}
	}
}

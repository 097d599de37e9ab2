package command

import "strings"

// foreign are commands of a system's shell, which people type out of habit, and what to type instead. None of them is a
// command of IMAP, and as a tag none of them is likely.
var foreign = []struct {
	words   string
	instead string // # and @ are replaced by the first argument if it is a number or a name, or else by 5 and INBOX
}{
	{"man info apropos whatis -h --help", ""},
	{"sudo doas su", ""},
	{"ls dir", "list shows the mailboxes, fetch 1:* the messages of the selected one"},
	{"cd chdir pushd popd", "select @ opens a mailbox"},
	{"pwd whoami", "the prompt shows who you are and which mailbox is selected"},
	{"mkdir", "create @ creates a mailbox"},
	{"rmdir", "delete @ deletes a mailbox and its messages"},
	{"cat less more head tail", "read # shows a message"},
	{"rm", `store # +deleted marks a message, expunge removes what is marked`},
	{"mv", "move # Archive moves a message, rename OLD NEW a mailbox"},
	{"cp", "copy # Archive copies a message"},
	{"grep egrep", "search text WORD finds messages"},
	{"vi vim nano emacs", "a message cannot be changed: fetch # body.peek[] > FILE saves it, append adds what you make of it"},
	{"wc du df", "status INBOX counts messages and bytes, getquotaroot INBOX shows usage and limits"},
	{"echo printf", ":print prints a text"},
	{"ping", "noop asks whether the server answers"},
	{"ps jobs kill", ":pending lists the commands not answered yet"},
	{"cls", "clear clears the screen"},
	{"imapsh telnet openssl nc ncat netcat curl ssh", ":open NAME imaps://HOST opens another connection"},
}

// foreignRow has the row of each word: every line that is sent is looked up.
var foreignRow = func() map[string]int {
	rows := map[string]int{}
	for i := range foreign {
		for w := range strings.FieldsSeq(foreign[i].words) {
			rows[w] = i
		}
	}
	return rows
}()

// Foreign returns the command of a system's shell, in lower case, that a line begins with, and what to type instead;
// ok is false for other lines. It quotes no argument that may be a secret.
func Foreign(line string) (word, instead string, ok bool) {
	first, rest := cutWord(TrimBlanks(line))
	word = strings.ToLower(first)
	row, ok := foreignRow[word]
	if !ok || Lookup(first) != nil {
		return "", "", false
	}
	switch row {
	case 0:
		return word, manual(rest), true
	case 1:
		return word, withoutPrivileges(rest), true
	}
	return word, placed(foreign[row].instead, rest), true
}

// manual says how the help about a command, or all help, is shown.
func manual(topic string) string {
	first, second := cutWord(topic)
	for _, name := range []string{first + " " + second, first} {
		if c := Lookup(name); c != nil {
			return "help " + strings.ToLower(c.Name) + " explains " + c.Name
		}
		if c := LookupConcept(name); c != nil {
			return "help " + c.Name + " explains " + c.Title
		}
	}
	return "help lists the commands, help COMMAND explains one"
}

// withoutPrivileges says that the rest of a line is typed without the word before it.
func withoutPrivileges(rest string) string {
	if first, _ := cutWord(rest); Lookup(first) != nil {
		return "type only " + strings.ToLower(first) + " and what follows it"
	}
	return "the user who is logged in decides what is allowed"
}

// placed puts the first argument of a line into an example.
func placed(example, args string) string {
	number, name := "5", "INBOX"
	switch first, _ := cutWord(args); {
	case isNumber(first):
		number = first
	case isPlainName(first):
		name = first
	}
	return strings.NewReplacer("#", number, "@", name).Replace(example)
}

// isPlainName reports whether a word can be shown and typed as the name of a mailbox as it is.
func isPlainName(word string) bool {
	for i := 0; i < len(word); i++ {
		if c := word[i]; !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || strings.IndexByte("._/-", c) < 0) {
			return false
		}
	}
	return word != ""
}

// Package imaptest reads tests in the format of ImapTest, the server tester of Dovecot's authors, and runs them on
// connections that its caller provides. A test is a header and a list of commands, each with the responses that must,
// may or must not come.
package imaptest

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/match"
)

// A Test is one file.
type Test struct {
	Capabilities []string // that the server must offer, in capitals
	Connections  int      // how many it needs
	Messages     int      // how many are appended to its mailbox; AllMessages for all of the mbox file
	State        State    // in which its commands begin
	Extra        bool     // other untagged responses than those expected may come
	// Users are the users that log in, by connection; "" is the ordinary user, SecondUser the other one.
	Users []string

	groups []*group
}

// AllMessages means as many messages as the mbox file has.
const AllMessages = -1

// SecondUser means the second user of a run, whatever the name.
const SecondUser = "$user2"

// State says what has been done on the connections when the commands begin. Each state includes the one before.
type State uint8

const (
	Nonauth  State = iota // connected
	Auth                  // logged in
	Created               // the mailbox of the test exists
	Appended              // with its messages
	Selected              // and selected, on each connection
)

// states are the states by their words in the header.
var states = map[string]State{"nonauth": Nonauth, "auth": Auth, "created": Created, "appended": Appended, "selected": Selected}

// A group holds commands that are sent without waiting for answers, and the responses expected to them.
type group struct {
	conn     int // from 0
	greeting bool
	commands []*sent
	untagged []*untagged
	pending  int // commands whose reply has not been read from the file
	sleep    string
	output   []entry
}

// A sent is a command of a group.
type sent struct {
	at    int // its line
	tag   string
	text  entry
	reply *match.Pattern // nil if any answer will do
	wants string         // the reply as it is written
	said  int            // its line
	known bool           // the reply has been read from the file
}

// existence says whether an untagged response must, must not or may come.
type existence byte

const (
	must    existence = '*'
	mustNot existence = '!'
	may     existence = '?'
)

// An untagged is an expected untagged response.
type untagged struct {
	at      int
	exists  existence
	pattern *match.Pattern
	text    string
}

// An Error says what is wrong with a file, and on which line.
type Error struct {
	Line int
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// IsTest reports whether a text, or the beginning of one, has an ImapTest header.
func IsTest(text []byte) bool {
	found := false
	for line := range strings.Lines(string(text)) {
		whole := strings.HasSuffix(line, "\n")
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "":
			return found
		case line[0] == '#':
		case !whole:
			return false
		default:
			key, _, ok := strings.Cut(line, ":")
			if !ok || !isKey(key) {
				return false
			}
			found = true
		}
	}
	return false
}

// isKey reports whether a word is a key of the header.
func isKey(key string) bool {
	key = strings.ToLower(strings.TrimSpace(key))
	if n, ok := strings.CutPrefix(key, "user "); ok {
		return isNumber(n)
	}
	switch key {
	case "capabilities", "connections", "messages", "state", "ignore_extra_untagged":
		return true
	}
	return false
}

func isNumber(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) < 10
}

// HasSecondUser reports whether the second user logs in.
func (t *Test) HasSecondUser() bool { return slices.Contains(t.Users, SecondUser) }

// NeedsPassword reports whether a command contains a user's password.
func (t *Test) NeedsPassword() bool {
	for _, g := range t.groups {
		for _, c := range g.commands {
			for _, p := range c.text.pieces {
				if strings.Contains(p.text, "$password") || strings.Contains(p.text, "${password") {
					return true
				}
			}
		}
	}
	return false
}

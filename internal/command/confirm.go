package command

import "strings"

// Confirm returns what a command would permanently destroy, as the first part of a question at a terminal;
// "" if no question is needed.
func (m Match) Confirm(v *View) string {
	if m.Row().Confirm == nil {
		return ""
	}
	return m.Row().Confirm(&m, v.orNothing())
}

// first returns the first argument, or "".
func (m *Match) first() string {
	if args := m.Args(); len(args) > 0 {
		return args[0].Text
	}
	return ""
}

func deleteAsks(m *Match, _ *View) string {
	return "DELETE removes " + m.first() + " and all its messages"
}

func expungeAsks(m *Match, _ *View) string {
	if m.ByUID() {
		return `UID EXPUNGE permanently removes the messages ` + m.first() + ` that have \Deleted`
	}
	return `EXPUNGE permanently removes all messages that have \Deleted`
}

func closeAsks(m *Match, v *View) string {
	if m.EffectOf(v) != Destroys {
		return ""
	}
	return `CLOSE permanently removes all messages that have \Deleted; UNSELECT does not`
}

func renameAsks(m *Match, _ *View) string {
	if !strings.EqualFold(unquote(m.first()), "INBOX") {
		return ""
	}
	return "RENAME INBOX moves all its messages to the new mailbox"
}

func storeAsks(m *Match, v *View) string {
	if m.EffectOf(v) != Destroys || !wholeMailbox(m.first()) {
		return ""
	}
	return `STORE sets \Deleted on all messages`
}

// wholeMailbox reports whether a set includes every message: 1:* in either order.
func wholeMailbox(set string) bool {
	for _, part := range strings.Split(set, ",") {
		if part == "1:*" || part == "*:1" {
			return true
		}
	}
	return false
}

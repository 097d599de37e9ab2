package command

import "strings"

// Confirm returns what a command is about to destroy that cannot be had again, for a
// question at a terminal; "" when it need not be asked about.
func (m Match) Confirm(v *View) string {
	if m.Row().Confirm == nil {
		return ""
	}
	return m.Row().Confirm(&m, v.orNothing())
}

// first is the first argument, "" without.
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
		return `UID EXPUNGE removes those of ` + m.first() + ` with \Deleted for good`
	}
	return `EXPUNGE removes all messages with \Deleted for good`
}

func closeAsks(m *Match, v *View) string {
	if m.EffectOf(v) != Destroys {
		return ""
	}
	return `CLOSE removes all messages with \Deleted for good; UNSELECT does not`
}

func renameAsks(m *Match, _ *View) string {
	if !strings.EqualFold(unquote(m.first()), "INBOX") {
		return ""
	}
	return "RENAME INBOX moves all its messages away"
}

func storeAsks(m *Match, v *View) string {
	if m.EffectOf(v) != Destroys || !wholeMailbox(m.first()) {
		return ""
	}
	return `STORE puts \Deleted on all messages`
}

// wholeMailbox reports whether a set has every message: 1:* in whatever order.
func wholeMailbox(set string) bool {
	for _, part := range strings.Split(set, ",") {
		if part == "1:*" || part == "*:1" {
			return true
		}
	}
	return false
}

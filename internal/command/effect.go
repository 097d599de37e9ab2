package command

import "strings"

func reads(Match, *View) Effect    { return Reads }
func changes(Match, *View) Effect  { return Changes }
func destroys(Match, *View) Effect { return Destroys }

// closes: CLOSE removes nothing from a mailbox opened read-only (RFC 9051 §6.4.1).
func closes(_ Match, v *View) Effect {
	if v != nil && v.ReadOnly {
		return None
	}
	return Destroys
}

// fetches: some data items set \Seen if the mailbox is not read-only.
func fetches(m Match, v *View) Effect {
	if v != nil && v.ReadOnly {
		return Reads
	}
	for _, word := range m.atoms() {
		for i := range fetchItems {
			if t := &fetchItems[i]; t.Seen && suitsItem(t, word) {
				return Changes
			}
		}
	}
	return Reads
}

// stores: to add \Deleted, or to replace the flags with it, is the first step of removing a message.
func stores(m Match, _ *View) Effect {
	removing := false
	for _, word := range m.atoms() {
		name := strings.ToUpper(word)
		switch {
		case strings.HasPrefix(name, "-"):
			removing = true
		case name == `\DELETED` || name == "+DELETED" || name == `+\DELETED`:
			if !removing {
				return Destroys
			}
		case strings.HasPrefix(name, "+") && !strings.Contains(name, "FLAGS"):
			// +seen deleted: the flags after the first one are bare names too.
			if strings.Contains(strings.ToUpper(m.Line), " DELETED") {
				return Destroys
			}
		}
	}
	return Changes
}

// atoms returns the words of the line after the command, with each word of a list by itself.
func (m *Match) atoms() []string {
	toks, _ := lex(m.Line, commandName(m.Line).End, true)
	out := make([]string, 0, len(toks))
	for _, t := range toks {
		if t.kind == wordToken {
			out = append(out, m.Line[t.Start:t.End])
		}
	}
	return out
}

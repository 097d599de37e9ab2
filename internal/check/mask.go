package check

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/wire"
)

// secretLeast is how long a secret must be, in octets, to be masked in what a server writes. What
// the check sends is masked whatever its length; but one of two letters would be found in every
// word, and the holes would tell more of it than they hide.
const secretLeast = 4

// A mask knows the secrets of a check, to hide them also where a server echoes them: a BAD that
// quotes the command, a text with the password. Each is known in the forms in which it may be
// met: as it is, escaped for people, and within quotes. Those that a server makes of it by itself
// (another case, another encoding) are not found.
type mask struct {
	forms   [][]byte // longest first: a form may be a part of another
	longest int
}

func (m *mask) add(secret string) {
	if len(secret) < secretLeast {
		return
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret)
	goQuoted := strconv.Quote(secret)
	for _, form := range []string{secret, wire.EscapeString(secret), quoted, wire.EscapeString(quoted), goQuoted[1 : len(goQuoted)-1]} {
		b := []byte(form)
		if slices.ContainsFunc(m.forms, func(known []byte) bool { return bytes.Equal(known, b) }) {
			continue
		}
		m.forms = append(m.forms, b)
		m.longest = max(m.longest, len(b))
	}
	slices.SortStableFunc(m.forms, func(a, b []byte) int { return len(b) - len(a) })
}

// of is text with the secrets masked; text itself where there is none.
func (m *mask) of(text []byte) []byte {
	for _, form := range m.forms {
		if bytes.Contains(text, form) {
			text = bytes.ReplaceAll(text, form, []byte(command.Masked))
		}
	}
	return text
}

// apart is how many octets of an unfinished text can go by themselves: no secret crosses that
// place, nor one that may still be coming.
func (m *mask) apart(text []byte) int {
	n := len(text) - m.longest
	for moved := true; moved; {
		moved = false
		for _, form := range m.forms {
			i := bytes.LastIndex(text[:min(len(text), n+len(form)-1)], form)
			if i >= 0 && i < n && i+len(form) > n {
				n, moved = i, true
			}
		}
	}
	return n
}

func (m *mask) ofString(text string) string {
	for _, form := range m.forms {
		text = strings.ReplaceAll(text, string(form), command.Masked)
	}
	return text
}

// step masks all that a step quotes.
func (m *mask) step(s *Step) {
	if len(m.forms) == 0 {
		return
	}
	s.Says, s.Cause, s.Hint = m.ofString(s.Says), m.ofString(s.Cause), m.ofString(s.Hint)
	for i := range s.Findings {
		m.finding(&s.Findings[i])
	}
}

// finding masks a finding. The place that it means moves with what stands before it.
func (m *mask) finding(f *Finding) {
	f.Mailbox, f.Refused, f.Oddity.Text = m.ofString(f.Mailbox), m.ofString(f.Refused), m.ofString(f.Oddity.Text)
	at := min(max(0, f.Oddity.Off-f.LineAt), int64(len(f.Line)))
	f.Oddity.Off += int64(len(m.of(f.Line[:at]))) - at
	f.Line = m.of(f.Line)
}

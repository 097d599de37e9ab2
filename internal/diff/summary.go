package diff

import (
	"strings"

	"imapsh/internal/text"
)

// String says what was not compared, and why.
func (g Gap) String() string {
	what := g.Part.Name
	if g.Mailbox != "" {
		what += " of " + g.Mailbox
	}
	if g.Rest {
		what += " and of the mailboxes after it"
	}
	what += " not compared: "
	if g.Side != "" {
		what += g.Side + ": "
	}
	return what + g.Why
}

// Summary returns the result in one line.
func (r *Result) Summary() string {
	if r.Why != "" {
		return "not compared: " + r.Why
	}
	var b strings.Builder
	if gaps := r.gaps(); gaps > 0 {
		b.WriteString("incomplete: ")
		b.Write(text.AppendPlural(nil, int64(gaps), "comparison", "comparisons"))
		b.WriteString(" failed; ")
	}
	n := r.Differences()
	switch n {
	case 0:
		b.WriteString("no differences")
	default:
		b.Write(text.AppendPlural(nil, int64(n), "difference", "differences"))
		b.WriteString(": ")
		first := true
		for i := range parts {
			if count := r.Counts[parts[i].Name]; count > 0 {
				if !first {
					b.WriteString(", ")
				}
				first = false
				b.Write(text.AppendPlural(nil, int64(count), parts[i].One, parts[i].Many))
			}
		}
	}
	if r.Mailboxes > 0 {
		b.WriteString("; ")
		b.Write(text.AppendPlural(nil, int64(r.Mailboxes), "mailbox", "mailboxes"))
		b.WriteString(" on both sides")
	}
	if r.Messages > 0 {
		b.WriteString(", ")
		b.Write(text.AppendPlural(nil, int64(r.Messages), "message", "messages"))
		b.WriteString(" compared")
	}
	if lacking := r.lackingParts(); len(lacking) > 0 {
		b.WriteString("; not compared: " + strings.Join(lacking, ", "))
	}
	return b.String()
}

// lackingParts returns the names of the parts that one side does not offer.
func (r *Result) lackingParts() (names []string) {
	for _, g := range r.Gaps {
		if g.Lacking {
			names = append(names, g.Part.Name)
		}
	}
	return names
}

// gaps returns how many comparisons failed although both sides offer the part.
func (r *Result) gaps() int {
	return r.GapsAll - len(r.lackingParts())
}

package command

import (
	"strings"

	"imapsh/internal/sasl"
)

// secrets gives the spans of a line that must not be shown again. In doubt more
// is hidden, never less.
func secrets(m *Match) []Span {
	hide := func(from int) []Span {
		for from < len(m.Line) && isBlank(m.Line[from]) {
			from++
		}
		if from >= len(m.Line) {
			return nil
		}
		return []Span{{from, len(m.Line)}}
	}
	args := m.Args()
	switch {
	case m.Row().LogsIn:
		if len(args) == 0 {
			return nil
		}
		if m.Literal != nil && len(args) <= 2 && m.Literal.At == args[len(args)-1].Start {
			return nil // the octets are to come
		}
		if m.Fits && len(args) == 2 {
			return []Span{args[1].Span}
		}
		if first := args[0].Text; first[0] == '"' && !isQuoted(first) || first[0] == '(' {
			return hide(args[0].Start)
		}
		return hide(args[0].End)
	case m.Command != nil:
		return nil
	}
	// No command: a near miss of one that logs in, first word or behind what may be a tag.
	for _, w := range m.Words[:min(2, len(m.Words))] {
		if revealing(w.Text) {
			return hide(w.End)
		}
	}
	return nil
}

// literalSecrets tells whether the literal's octets are a secret, and what follows them.
func literalSecrets(m *Match) (octets, rest bool) {
	if m.Literal == nil {
		return false, false
	}
	if m.Command == nil {
		for _, w := range m.Words[:min(2, len(m.Words))] {
			if revealing(w.Text) {
				return true, true
			}
		}
		return false, false
	}
	if !m.Row().LogsIn {
		return false, false
	}
	n := len(m.Args())
	return n > 1, true
}

// Reveals reports whether sending the line gives a secret to whoever reads the
// link, and by what ("LOGIN", "AUTHENTICATE PLAIN"). A mechanism that is not in
// the table, and a near miss of LOGIN or AUTHENTICATE, are taken to reveal it.
func (m *Match) Reveals() (by string, reveals bool) {
	args := m.Args()
	switch {
	case m.Row().LogsIn && len(args) == 0:
		return "", false
	case m.Row().Continues == SASL:
		mech := sasl.Lookup(unquote(args[0].Text))
		return "AUTHENTICATE " + strings.ToUpper(args[0].Text), mech == nil || mech.Reveals
	case m.Row().LogsIn:
		return m.Name, true
	case m.Command == nil && len(m.Secrets) > 0:
		return m.Name, true
	}
	return "", false
}

// revealing reports whether a word is a command that logs in, or was to be one.
func revealing(word string) bool {
	word = strings.ToUpper(word)
	for i := range table {
		c := &table[i]
		if most := slips(c.Name); c.LogsIn && (len(word) >= 3 && strings.HasPrefix(c.Name, word) || distance(word, c.Name, most) <= most) {
			return true
		}
	}
	return false
}

// Mask writes •••••• for each of the spans, whatever its length.
func Mask(line string, spans []Span) string {
	if len(spans) == 0 {
		return line
	}
	var b strings.Builder
	at := 0
	for _, s := range spans {
		if s.Start < at || s.End > len(line) {
			continue
		}
		b.WriteString(line[at:s.Start])
		b.WriteString(Masked)
		at = s.End
	}
	b.WriteString(line[at:])
	return b.String()
}

// Masked stands for a secret, whatever its length.
const Masked = "••••••"

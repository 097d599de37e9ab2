package match

import (
	"slices"
	"strings"
	"time"

	"imapsh/internal/wire"
)

// one compares one value with a node.
func (m *matcher) one(n *Node, v *Value, then func() bool) bool {
	if m.steps++; m.steps > maxSteps {
		return false
	}
	switch n.kind {
	case anything, some:
		return then()
	case group:
		if v.Kind != List {
			return false
		}
		mode := n.mode
		if mode == nil && modes[v.role] != nil {
			mode = m.closed(modes[v.role])
		}
		if mode != nil && mode.Unordered {
			return m.set(n.inside, v.Inside, mode, then)
		}
		return m.seq(n.inside, v.Inside, then)
	case coded:
		return v.Kind == Code && m.code(n.inside, v.Inside, then)
	}
	switch {
	case v.Kind == List || v.Kind == Code:
		return false
	case n.stands == whatever:
		return then()
	case v.Lost:
		m.lost = true
		return false
	case n.stands != noIdentity:
		return m.standsFor(n.stands, n.fixed(), v, then)
	case n.kind == matching:
		return v.Kind != Nil && n.re.MatchString(strings.ReplaceAll(v.readable(), "\r\n", "\n")) && then()
	}
	if name, ok := n.alone(); ok {
		if have, ok := m.lookup(name); ok {
			return (m.same(have, true, v) || v.Kind == Nil && have == "") && then()
		}
		text := m.readable(v)
		if v.Kind == Nil {
			text = ""
		}
		return m.bind(name, text, then)
	}
	if n.variable() {
		if text, ok := m.known(n.parts); ok {
			return v.Kind != Nil && m.same(text, true, v) && then()
		}
		return v.Kind != Nil && m.spelt(n.parts, m.readable(v), m.how.Fold || v.Kind == Atom || v.role == caseless, then)
	}
	return m.same(n.fixed(), n.quoted, v) && then()
}

// spelt compares a text that consists of fixed parts and names. A name without a value matches as little as possible.
func (m *matcher) spelt(parts []Part, s string, fold bool, then func() bool) bool {
	if m.steps++; m.steps > maxSteps {
		return false
	}
	if len(parts) == 0 {
		return s == "" && then()
	}
	p := &parts[0]
	text, fixed := p.Text, !p.Wild
	if p.Name != "" {
		text, fixed = m.lookup(p.Name)
	}
	if fixed {
		whole := fold
		fold = fold && !p.Exact
		if len(s) < len(text) || s[:len(text)] != text && !(fold && strings.EqualFold(s[:len(text)], text)) {
			return false
		}
		return m.spelt(parts[1:], s[len(text):], whole, then)
	}
	for i := 0; i <= len(s); i++ {
		rest := s[i:]
		next := func() bool { return m.spelt(parts[1:], rest, fold, then) }
		if p.Wild && next() || !p.Wild && m.bind(p.Name, s[:i], next) {
			return true
		}
	}
	return false
}

// known returns the text of parts that all have a value. It returns false if one has none, or must be compared
// exactly.
func (m *matcher) known(parts []Part) (string, bool) {
	var b strings.Builder
	for i := range parts {
		p := &parts[i]
		text, ok := p.Text, !p.Wild && !p.Exact
		if p.Name != "" {
			text, ok = m.lookup(p.Name)
		}
		if !ok {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String(), true
}

// readable returns the text that a name is bound to.
func (m *matcher) readable(v *Value) string {
	if m.how.Wire {
		return v.Text
	}
	return v.readable()
}

// readable returns the text of a value as people write it: mailbox names are decoded.
func (v *Value) readable() string {
	if v.role == mailbox {
		if name, ok := wire.DecodeMailbox(v.Text); ok {
			return name
		}
	}
	return v.Text
}

// same reports whether a fixed text means the same as a value.
func (m *matcher) same(text string, quoted bool, v *Value) bool {
	if m.how.ToNUL && strings.IndexByte(v.Text, 0) >= 0 {
		short := *v
		short.Text, _, _ = strings.Cut(v.Text, "\x00")
		text, _, _ = strings.Cut(text, "\x00")
		v = &short
	}
	if m.how.Fold && v.Kind != Nil && strings.EqualFold(text, v.Text) {
		return quoted || v.Kind == Atom || !strings.EqualFold(text, "NIL")
	}
	switch v.role {
	case mailbox:
		return text == v.Text || text == v.readable() || strings.EqualFold(text, "INBOX") && strings.EqualFold(v.Text, "INBOX")
	case date:
		x, ok1 := Instant(text)
		y, ok2 := Instant(v.Text)
		return text == v.Text || ok1 && ok2 && x.Equal(y)
	case rights:
		return v.Kind != Nil && sorted(text) == sorted(v.Text)
	case caseless:
		if v.Kind == String {
			return strings.EqualFold(text, v.Text)
		}
	}
	switch v.Kind {
	case Nil:
		return !quoted && strings.EqualFold(text, "NIL")
	case Atom:
		return strings.EqualFold(section(text), section(v.Text)) || sameSet(text, v.Text)
	}
	return text == v.Text && (quoted || !strings.EqualFold(text, "NIL"))
}

// Instant parses a date-time of IMAP (RFC 9051 §9) or of RFC 3339, and reports whether s is one.
func Instant(s string) (time.Time, bool) {
	for _, layout := range []string{"_2-Jan-2006 15:04:05 -0700", "2-Jan-2006 15:04:05 -0700", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func sorted(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

package trace

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"imapsh/internal/command"
	"imapsh/internal/sasl"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// secretLeast is the length in bytes from which a secret is masked in what a server sends. What we send is masked
// whatever its length; but a secret of two letters would be found in many words, and the masks would reveal it.
const secretLeast = 4

// A Mask knows secrets that were sent, to hide them also if a server echoes them: a BAD that quotes the command, a
// text with the password. Each is known in several forms: as it is, escaped for people, and as a quoted string. Other
// forms that a server may make of it (another case, another encoding) are not found. The zero value knows no secrets.
type Mask struct {
	forms   [][]byte // longest first, as a form may be part of another
	longest int
}

// Add makes a secret known. One shorter than secretLeast is ignored.
func (m *Mask) Add(secret string) {
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

// Step returns a step as it may be shown, and makes its secrets known. It returns st itself if there is nothing to
// mask.
func (m *Mask) Step(st *tagger.Step) *tagger.Step {
	if len(st.Secrets) == 0 {
		return st
	}
	shown := *st
	shown.Bytes, shown.Secrets = nil, nil
	at := 0
	for _, s := range st.Secrets {
		from, to := max(s.Start, at), min(s.End, len(st.Bytes))
		if from >= to {
			continue
		}
		if st.Read {
			m.Add(string(st.Bytes[from:to]))
		} else {
			m.AddAll(st.Bytes[from:to])
		}
		shown.Bytes = append(shown.Bytes, st.Bytes[at:from]...)
		start := len(shown.Bytes)
		shown.Bytes = append(shown.Bytes, command.Masked...)
		shown.Secrets = append(shown.Secrets, command.Span{Start: start, End: len(shown.Bytes)})
		at = to
	}
	shown.Bytes = append(shown.Bytes, st.Bytes[at:]...)
	return &shown
}

// AddAll makes the hidden part of a line known: all of it, each of its words, and the secrets in its base64.
func (m *Mask) AddAll(hidden []byte) {
	m.Add(unquoted(hidden))
	if bytes.IndexByte(hidden, ' ') >= 0 && hidden[0] != '"' && len(hidden) <= wordsMost {
		for w := range bytes.FieldsSeq(hidden) {
			m.Add(unquoted(w))
			m.addDecoded(w)
		}
		return
	}
	m.addDecoded(hidden)
}

// wordsMost is the size in bytes up to which a hidden text is masked word by word as well.
const wordsMost = 4 << 10

// addDecoded makes the secrets known that base64 may hold when the mechanism is not known.
func (m *Mask) addDecoded(b64 []byte) {
	said, err := base64.StdEncoding.DecodeString(string(b64))
	if err != nil || !utf8.Valid(said) {
		return
	}
	for _, secret := range sasl.Guess(said) {
		m.Add(secret)
	}
}

// unquoted returns the content of a quoted string, or all of b if b is not quoted.
func unquoted(b []byte) string {
	if n := len(b); n >= 2 && b[0] == '"' && b[n-1] == '"' {
		return string(wire.Unquote(b[1 : n-1]))
	}
	return string(b)
}

// Of returns text with the secrets masked; text itself, not copied, if it has none.
func (m *Mask) Of(text []byte) []byte {
	for _, form := range m.forms {
		if bytes.Contains(text, form) {
			text = bytes.ReplaceAll(text, form, []byte(command.Masked))
		}
	}
	return text
}

// Apart returns how many bytes of an unfinished text can be passed on now: up to a place that no secret crosses, even
// one that is not complete yet.
func (m *Mask) Apart(text []byte) int {
	n := max(0, len(text)-m.longest)
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

// OfString is like Of, for a string.
func (m *Mask) OfString(text string) string {
	for _, form := range m.forms {
		text = strings.ReplaceAll(text, string(form), command.Masked)
	}
	return text
}

// Clone returns an independent copy of the mask; nil if m is nil.
func (m *Mask) Clone() *Mask {
	if m == nil {
		return nil
	}
	return &Mask{forms: slices.Clone(m.forms), longest: m.longest}
}

// Empty reports whether no secret is known.
func (m *Mask) Empty() bool { return len(m.forms) == 0 }

// Forget removes all secrets.
func (m *Mask) Forget() { *m = Mask{} }

// Finds reports whether text holds a secret.
func (m *Mask) Finds(text []byte) bool {
	for _, form := range m.forms {
		if bytes.Contains(text, form) {
			return true
		}
	}
	return false
}

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

// secretLeast is how long a secret must be, in bytes, to be masked in what a server writes. What
// is sent is masked whatever its length; but one of two letters would be found in every word, and
// the holes would say more of it than they hide.
const secretLeast = 4

// A Mask knows secrets that were sent, to hide them also if a server echoes them: a BAD that
// quotes the command, a text with the password. Each is known in the forms in which it may be
// met: as it is, escaped for people, and within quotes. Those that a server makes of it by itself
// (another case, another encoding) are not found. The zero value knows none.
type Mask struct {
	forms   [][]byte // longest first: a form may be a part of another
	longest int
}

// Add makes a secret known. A short one is not looked for.
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

// Step returns a step as it may be shown, and makes its secrets known.
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

// AddAll makes known what is hidden of a line, its words each, and what base64 in it says.
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

// wordsMost is how long a hidden text may be to be looked for word by word, in bytes.
const wordsMost = 4 << 10

// addDecoded makes known what base64 may say, when nobody knows which mechanism it is for.
func (m *Mask) addDecoded(b64 []byte) {
	said, err := base64.StdEncoding.DecodeString(string(b64))
	if err != nil || !utf8.Valid(said) {
		return
	}
	for _, secret := range sasl.Guess(said) {
		m.Add(secret)
	}
}

// unquoted is what is within quotes, or all.
func unquoted(b []byte) string {
	if n := len(b); n >= 2 && b[0] == '"' && b[n-1] == '"' {
		return string(wire.Unquote(b[1 : n-1]))
	}
	return string(b)
}

// Of returns text with the secrets masked; text itself if there is none.
func (m *Mask) Of(text []byte) []byte {
	for _, form := range m.forms {
		if bytes.Contains(text, form) {
			text = bytes.ReplaceAll(text, form, []byte(command.Masked))
		}
	}
	return text
}

// Apart returns how many bytes of an unfinished text can go by themselves: no secret crosses that
// place, nor one that may still be coming.
func (m *Mask) Apart(text []byte) int {
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

// OfString returns text with the secrets masked.
func (m *Mask) OfString(text string) string {
	for _, form := range m.forms {
		text = strings.ReplaceAll(text, string(form), command.Masked)
	}
	return text
}

// Clone returns a mask of its own that knows the same; nil of nil.
func (m *Mask) Clone() *Mask {
	if m == nil {
		return nil
	}
	return &Mask{forms: slices.Clone(m.forms), longest: m.longest}
}

// Empty reports whether no secret is known.
func (m *Mask) Empty() bool { return len(m.forms) == 0 }

// Forget makes the mask know nothing again.
func (m *Mask) Forget() { *m = Mask{} }

// Finds reports whether a secret is in text.
func (m *Mask) Finds(text []byte) bool {
	for _, form := range m.forms {
		if bytes.Contains(text, form) {
			return true
		}
	}
	return false
}

package command

import "strings"

// A Text may be sent as part of a command as it is: it was typed, is in a script, or is written in the program. A
// constant is a Text, and so is anything cut out of a Text. Any other string is a value, which becomes part
// of a command only through an encoder: a Value if it may need a literal, AtomText, QuotedText or
// MailboxText if it must not. A test lists every other conversion.
type Text string

// TrimSpace returns the text without white space at its ends.
func (t Text) TrimSpace() Text { return Text(strings.TrimSpace(string(t))) }

// TrimLeft returns the text without the spaces and TABs at its start.
func (t Text) TrimLeft() Text { return TrimBlanks(t) }

// Cut is strings.Cut.
func (t Text) Cut(sep string) (before, after Text, found bool) {
	b, a, found := strings.Cut(string(t), sep)
	return Text(b), Text(a), found
}

// Fields returns the words between white space.
func (t Text) Fields() []Text {
	words := strings.Fields(string(t))
	out := make([]Text, len(words))
	for i, w := range words {
		out[i] = Text(w)
	}
	return out
}

// AtomText returns a value as an atom (RFC 9051 §9); false if it is not one.
func AtomText(value string) (Text, bool) {
	return Text(value), isAtomOf(value, isAtomChar)
}

// QuotedText returns a value as a quoted string, which must not contain CR, LF or NUL (RFC 9051 §9); false if
// the value does.
func QuotedText(value string) (Text, bool) {
	return Text(Quote(value)), !strings.ContainsAny(value, "\r\n\x00")
}

package command

import "strings"

// A Text may be sent as part of a command as it is: it was typed, a script has it, or the program says
// it. A constant is a Text by itself, and so is what is cut out of one. Any other string is a value,
// which becomes part of a command only as an encoder writes it: a Value if a literal may be needed,
// AtomText, QuotedText or MailboxText if none can be. A test lists each place that makes one otherwise.
type Text string

// TrimSpace returns the text without white space at its ends.
func (t Text) TrimSpace() Text { return Text(strings.TrimSpace(string(t))) }

// TrimLeft returns the text without the spaces and TABs that it begins with.
func (t Text) TrimLeft() Text { return TrimBlanks(t) }

// Cut returns what is before and after the first sep.
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

// AtomText returns a value as an atom (RFC 9051 §9); false if it is none.
func AtomText(value string) (Text, bool) {
	return Text(value), isAtomOf(value, isAtomChar)
}

// QuotedText returns a value as a quoted string, which holds no CR, LF or NUL (RFC 9051 §9); false if
// the value has one.
func QuotedText(value string) (Text, bool) {
	return Text(Quote(value)), !strings.ContainsAny(value, "\r\n\x00")
}

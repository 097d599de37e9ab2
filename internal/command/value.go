package command

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"imapsh/internal/wire"
)

// A Value is an argument that nobody typed: of a URL, a profile, the environment, a program, a server. It
// is sent in the form that its bytes demand (RFC 9051 §4.3, §5.1), as an atom, a quoted string or a
// literal, so that nothing in it can end the command.
type Value struct {
	s      string
	kind   Kind
	secret bool
	coded  bool // it is in a form that goes as it is
}

// A BadValueError is that no form of a command's argument holds a value.
type BadValueError struct{ What string }

// Error says so, and nothing of the value.
func (e *BadValueError) Error() string { return e.What + " has a NUL byte, which no command can hold" }

// AStringValue returns a value as an astring; what names it in an error.
func AStringValue(what, value string) (Value, error) { return newValue(what, value, AString) }

// MailboxValue returns a mailbox's name as a value: decoded, or as a server has written it.
func MailboxValue(name string) (Value, error) {
	return newValue("the name of the mailbox", name, Mailbox)
}

// SecretValue returns a secret as a value, an astring that is shown nowhere.
func SecretValue(secret string) (Value, error) {
	v, err := newValue("the password", secret, AString)
	v.secret = true
	return v, err
}

// InitialValue returns an initial response of AUTHENTICATE: in base64, an empty one as "=" (RFC 4959 §3).
func InitialValue(message []byte) Value {
	v := Value{s: base64.StdEncoding.EncodeToString(message), secret: true, coded: true}
	if v.s == "" {
		v.s = "="
	}
	return v
}

func newValue(what, s string, kind Kind) (Value, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return Value{}, &BadValueError{what}
	}
	return Value{s: s, kind: kind}, nil
}

// With returns a command with values as its last arguments: what is sent, and how it reads without its
// secrets, a literal as its announcement.
func With(t Text, values []Value, view *View) ([]Piece, *Match) {
	c := completion{v: view.orNothing(), text: []byte(t)}
	line := string(t)
	for _, v := range values {
		pieces, from := len(c.pieces), len(c.text)
		v.add(&c)
		switch {
		case v.secret:
		case len(c.pieces) > pieces:
			line += fmt.Sprintf(" {%d}", len(v.s))
		default:
			line += string(c.text[from:])
		}
	}
	c.flush()
	m := MatchLine(line)
	m.Literal, m.LiteralSecret, m.RestSecret = nil, false, false // its bytes are at hand
	return c.pieces, m
}

// add writes the value after what is written.
func (v Value) add(c *completion) {
	if v.coded {
		c.addText(v.s, v.secret)
		return
	}
	if v.kind == Mailbox && !c.v.UTF8 {
		c.addText(asString(mailboxName(v.s), Mailbox), v.secret)
		return
	}
	c.addString(v.s, v.kind, v.secret)
}

// mailboxName is a name as it is written if UTF-8 is not allowed: encoded, unless it is already.
func mailboxName(name string) string {
	if _, ok := wire.DecodeMailbox(name); ok && isASCII(name) && !hasControl(name) {
		return name
	}
	return wire.EncodeMailbox(strings.ToValidUTF8(name, "\ufffd"))
}

// MailboxText returns a decoded mailbox name as a word of a command: encoded as the session demands, and
// quoted if it must be. It is false if only a literal could hold it.
func MailboxText(name string, v *View) (Text, bool) {
	v = v.orNothing()
	switch {
	case !v.UTF8:
		return Text(asString(wire.EncodeMailbox(strings.ToValidUTF8(name, "\ufffd")), Mailbox)), true
	case hasControl(name) || !utf8.ValidString(name):
		return "", false
	case !isASCII(name):
		return Text(Quote(name)), true
	}
	return Text(asString(name, Mailbox)), true
}

// WireMailboxText is MailboxText of a name as the server wrote it.
func WireMailboxText(name string) (Text, bool) {
	if !isASCII(name) {
		return QuotedText(name)
	}
	return Text(asString(name, Mailbox)), !hasControl(name)
}

func hasControl(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) >= 0
}

package command

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"imapsh/internal/wire"
)

// A Value is an argument that nobody typed: from a URL, a profile, the environment, a program or a server. It is
// sent in the form that its bytes require (RFC 9051 §4.3, §5.1), an atom, a quoted string or a literal, so that
// nothing in it can end the command.
type Value struct {
	s      string
	kind   Kind
	secret bool
	coded  bool // it is sent exactly as it is
}

// A BadValueError says that a value cannot be sent in any form. What names the value.
type BadValueError struct{ What string }

// Error names the value but does not show it.
func (e *BadValueError) Error() string { return e.What + " has a NUL byte, which no command can hold" }

// AStringValue returns a value as an astring; what names it in errors. It fails if the value has a NUL.
func AStringValue(what, value string) (Value, error) { return newValue(what, value, AString) }

// MailboxValue returns a mailbox name as a value, decoded or as a server wrote it. It fails if the name has a NUL.
func MailboxValue(name string) (Value, error) {
	return newValue("the name of the mailbox", name, Mailbox)
}

// SecretValue returns a password as a value: an astring that is never shown. It fails if the password has a NUL.
func SecretValue(secret string) (Value, error) {
	v, err := newValue("the password", secret, AString)
	v.secret = true
	return v, err
}

// InitialValue returns an initial response of AUTHENTICATE, encoded in base64, an empty one as "=" (RFC 4959 §3).
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

// With returns a command with values as its last arguments: the pieces to send, and how the line reads without its
// secrets and with each literal as its announcement.
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
	m.Literal, m.LiteralSecret, m.RestSecret = nil, false, false // its bytes are in the pieces
	return c.pieces, m
}

// add appends the value to what has been written.
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

// mailboxName returns a name in the form for a session without UTF-8: encoded, unless it is already.
func mailboxName(name string) string {
	if _, ok := wire.DecodeMailbox(name); ok && isASCII(name) && !hasControl(name) {
		return name
	}
	return wire.EncodeMailbox(strings.ToValidUTF8(name, "\ufffd"))
}

// MailboxText returns a decoded mailbox name as a word of a command: encoded if the session requires it, and
// quoted if necessary. It returns false if only a literal could hold the name.
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

// WireMailboxText is MailboxText for a name as a server wrote it.
func WireMailboxText(name string) (Text, bool) {
	if !isASCII(name) {
		return QuotedText(name)
	}
	return Text(asString(name, Mailbox)), !hasControl(name)
}

func hasControl(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) >= 0
}

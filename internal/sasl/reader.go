package sasl

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Reader reads an exchange for people, whoever answers in it: message after message, as they go.
// What it returns shows no secret.
type Reader interface {
	// Client reads what the client says, before it is sent.
	Client(message []byte) Reading
	// Server reads a challenge.
	Server(challenge []byte) Reading
}

// A Reading is what one message of an exchange says.
type Reading struct {
	Fields []Field
	// Wrong are sentences on what is doubtful about it.
	Wrong []string

	secrets []secret
}

// A secret cannot print itself.
type secret string

func (secret) Format(s fmt.State, _ rune) { fmt.Fprint(s, "••••••") }

// Secrets returns what must be masked wherever it is met: the password or the token that the message holds, as
// it is. Of a message that cannot be read they are guessed.
func (r *Reading) Secrets() []string {
	var out []string
	for _, s := range r.secrets {
		out = append(out, string(s))
	}
	return out
}

// A Field is a part of a message by its name.
type Field struct {
	Name, Value string
	Secret      bool // Value is empty then
}

func (r *Reading) add(name, value string) {
	r.Fields = append(r.Fields, Field{Name: name, Value: value})
}

// hide adds a secret by its name.
func (r *Reading) hide(name string, value []byte) {
	r.Fields = append(r.Fields, Field{Name: name, Secret: true})
	r.secrets = append(r.secrets, secret(value))
}

// hideAll adds a message that is not what it should be: who knows what was typed.
func (r *Reading) hideAll(message []byte) {
	r.hide("answer", bytes.TrimRight(message, "\r\n"))
	r.guess(message)
}

// guess takes for a secret what may be one in a message that is not formed as it should be: what is after the
// last NUL, as in PLAIN, else the last word of each part, as in OAuth's.
func (r *Reading) guess(message []byte) {
	message = bytes.TrimRight(message, "\r\n")
	if i := bytes.LastIndexByte(message, 0); i >= 0 {
		r.secrets = append(r.secrets, secret(message[i+1:]))
		return
	}
	for part := range bytes.SplitSeq(message, []byte{1}) {
		if isText(part) {
			r.secrets = append(r.secrets, secret(part[bytes.LastIndexByte(part, ' ')+1:]))
		}
	}
}

// Guess returns what may be a secret in a message of an exchange that is not known.
func Guess(message []byte) []string {
	var r Reading
	r.guess(message)
	return r.Secrets()
}

func (r *Reading) doubt(format string, args ...any) {
	r.Wrong = append(r.Wrong, fmt.Sprintf(format, args...))
}

// identity adds an identity, and says what is odd about it.
func (r *Reading) identity(name, value string) {
	r.add(name, value)
	if strings.TrimSpace(value) != value {
		r.doubt("the %s begins or ends with a space", name)
	}
}

// NewReader returns a reader of exchanges of a mechanism, which need not be in the table. now is
// the clock for what has expired.
func NewReader(mechanism string, now func() time.Time) Reader {
	if m := Lookup(mechanism); m != nil && m.read != nil {
		return m.read(now)
	}
	return unread{}
}

// unread is the reader of mechanisms whose messages have no fields that are known.
type unread struct{}

func (unread) Client(message []byte) (r Reading) {
	r.guess(message)
	if len(message) > 0 {
		r.add("answer", size(message))
	}
	return r
}

func (unread) Server(challenge []byte) (r Reading) {
	switch {
	case len(challenge) == 0:
	case isText(challenge):
		r.add("challenge", string(challenge))
	default:
		r.add("challenge", size(challenge))
	}
	return r
}

// size is how long a message or a part of one is.
func size[T ~string | ~[]byte](b T) string {
	if len(b) == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", len(b))
}

func isText(b []byte) bool {
	return utf8.Valid(b) && strings.IndexFunc(string(b), unicode.IsControl) < 0
}

// spelledOut finds a control that was typed as people write it and sent as these characters.
func spelledOut(message []byte, forms ...string) (string, bool) {
	for _, form := range forms {
		if strings.Contains(string(message), form) {
			return form, true
		}
	}
	return "", false
}

var (
	spelledNUL = []string{`\0`, `\x00`, "^@", "%00", `\u0000`}
	spelledSOH = []string{`\x01`, "^A", `\1`, "%01", `\u0001`, `\001`}
)

// lineEnd says that a message ends in a line end, which "echo" adds and the server takes as part of it.
func (r *Reading) lineEnd(message []byte, last string) {
	if n := len(message); n > 0 && (message[n-1] == '\n' || message[n-1] == '\r') {
		r.doubt("the answer ends with a line end, which becomes part of the %s (printf, or echo -n, adds none)", last)
	}
}

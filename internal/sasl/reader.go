package sasl

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Reader explains an exchange to people, message by message, whether the program or the user answers. What it
// returns shows no secret.
type Reader interface {
	// Client reads what the client says, before it is sent.
	Client(message []byte) Reading
	// Server reads a challenge.
	Server(challenge []byte) Reading
}

// A Reading is what one message of an exchange contains.
type Reading struct {
	Fields []Field
	// Wrong holds sentences that say what is doubtful about the message.
	Wrong []string

	secrets []secret
}

// A secret cannot print itself.
type secret string

func (secret) Format(s fmt.State, _ rune) { fmt.Fprint(s, "••••••") }

// Secrets returns what must be masked wherever it appears: the password or token in the message, unencoded. In
// a message that cannot be parsed they are guessed.
func (r *Reading) Secrets() []string {
	var out []string
	for _, s := range r.secrets {
		out = append(out, string(s))
	}
	return out
}

// A Field is a named part of a message.
type Field struct {
	Name, Value string
	Secret      bool // Value is empty then
}

func (r *Reading) add(name, value string) {
	r.Fields = append(r.Fields, Field{Name: name, Value: value})
}

// hide adds a secret under its name.
func (r *Reading) hide(name string, value []byte) {
	r.Fields = append(r.Fields, Field{Name: name, Secret: true})
	r.secrets = append(r.secrets, secret(value))
}

// hideAll adds a malformed message as a secret, because it may contain anything.
func (r *Reading) hideAll(message []byte) {
	r.hide("answer", bytes.TrimRight(message, "\r\n"))
	r.guess(message)
}

// hasControls hides a message that should be a name but has control characters, and reports whether it has: it may be the
// answer of another mechanism, with its secret.
func (r *Reading) hasControls(message []byte) bool {
	if bytes.IndexFunc(bytes.TrimRight(message, "\r\n"), unicode.IsControl) < 0 {
		return false
	}
	r.hideAll(message)
	r.doubt("a name is expected, but this has control characters, like the answer of another mechanism")
	return true
}

// guess marks what may be a secret in a malformed message: what follows the last NUL, as in PLAIN; without a NUL,
// the last word of each part, as in OAuth.
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

// Guess returns what may be a secret in a message of an unknown exchange.
func Guess(message []byte) []string {
	var r Reading
	r.guess(message)
	return r.Secrets()
}

func (r *Reading) doubt(format string, args ...any) {
	r.Wrong = append(r.Wrong, fmt.Sprintf(format, args...))
}

// identity adds an identity, and doubts it if it has spaces around it.
func (r *Reading) identity(name, value string) {
	r.add(name, value)
	if strings.TrimSpace(value) != value {
		r.doubt("the %s begins or ends with a space", name)
	}
}

// NewReader returns a reader for an exchange of a mechanism, which need not be in the table. now is the clock that
// says whether a token has expired.
func NewReader(mechanism string, now func() time.Time) Reader {
	if m := Lookup(mechanism); m != nil && m.read != nil {
		return m.read(now)
	}
	return unread{}
}

// unread reads mechanisms whose messages have no known fields.
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

// size returns the length of a message, or of a part of one, in words.
func size[T ~string | ~[]byte](b T) string {
	if len(b) == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", len(b))
}

func isText(b []byte) bool {
	return utf8.Valid(b) && strings.IndexFunc(string(b), unicode.IsControl) < 0
}

// spelledOut finds a control character that was typed in a written form, such as \0, and sent in that form.
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

// lineEnd reports a line end at the end of a message. "echo" adds one, and the server takes it as part of the message.
func (r *Reading) lineEnd(message []byte, last string) {
	if n := len(message); n > 0 && (message[n-1] == '\n' || message[n-1] == '\r') {
		r.doubt("the answer ends with a line end, which becomes part of the %s (printf, or echo -n, adds none)", last)
	}
}

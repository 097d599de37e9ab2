package transcript

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/sasl"
)

// masked reports whether a word is a placeholder for a secret that was removed.
func masked(word string) bool {
	word = strings.TrimSpace(word)
	if n := len(word); n > 1 && word[0] == '"' && word[n-1] == '"' {
		word = word[1 : n-1]
	}
	if strings.Contains(word, command.Masked) {
		return true
	}
	n := len(word)
	switch {
	case n < 3:
		return false
	case word[0] == '<' && word[n-1] == '>', word[0] == '[' && word[n-1] == ']':
		return true
	case strings.HasPrefix(word, "####") && strings.HasSuffix(word, "####"):
		return true
	}
	return strings.Trim(word, "*") == "" || strings.Trim(word, "•●∙·") == ""
}

// login is a LOGIN or AUTHENTICATE in a transcript.
type login struct {
	user, mechanism string
	shown           string // the command up to its secret
	asks            bool   // the secret is not in the line, or cannot be used again
	initial         bool   // it has an initial response
}

// loginOf parses a command without its tag. It returns nil if that is not LOGIN or AUTHENTICATE, or the words before
// the secret do not fit the grammar.
func loginOf(text string) *login {
	name, args, _ := strings.Cut(text, " ")
	arg, secret := firstArg(args)
	switch strings.ToUpper(name) {
	case "LOGIN":
		if arg == "" || !line.Fits("LOGIN "+arg+" x") {
			return nil
		}
		return &login{user: unquote(arg), shown: name + " " + arg, asks: masked(secret)}
	case "AUTHENTICATE":
		if arg == "" || !line.Fits("AUTHENTICATE "+arg) {
			return nil
		}
		l := &login{mechanism: strings.ToUpper(arg), shown: name + " " + arg, initial: secret != ""}
		m := sasl.Lookup(arg)
		l.asks = masked(secret) || m == nil || !m.Reveals // an answer to a challenge cannot be used again
		return l
	}
	return nil
}

// Asking parses a LOGIN or AUTHENTICATE without its tag, copied with its secret masked by imapsh. It returns the
// command up to the secret, which must be asked for; nil for any other text.
func Asking(text command.Text) *Line {
	if !strings.Contains(string(text), command.Masked) {
		return nil
	}
	login := loginOf(string(text))
	if login == nil || !login.asks {
		return nil
	}
	return &Line{Text: command.Text(login.shown), Asks: true, User: login.user, Mechanism: login.mechanism}
}

// firstArg returns the first word of args, which may be quoted, and what follows the space after it.
func firstArg(args string) (arg, rest string) {
	if strings.HasPrefix(args, `"`) {
		for i := 1; i < len(args); i++ {
			switch args[i] {
			case '\\':
				i++
			case '"':
				return args[:i+1], strings.TrimPrefix(args[i+1:], " ")
			}
		}
		return "", ""
	}
	arg, rest, _ = strings.Cut(args, " ")
	return arg, rest
}

func unquote(word string) string {
	if len(word) < 2 || word[0] != '"' {
		return word
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(word[1 : len(word)-1])
}

// IsAnswer reports whether a line can answer a challenge: base64, nothing, or "*" to cancel.
func IsAnswer(text string) bool {
	if text == "*" || text == "" {
		return true
	}
	body := strings.TrimRight(text, "=")
	if len(text)%4 != 0 || len(text)-len(body) > 2 {
		return false
	}
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/':
		default:
			return false
		}
	}
	return true
}

package imaptest

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
)

// A Line is a command as it is sent, without its tag: text, and literals with the text after each.
type Line struct {
	Text     command.Text
	Literals []Literal
}

// A Literal is a literal of a line, and the text after it.
type Literal struct {
	Octets []byte
	Text   command.Text
}

// A value is the value of a variable.
type value struct {
	text   string
	theirs bool // it comes from the server, so it must never become more than one argument
	secret bool
}

// expand returns a command with its variables replaced, and whether it contains a secret.
func (r *run) expand(row *entry) (line Line, secret bool, err error) {
	var texts []command.Text
	for i, p := range row.pieces {
		text, hidden, err := r.expandText(p.text, p.literal)
		if err != nil {
			return line, false, &Error{row.at, err.Error()}
		}
		secret = secret || hidden
		switch {
		case p.literal:
			line.Literals = append(line.Literals, Literal{Octets: []byte(text)})
			texts[len(texts)-1] += announced(len(text), p.binary)
		default:
			if i == 0 && strings.TrimSpace(text) == "" {
				return line, false, &Error{row.at, "the command is empty"}
			}
			texts = append(texts, command.Text(text))
		}
	}
	line.Text = texts[0]
	for i := range line.Literals {
		line.Literals[i].Text = texts[i+1]
	}
	return line, secret, nil
}

// announced returns the announcement of a literal: {n}, or ~{n} for a binary one.
func announced(n int, binary bool) command.Text {
	if binary {
		return command.Text(fmt.Sprintf("~{%d}", n))
	}
	return command.Text(fmt.Sprintf("{%d}", n))
}

// expandText replaces the variables in a text. Outside quotes, a word with a value from the server is quoted if that
// value is not an atom.
func (r *run) expandText(text string, literal bool) (out string, secret bool, err error) {
	var b, word strings.Builder
	quoted, mustQuote := false, false
	flush := func() {
		if mustQuote {
			b.WriteString(`"` + escape(word.String()) + `"`)
		} else {
			b.WriteString(word.String())
		}
		word.Reset()
		mustQuote = false
	}
	for text != "" {
		c := text[0]
		switch {
		case c == '$' && strings.HasPrefix(text, "$$"):
			word.WriteByte('$')
			text = text[2:]
			continue
		case c == '$':
			name, rest := variable(text)
			if name == "" {
				break
			}
			v, err := r.needed(name)
			if err != nil {
				return "", false, err
			}
			secret = secret || v.secret
			switch {
			case literal:
			case strings.ContainsAny(v.text, "\r\n\x00"):
				return "", false, fmt.Errorf("$%s contains a line end or NUL, which an argument cannot", name)
			case quoted:
				v.text = escape(v.text)
			case v.theirs || v.secret:
				mustQuote = mustQuote || !isAtom(v.text)
			}
			word.WriteString(v.text)
			text = rest
			continue
		case literal:
		case quoted && c == '\\' && len(text) > 1:
			word.WriteString(text[:2])
			text = text[2:]
			continue
		case c == '"':
			if !quoted {
				flush()
			}
			quoted = !quoted
			word.WriteByte(c)
			text = text[1:]
			if !quoted {
				flush()
			}
			continue
		case !quoted && (c == ' ' || c == '(' || c == ')'):
			flush()
			b.WriteByte(c)
			text = text[1:]
			continue
		}
		word.WriteByte(c)
		text = text[1:]
	}
	flush()
	return b.String(), secret, nil
}

// needed returns the value of a variable in a command; an error if it has none.
func (r *run) needed(name string) (value, error) {
	if isNumber(name) {
		text := r.sequence(name)
		if !isNumber(text) {
			return value{}, fmt.Errorf("$%s: the message is gone", name)
		}
		return value{text: text}, nil
	}
	v, ok := r.values[name]
	if !ok {
		return v, fmt.Errorf("$%s has no value ($$%s is a keyword)", name, name)
	}
	if v.secret && v.text == "" {
		return v, fmt.Errorf("$%s is not known", name)
	}
	return v, nil
}

// isAtom reports whether s can be part of an argument without quotes: it has ASTRING-CHARs (RFC 9051 §9) only, or is a
// flag.
func isAtom(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`(){"%*`, c) >= 0 || c == '\\' && i > 0 {
			return false
		}
	}
	return s != ""
}

// escape returns s as it is written between double quotes (RFC 9051 §9 quoted).
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

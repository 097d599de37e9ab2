package imaptest

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
)

// A Line is a command as it is sent: text, and literals with the text after each.
type Line struct {
	Text     command.Text
	Literals []Literal
}

// A Literal is one of a line, and what follows it.
type Literal struct {
	Octets []byte
	Text   command.Text
}

// A value is what a variable stands for.
type value struct {
	text   string
	theirs bool // the server has said it: it is one value wherever it is used, and never more than that
	secret bool
}

// expand returns a command with its variables replaced. It reports whether a secret is in it.
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

// announced is what announces a literal: {n}.
func announced(n int, binary bool) command.Text {
	if binary {
		return command.Text(fmt.Sprintf("~{%d}", n))
	}
	return command.Text(fmt.Sprintf("{%d}", n))
}

// expandText replaces the variables of a text. Outside quotes, what the server has said makes the word that it is in a
// quoted string if it is more than an atom.
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
				return "", false, fmt.Errorf("$%s holds a line end or NUL, which no argument can hold", name)
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

// needed returns the value of a variable in a command.
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

// escape writes s as it is between double quotes (RFC 9051 §9 quoted).
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

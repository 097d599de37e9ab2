package script

import (
	"errors"
	"fmt"
	"strings"

	"imapsh/internal/command"
)

// An Error says what is wrong in a line, and where.
type Error struct {
	Off  int // in bytes, 0-based
	Text string
}

func (e *Error) Error() string { return e.Text }

// A Missing says that a name has no value, or an empty one where that is not allowed.
type Missing struct {
	Name  string
	Empty bool
}

func (e *Missing) Error() string {
	if e.Empty {
		return "${" + e.Name + "} is empty"
	}
	return "${" + e.Name + "} has no value"
}

// A Ref is a reference to a name in a line; Off is the offset of its "${" in bytes.
type Ref struct {
	Name string
	Off  int
}

// Refs returns the references to names in a text, in order. A "$" by itself belongs to IMAP; a "${" that does not begin a
// name is an *Error.
func Refs(text string) ([]Ref, error) {
	var refs []Ref
	for off := 0; ; {
		i := strings.Index(text[off:], "${")
		if i < 0 {
			return refs, nil
		}
		off += i
		end := strings.IndexByte(text[off:], '}')
		if end < 0 || !IsName(text[off+2:off+end]) {
			return refs, &Error{off, "${ must begin a name, as in ${name}: letters, digits, _ and ."}
		}
		refs = append(refs, Ref{text[off+2 : off+end], off})
		off += end + 1
	}
}

// A Lookup returns the value of a name, and whether it has one.
type Lookup func(name string) (Value, bool)

// Command returns a command with its names replaced, and reports whether the value of one is a secret. The author's
// text is inserted unchanged. A foreign value becomes one IMAP value, encoded as its place requires: an atom or a
// quoted string, escaped text within quotes, an atom within parentheses.
func Command(line command.Text, value Lookup) (out command.Text, secret bool, err error) {
	text := string(line)
	refs, err := Refs(text)
	if err != nil || len(refs) == 0 {
		return line, false, err
	}
	var b strings.Builder
	quoted, depth := false, 0
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case quoted:
			switch {
			case c == '\\' && i+1 < len(text):
				b.WriteString(text[i : i+2])
				i += 2
				continue
			case strings.HasPrefix(text[i:], "${"):
				v, end, err := needed(text, i, false, value)
				if err != nil {
					return "", false, err
				}
				secret = secret || v.Secret
				if v.Foreign {
					b.WriteString(escape(v.Text))
				} else {
					b.WriteString(v.Text)
				}
				i = end
				continue
			case c == '"':
				quoted = false
			}
			b.WriteByte(c)
			i++
		case c == ' ' || c == '(' || c == ')':
			switch c {
			case '(':
				depth++
			case ')':
				depth = max(depth-1, 0)
			}
			b.WriteByte(c)
			i++
		case c == '"':
			quoted = true
			b.WriteByte(c)
			i++
		default:
			end := i
			for end < len(text) && strings.IndexByte(" ()\"", text[end]) < 0 {
				if strings.HasPrefix(text[end:], "${") {
					end += strings.IndexByte(text[end:], '}')
				}
				end++
			}
			w, sec, err := word(text[i:end], depth > 0, value)
			if err != nil {
				return "", false, err
			}
			secret = secret || sec
			b.WriteString(w)
			i = end
		}
	}
	return command.Text(b.String()), secret, nil
}

// Verb returns an error if a foreign value is used as the name of a command: only the script's author chooses
// commands.
func Verb(line command.Text, value Lookup) error {
	first, rest, _ := line.TrimLeft().Cut(" ")
	if strings.EqualFold(string(first), "UID") {
		first, _, _ = rest.TrimLeft().Cut(" ")
	}
	refs, err := Refs(string(first))
	for _, r := range refs {
		if v, ok := value(r.Name); ok && v.Foreign {
			return fmt.Errorf("${%s} is a value, and a value cannot be a command", r.Name)
		}
	}
	return err
}

// needed returns the value of the name at i, and the offset after it. A foreign value must not be empty, unless
// mayBeEmpty is set.
func needed(text string, i int, mayBeEmpty bool, value Lookup) (Value, int, error) {
	end := i + strings.IndexByte(text[i:], '}')
	name := text[i+2 : end]
	v, ok := value(name)
	switch {
	case !ok || v.Text == "" && v.Foreign && !mayBeEmpty:
		return v, 0, &Missing{Name: name, Empty: ok}
	case strings.ContainsAny(v.Text, "\r\n\x00"):
		return v, 0, fmt.Errorf("${%s} holds a line end or NUL, which no argument can hold", name)
	}
	return v, end + 1, nil
}

// word returns one word outside quotes. With a foreign value in it, the complete word becomes one value.
func word(text string, inList bool, value Lookup) (out string, secret bool, err error) {
	var b strings.Builder
	foreign := ""
	numbers := true // the foreign values are numbers or sequence sets
	for i := 0; i < len(text); {
		if !strings.HasPrefix(text[i:], "${") {
			b.WriteByte(text[i])
			i++
			continue
		}
		v, end, err := needed(text, i, inList, value)
		if err != nil {
			return "", false, err
		}
		if v.Foreign {
			foreign = text[i+2 : end-1]
			numbers = numbers && strings.Trim(v.Text, "0123456789,:") == ""
		}
		secret = secret || v.Secret
		b.WriteString(v.Text)
		i = end
	}
	s := b.String()
	switch {
	case s == "" && inList:
		return "", secret, nil
	case s == "":
		return "", false, &Missing{Name: text[2:strings.IndexByte(text, '}')], Empty: true}
	case foreign == "" || isAtom(s) && (inList || !strings.ContainsAny(s, "|<>&")) || inList && areAtoms(s):
		return s, secret, nil // not with characters that the shell reads at the end of a line
	case numbers && isSet(s):
		return s, secret, nil
	case inList:
		return "", false, fmt.Errorf("${%s} is not an atom, and only atoms can be put in a list", foreign)
	}
	return `"` + escape(s) + `"`, secret, nil
}

// isAtom reports whether s can be written without quotes wherever a string is allowed: it consists of ASTRING-CHARs
// (RFC 9051 §9) without wildcards, and is not NIL. It may be a flag.
func isAtom(s string) bool {
	if s == "" || strings.EqualFold(s, "NIL") {
		return false
	}
	rest := strings.TrimPrefix(s, `\`)
	for i := 0; i < len(rest); i++ {
		if c := rest[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`(){"%*\`, c) >= 0 {
			return false
		}
	}
	return rest != ""
}

// isSet reports whether s is a sequence-set (RFC 9051 §9), such as 5:*.
func isSet(s string) bool {
	isNumber := func(n string) bool { return n == "*" || n != "" && strings.Trim(n, "0123456789") == "" }
	for part := range strings.SplitSeq(s, ",") {
		low, high, isRange := strings.Cut(part, ":")
		if !isNumber(low) || isRange && !isNumber(high) {
			return false
		}
	}
	return true
}

// escape returns s as it is written between double quotes (RFC 9051 §9 quoted).
func escape(s string) string {
	if strings.IndexByte(s, '"') < 0 && strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

// Text returns a text with its names replaced by their values unchanged, for :print, :set and VALUE. The result is
// foreign, or a secret, if one of the values is.
func Text(text string, value Lookup) (v Value, err error) {
	refs, err := Refs(text)
	if err != nil || len(refs) == 0 {
		return Value{Text: text}, err
	}
	var b strings.Builder
	at := 0
	for _, r := range refs {
		b.WriteString(text[at:r.Off])
		x, ok := value(r.Name)
		if !ok {
			return v, &Missing{Name: r.Name}
		}
		b.WriteString(x.Text)
		v.Foreign, v.Secret = v.Foreign || x.Foreign, v.Secret || x.Secret
		at = r.Off + len("${}") + len(r.Name)
	}
	b.WriteString(text[at:])
	v.Text = b.String()
	return v, nil
}

// File returns a file name with its names replaced. Foreign values lose "/", "\" and leading dots, so that the file
// is in the folder that the script's author chose. A secret in a file name is an error.
func File(text string, value Lookup) (string, error) {
	v, err := Text(text, func(name string) (Value, bool) {
		x, ok := value(name)
		if ok && x.Foreign && !strings.HasPrefix(name, envPrefix) {
			x.Text = strings.TrimLeft(strings.Map(func(r rune) rune {
				if r == '/' || r == '\\' || r < ' ' || r == 0x7f {
					return -1
				}
				return r
			}, x.Text), ".")
		}
		return x, ok && x.Text != ""
	})
	if err == nil && v.Secret {
		err = errors.New("a secret cannot be in the name of a file")
	}
	return v.Text, err
}

// FileArg is like File, for the argument of a shell command.
func FileArg(text command.Text, value Lookup) (command.Text, error) {
	name, err := File(string(text), value)
	return command.Text(name), err
}

// areAtoms reports whether s consists of atoms separated by spaces, like the flags of a message.
func areAtoms(s string) bool {
	for w := range strings.SplitSeq(s, " ") {
		if !isAtom(w) {
			return false
		}
	}
	return true
}

package command

import (
	"strings"
	"unicode/utf8"
)

// How well a word suits an argument, as a cost: the cheapest reading of a line is the one that is
// completed.
const (
	fitsNot   = -1
	fits      = 0
	fitsMade  = 1 // quoted, encoded, or a default
	fitsOther = 2 // an atom that is in no table
	fitsGuess = 3 // valid, but hardly what was meant
)

// suits returns the cost of taking the word for a, with or without shorthand. It is not called for composed kinds
// and Terms.
func suits(a *Arg, word string, shorthand bool) int {
	switch a.Kind {
	case Token:
		return yes(strings.EqualFold(word, a.Name))
	case AString, Mailbox, EntryName:
		return suitsString(isAtomOf(word, isAStringChar), word, shorthand)
	case Pattern:
		return suitsString(isAtomOf(word, isListChar), word, shorthand)
	case Charset:
		// A search key or a sequence set is not taken for one, although the grammar allows it: the charset was omitted.
		if isSequenceSet(word) || SearchKeys.find(word) != nil {
			return fitsNot
		}
		cost := suitsString(isAtomOf(word, isAStringChar), word, shorthand)
		if shorthand && cost != fitsNot && !looksLikeCharset(word) {
			return fitsGuess
		}
		return cost
	case String:
		return suitsString(false, word, shorthand)
	case NString:
		return suitsString(strings.EqualFold(word, "NIL"), word, shorthand)
	case LiteralOnly:
		return yes(isLiteral(word))
	case AtomKind:
		return yes(isAtomOf(word, isAtomChar))
	case Other:
		if !isAtomOf(word, isAtomChar) {
			return fitsNot
		}
		if shorthand {
			return fitsOther
		}
		return fits
	case FlagKind:
		return yes(isFlag(word))
	case Number:
		return yes(isNumber(word))
	case SequenceSet:
		return yes(isSequenceSet(word))
	case Range:
		return yes(isRange(word))
	case Date:
		return yes(isDate(word))
	case DateTime:
		return yes(isDateTime(word))
	case Base64:
		return yes(isBase64(word))
	case FreeText:
		return fits
	case SignedFlag:
		return yes(shorthand && len(word) > 1 && (word[0] == '+' || word[0] == '-') && isPlainFlag(word[1:]))
	case ShortFlag:
		return yes(shorthand && isPlainFlag(word))
	}
	return fitsNot
}

func yes(ok bool) int {
	if ok {
		return fits
	}
	return fitsNot
}

// suitsString is suits for strings; asAtom says that the word needs no quotes. A quoted string with bytes outside
// ASCII fits: whether it may be sent depends on the session, and Complete takes care of that.
func suitsString(asAtom bool, word string, shorthand bool) int {
	switch {
	case asAtom, isQuoted(word), isLiteral(word):
		return fits
	case shorthand && word[0] != '"' && !strings.HasPrefix(word, "{") && !strings.HasPrefix(word, "~{"):
		return fitsMade
	}
	return fitsNot
}

// Characters, from RFC 9051 §9.

func isAtomChar(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`(){%*"\]`, c) < 0
}
func isAStringChar(c byte) bool { return isAtomChar(c) || c == ']' }
func isListChar(c byte) bool    { return isAStringChar(c) || c == '%' || c == '*' }

func isAtomOf(word string, char func(byte) bool) bool {
	for i := 0; i < len(word); i++ {
		if !char(word[i]) {
			return false
		}
	}
	return word != ""
}

func isQuoted(word string) bool {
	if len(word) < 2 || word[0] != '"' {
		return false
	}
	end, ok := quotedEnd(word, 0)
	if !ok || end != len(word) || strings.IndexByte(word, 0) >= 0 {
		return false
	}
	for i := 1; i < len(word)-1; i++ {
		if word[i] == '\\' {
			i++
			if word[i] != '"' && word[i] != '\\' {
				return false
			}
		}
	}
	return true
}

// isLiteral reports whether word announces a literal.
func isLiteral(word string) bool {
	lit := TrailingLiteral(word)
	return lit != nil && lit.At == 0
}

func isFlag(word string) bool {
	return isAtomOf(strings.TrimPrefix(word, `\`), isAtomChar)
}

// isPlainFlag reports whether word is a flag that would not begin a section in a list.
func isPlainFlag(word string) bool { return isFlag(word) && strings.IndexByte(word, '[') < 0 }

func isNumber(word string) bool { return isAtomOf(word, isDigit) && len(word) <= 20 }

// nz reports whether word is a number above 0 or "*".
func nz(word string) bool { return word == "*" || isNumber(word) && word[0] != '0' }

func isSequenceSet(word string) bool {
	if word == "$" {
		return true
	}
	for {
		part, rest, more := strings.Cut(word, ",")
		a, b, ranged := strings.Cut(part, ":")
		if !nz(a) || ranged && !nz(b) {
			return false
		}
		if !more {
			return true
		}
		word = rest
	}
}

func isRange(word string) bool {
	a, b, ok := strings.Cut(word, ":")
	minus := strings.HasPrefix(a, "-")
	a = strings.TrimPrefix(a, "-")
	if minus {
		b, ok = strings.CutPrefix(b, "-")
	}
	return ok && isNumber(a) && isNumber(b) && a[0] != '0' && b[0] != '0'
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

func isMonth(s string) bool {
	if len(s) != 3 {
		return false
	}
	i := strings.Index(months, strings.ToLower(s))
	return i >= 0 && i%3 == 0
}

// isDate checks date = date-text / DQUOTE date-text DQUOTE.
func isDate(word string) bool {
	if len(word) > 2 && word[0] == '"' && word[len(word)-1] == '"' {
		word = word[1 : len(word)-1]
	}
	part := strings.Split(word, "-")
	return len(part) == 3 && len(part[0]) <= 2 && isNumber(part[0]) && isMonth(part[1]) &&
		len(part[2]) == 4 && isNumber(part[2])
}

// isDateTime checks DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE.
func isDateTime(word string) bool {
	if len(word) != len(`"17-Jul-1996 02:44:25 -0700"`) {
		return false
	}
	const shape = `"dd-mmm-dddd dd:dd:dd zdddd"`
	for i := 0; i < len(word); i++ {
		c := word[i]
		switch shape[i] {
		case 'd':
			if !isDigit(c) && !(i == 1 && c == ' ') {
				return false
			}
		case 'm':
		case 'z':
			if c != '+' && c != '-' {
				return false
			}
		default:
			if c != shape[i] {
				return false
			}
		}
	}
	return isMonth(word[4:7])
}

func isBase64(word string) bool {
	if word == "=" {
		return true
	}
	body := strings.TrimRight(word, "=")
	return len(word)%4 == 0 && len(word)-len(body) <= 2 && isAtomOf(body, func(c byte) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c == '+' || c == '/'
	})
}

func looksLikeCharset(word string) bool {
	name := strings.ToUpper(unquote(word))
	for _, p := range []string{"UTF", "US-", "ASCII", "ISO", "WINDOWS", "CP", "KOI8", "BIG5", "GB", "EUC", "SHIFT_JIS", "MACINTOSH", "TIS-"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// unquote returns a word, without its quotes and escapes if it is a quoted string.
func unquote(word string) string {
	if !isQuoted(word) {
		return word
	}
	word = word[1 : len(word)-1]
	if strings.IndexByte(word, '\\') < 0 {
		return word
	}
	var b strings.Builder
	for i := 0; i < len(word); i++ {
		if word[i] == '\\' {
			i++
		}
		b.WriteByte(word[i])
	}
	return b.String()
}

// Quote returns s as a quoted string (RFC 9051 §4.3). It does not check for CR, LF and NUL, which a quoted string must
// not contain.
func Quote(s string) string {
	if strings.IndexByte(s, '"') < 0 && strings.IndexByte(s, '\\') < 0 {
		return `"` + s + `"`
	}
	b := append(make([]byte, 0, len(s)+8), '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return string(append(b, '"'))
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// HasPrefixFold is strings.HasPrefix, ignoring case.
func HasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

package command

import (
	"slices"
	"strings"
)

// tokenKind is the kind of a token of a typed line.
type tokenKind uint8

const (
	wordToken  tokenKind = iota
	openToken            // "(" that begins a list
	closeToken           // ")" that ends one
)

// token is a parenthesis, or a run without spaces outside quotes and brackets: an atom, a quoted string, a
// data item with its section.
type token struct {
	Span
	kind tokenKind
	open bool // a quote or a bracket in it is never closed
}

// lex splits line[from:] into tokens. A parenthesis begins a list only if lists is true, and only at the start of
// a word. gap is the offset of the first place with more or fewer spaces than IMAP requires (RFC 9051 §9: a
// single SP); -1 if there is none.
func lex(line string, from int, lists bool) (toks []token, gap int) {
	gap = -1
	depth := 0
	first := true
	afterOpen := false
	i := from
	for {
		blank := i
		for i < len(line) && isBlank(line[i]) {
			i++
		}
		if i == len(line) {
			if i > blank && gap < 0 {
				gap = blank
			}
			return toks, gap
		}
		closing := lists && depth > 0 && line[i] == ')'
		wanted := 1
		if first && from == 0 || afterOpen || closing {
			wanted = 0
		}
		if gap < 0 && (i-blank != wanted || strings.IndexByte(line[blank:i], '\t') >= 0) {
			gap = blank
		}
		first, afterOpen = false, false
		switch {
		case closing:
			depth--
			toks = append(room(toks), token{Span: Span{i, i + 1}, kind: closeToken})
			i++
		case lists && line[i] == '(':
			depth++
			afterOpen = true
			toks = append(room(toks), token{Span: Span{i, i + 1}, kind: openToken})
			i++
		default:
			end, open := wordEnd(line, i, depth)
			toks = append(room(toks), token{Span: Span{i, end}, open: open})
			i = end
		}
	}
}

// room returns toks with room for one more token. It doubles the capacity: append grows long lists by only a
// quarter, and so copies each of them several times.
func room(toks []token) []token {
	if len(toks) < cap(toks) {
		return toks
	}
	return slices.Grow(toks, max(8, len(toks)))
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// wordEnd returns the offset after the word that begins at i; open reports that a quote or bracket in it is
// never closed.
func wordEnd(line string, i, depth int) (end int, open bool) {
	start := i
	if line[i] == '"' {
		end, ok := quotedEnd(line, i)
		if !ok {
			return len(line), true
		}
		i = end
	}
	for i < len(line) {
		switch c := line[i]; {
		case isBlank(c), c == ')' && depth > 0:
			return i, false
		case c == '[' && hasSection(line[start:i]):
			end, ok := bracketEnd(line, i)
			if !ok {
				return len(line), true
			}
			i = end
		default:
			i++
		}
	}
	return i, false
}

// quotedEnd returns the offset after the quoted string that begins at i; false if it is never closed.
func quotedEnd(line string, i int) (int, bool) {
	for i++; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			return i + 1, true
		}
	}
	return len(line), false
}

// bracketEnd returns the offset after the section whose "[" is at i; false if it is never closed.
func bracketEnd(line string, i int) (int, bool) {
	for i++; i < len(line); i++ {
		switch line[i] {
		case '"':
			end, ok := quotedEnd(line, i)
			if !ok {
				return len(line), false
			}
			i = end - 1
		case ']':
			return i + 1, true
		}
	}
	return len(line), false
}

// hasSection reports whether name is a data item that takes a section.
func hasSection(name string) bool {
	if n := len(name); n < len("BODY") || n > len("BINARY.PEEK") {
		return false
	}
	for i := range fetchItems {
		if t := &fetchItems[i]; t.Section != NoSection && strings.EqualFold(t.Name, name) {
			return true
		}
	}
	return false
}

// TrailingLiteral parses the "{n}", "{n+}" or "~{n}" at the end of a line, which is a command or continues one after
// a literal. It returns nil if there is none.
func TrailingLiteral(line string) *TypedLiteral {
	if !strings.HasSuffix(line, "}") {
		return nil
	}
	at := strings.LastIndexByte(line, '{')
	if at < 0 {
		return nil
	}
	lit := TypedLiteral{At: at}
	digits := line[at+1 : len(line)-1]
	if d, ok := strings.CutSuffix(digits, "+"); ok {
		digits, lit.NonSync = d, true
	}
	if digits == "" || len(digits) > 18 {
		return nil
	}
	for i := 0; i < len(digits); i++ {
		if !isDigit(digits[i]) {
			return nil
		}
		lit.Size = lit.Size*10 + int64(digits[i]-'0')
	}
	if at > 0 && line[at-1] == '~' {
		lit.At, lit.Binary = at-1, true
	}
	// The announcement must be a word of its own, or the first in a list.
	if lit.At > 0 && !isBlank(line[lit.At-1]) && line[lit.At-1] != '(' {
		return nil
	}
	if insideQuotes(line, lit.At) {
		return nil
	}
	return &lit
}

// insideQuotes reports whether the offset at is inside a quoted string.
func insideQuotes(line string, at int) bool {
	for i := 0; i < at; i++ {
		if line[i] == '"' && (i == 0 || isBlank(line[i-1]) || line[i-1] == '(') {
			end, _ := quotedEnd(line, i)
			if end > at {
				return true
			}
			i = end - 1
		}
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

package completion

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"imapsh/internal/command"
)

// Begin returns the longest text that all candidates begin with, to replace typed. It begins with a quote if typed
// does, if all candidates are quoted, or if the text itself needs one; the quote is left open.
func (r *Result) Begin(typed string) string {
	begin, all, some := "", true, strings.HasPrefix(typed, `"`)
	quoted := some
	for i, it := range r.Items {
		name, isQuoted := strings.CutPrefix(it.Text, `"`)
		if isQuoted {
			name = unescape(strings.TrimSuffix(name, `"`))
		}
		all, some = all && isQuoted, some || isQuoted
		if i == 0 {
			begin = name
		}
		begin = begin[:common(begin, name)]
	}
	if !some || begin == "" || !all && !quoted && !strings.ContainsAny(begin, needQuotes) {
		return begin
	}
	return strings.TrimSuffix(command.Quote(begin), `"`)
}

// common returns the length in bytes of the longest beginning of a that b has too, ignoring case, without splitting a
// character.
func common(a, b string) int {
	for n := 0; n < len(a); {
		r, size := utf8.DecodeRuneInString(a[n:])
		other, width := utf8.DecodeRuneInString(b)
		if width == 0 || r != other && unicode.ToLower(r) != unicode.ToLower(other) {
			return n
		}
		n, b = n+size, b[width:]
	}
	return len(a)
}

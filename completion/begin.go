package completion

import (
	"strings"
	"unicode/utf8"

	"imapsh/internal/command"
)

// Begin returns what all candidates begin with, in place of what is typed: in an open quote where one
// has been typed, or every candidate or what they have in common needs one.
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

// common is how many bytes two words begin with alike, whole characters only.
func common(a, b string) int {
	n := 0
	for i, r := range a {
		if !strings.HasPrefix(b[min(i, len(b)):], string(r)) {
			break
		}
		n = i + utf8.RuneLen(r)
	}
	return n
}

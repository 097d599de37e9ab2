package response

import "strings"

// IsName reports whether word, in upper or lower case, is the name of an untagged response that
// this package decodes: of one that follows a number ("FETCH"), of one that does not ("LIST"),
// or a condition ("OK").
func IsName(word string) bool {
	if len(word) > maxName {
		return false
	}
	upper := strings.ToUpper(word)
	_, cond := conds[upper]
	_, known := rows[upper]
	return cond || known
}

// maxName is longer than any name.
const maxName = 32

// CondOf returns the condition that a word names, in upper or lower case (RFC 9051 §7.1); 0 if it names none.
func CondOf(word string) Cond {
	if len(word) > maxName {
		return 0
	}
	return conds[strings.ToUpper(word)]
}

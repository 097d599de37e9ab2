package match

import (
	"maps"
	"slices"
)

// forms are how the arguments of responses are written in a pattern. "..." means more of the same, as in patterns.
var forms = map[string]string{
	"OK": "[CODE ...]", "NO": "[CODE ...]", "BAD": "[CODE ...]", "BYE": "[CODE ...]", "PREAUTH": "[CODE ...]",
	"CAPABILITY": "CAPABILITY ...",
	"ENABLED":    "CAPABILITY ...",
	"ID":         "(NAME VALUE ...)",
	"NAMESPACE":  "((PREFIX DELIMITER) ...) OTHERS SHARED",
	"LIST":       "(ATTRIBUTE ...) DELIMITER MAILBOX",
	"LSUB":       "(ATTRIBUTE ...) DELIMITER MAILBOX",
	"XLIST":      "(ATTRIBUTE ...) DELIMITER MAILBOX",
	"STATUS":     "MAILBOX (ITEM NUMBER ...)",
	"FLAGS":      "(FLAG ...)",
	"EXISTS":     "",
	"RECENT":     "",
	"EXPUNGE":    "",
	"VANISHED":   "UIDS",
	"FETCH":      "(ITEM VALUE ...)",
	"UIDFETCH":   "(ITEM VALUE ...)",
	"CONVERTED":  "...",
	"SEARCH":     "NUMBER ...",
	"SORT":       "NUMBER ...",
	"ESEARCH":    "ITEM VALUE ...",
	"THREAD":     "(NUMBER ...) ...",
	"QUOTA":      "ROOT (RESOURCE USED LIMIT ...)",
	"QUOTAROOT":  "MAILBOX ROOT ...",
	"ACL":        "MAILBOX IDENTIFIER RIGHTS ...",
	"MYRIGHTS":   "MAILBOX RIGHTS",
	"LISTRIGHTS": "MAILBOX IDENTIFIER REQUIRED OPTIONAL ...",
	"METADATA":   "MAILBOX (ENTRY VALUE ...)",
	"ANNOTATION": "MAILBOX ...",
	"GENURLAUTH": "URL ...",
	"URLFETCH":   "URL DATA ...",
	"LANGUAGE":   "(LANGUAGE ...)",
	"COMPARATOR": "COMPARATOR ...",
}

// Form returns how the arguments of a response, whose name is in upper case, are written in a pattern, and whether
// the name is known.
func Form(name string) (form string, known bool) {
	form, known = forms[name]
	return form, known
}

// Names returns the names of the responses that have a number before them, or of the others, in alphabetical order.
func Names(numbers bool) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		if numbered[name] == numbers {
			names = append(names, name)
		}
	}
	return names
}

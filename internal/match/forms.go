package match

import (
	"maps"
	"slices"
)

// forms is how people write what follows the name of a response in a pattern. "..." is the pattern's own: more of the same.
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

// Form returns how people write what follows the name of a response, in capitals, in a pattern; false for one that
// is not known.
func Form(name string) (form string, known bool) {
	form, known = forms[name]
	return form, known
}

// Names returns the names of the responses that have a number before them, or of the others, in order.
func Names(numbers bool) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		if numbered[name] == numbers {
			names = append(names, name)
		}
	}
	return names
}

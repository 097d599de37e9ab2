package diff

import (
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// inbox is the name that every account has, in upper or lower case (RFC 9051 §5.1).
const inbox = "INBOX"

// A space is a namespace (RFC 2342).
type space struct {
	Prefix    string `json:"prefix"`
	Delimiter string `json:"delimiter"` // "" for NIL
}

// spaces are the namespaces of an account.
type spaces struct{ personal, other, shared []space }

// spacesOf returns the namespaces of a response.
func spacesOf(n *response.Namespace) spaces {
	of := func(entries []response.NamespaceEntry) (list []space) {
		for _, e := range entries {
			list = append(list, space{string(e.Prefix.B), delimiter(e.Delim)})
		}
		return list
	}
	return spaces{of(n.Personal), of(n.Other), of(n.Shared)}
}

func delimiter(b byte) string {
	if b == 0 {
		return ""
	}
	return string(rune(b))
}

// delimiter returns the delimiter of the first personal namespace, "" if there is none.
func (s *spaces) delimiter() string {
	if len(s.personal) == 0 {
		return ""
	}
	return s.personal[0].Delimiter
}

// levelEnd separates the levels of a key. No name contains it.
const levelEnd = "\x00"

// below returns the name of a mailbox below the personal namespace, not decoded; false for a shared mailbox or one of
// another user.
func (s *spaces) below(name, delim string) (string, bool) {
	if strings.EqualFold(name, inbox) {
		return inbox, true
	}
	longest, own := -1, true
	for _, of := range []struct {
		list     []space
		personal bool
	}{{s.other, false}, {s.shared, false}, {s.personal, true}} {
		for _, sp := range of.list {
			within := strings.HasPrefix(name, sp.Prefix) || sp.Prefix != "" && name == strings.TrimSuffix(sp.Prefix, sp.Delimiter)
			if n := len(sp.Prefix); within && (n > longest || n == longest && of.personal) {
				longest, own = n, of.personal
			}
		}
	}
	if !own {
		return "", false
	}
	if len(s.personal) > 0 {
		if rest, cut := strings.CutPrefix(name, s.personal[0].Prefix); cut && rest != "" && !strings.EqualFold(rest, inbox) {
			return rest, true
		}
	}
	// INBOX is not case-sensitive as the first level of a name either.
	if first, rest, deep := strings.Cut(name, delim); delim != "" && deep && strings.EqualFold(first, inbox) {
		return inbox + delim + rest, true
	}
	return name, true
}

// key returns the decoded levels of a name joined by levelEnd: the same for "Archive/2019" and "Archive.2019".
func key(name, delim string) string {
	levels := []string{name}
	if delim != "" {
		levels = strings.Split(name, delim)
	}
	for i := range levels {
		levels[i] = decoded(levels[i])
	}
	return strings.Join(levels, levelEnd)
}

// decoded returns a name decoded from modified UTF-7, or as it came if it is not valid modified UTF-7.
func decoded(name string) string {
	text, _ := wire.DecodeMailbox(name)
	return text
}

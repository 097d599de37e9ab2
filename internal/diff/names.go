package diff

import (
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// inbox is the one name that every account has, in any case (RFC 9051 §5.1).
const inbox = "INBOX"

// A space is a namespace (RFC 2342).
type space struct {
	Prefix    string `json:"prefix"`
	Delimiter string `json:"delimiter"` // "" for NIL
}

// spaces are the namespaces of an account.
type spaces struct{ personal, other, shared []space }

// spacesOf are those of a response.
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

// delimiter is that of the personal namespace, "" if there is none.
func (s *spaces) delimiter() string {
	if len(s.personal) == 0 {
		return ""
	}
	return s.personal[0].Delimiter
}

// levelEnd is between the levels of a key: no name has it.
const levelEnd = "\x00"

// below returns a mailbox's name below the personal namespace, as it came; false for one of another user, or shared.
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
	// INBOX begins the names of mailboxes in any case too.
	if first, rest, deep := strings.Cut(name, delim); delim != "" && deep && strings.EqualFold(first, inbox) {
		return inbox + delim + rest, true
	}
	return name, true
}

// key is a name by its levels, decoded: the same for "Archive/2019" and "Archive.2019".
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

// decoded is a name as people write it, or as it came if it is not modified UTF-7.
func decoded(name string) string {
	text, _ := wire.DecodeMailbox(name)
	return text
}

package tagger

import (
	"slices"
	"strings"

	"imapsh/internal/command"
)

// Limits of what is remembered of a session, whatever its server sends. The rest is shown as it comes and then
// forgotten; a note says so once, and nothing is reported as missing because of it.
const (
	namesKept   = 20_000  // names of mailboxes
	namesOctets = 4 << 20 // bytes of all of them

	prefixOctets = 1000 // bytes of the prefix of the user's mailboxes

	wordsKept   = 10_000    // capabilities; FLAGS; PERMANENTFLAGS
	wordsOctets = 256 << 10 // bytes of each of these lists
	enabledKept = 256       // names in ENABLED

	validitiesKept   = 20_000  // UIDVALIDITYs of mailboxes
	validitiesOctets = 4 << 20 // bytes of the mailboxes' names

	savedKept = 10_000 // runs of numbers in the saved result of a search

	numbersKept = 1000 // message numbers seen recently, and as many UIDs

	foundKept   = 1000 // deviations
	foundOctets = 400  // bytes of the sentence of each, and of the line of its command
	searchKept  = 1000 // searches that are kept up to date
)

// forgot notes, the first time it is called, that more has come than is remembered.
func (t *Tagger) forgot(e *Event, what string) {
	if !t.hasForgotten {
		t.hasForgotten = true
		e.note("too many " + what + " to remember: the rest is shown but not remembered")
	}
}

// words is a list of words, as far as it is remembered.
type words struct {
	list   []string
	octets int
	more   bool // there were more words
}

// add remembers a word if there is room.
func (w *words) add(word string, most int) {
	if len(w.list) >= most || len(word) > wordsOctets-w.octets {
		w.more = true
		return
	}
	w.list = append(w.list, word)
	w.octets += len(word)
}

func keep(from [][]byte) (w words) {
	w.list = make([]string, 0, min(len(from), wordsKept))
	for _, word := range from {
		w.add(string(word), wordsKept)
	}
	return w
}

// keepCapabilities is keep, in capitals. The capabilities that imapsh knows are kept even if there are too many.
func keepCapabilities(from [][]byte) (w words) {
	w.list = make([]string, 0, min(len(from), wordsKept))
	var known map[string]bool
	for _, word := range from {
		if w.more && len(word) > maxCapability {
			continue
		}
		name := strings.ToUpper(string(word))
		if !w.more {
			if w.add(name, wordsKept); !w.more {
				continue
			}
		}
		if c := command.LookupCapability(name); c != nil && c.Name == name && !known[name] {
			if known == nil {
				known = map[string]bool{}
			}
			known[name] = true
			w.list = append(w.list, name)
		}
	}
	return w
}

// maxCapability is the length in bytes of the longest capability in the table.
var maxCapability = func() (n int) {
	for _, c := range command.Capabilities() {
		n = max(n, len(c.Name))
	}
	return n
}()

// wordSet is a list of words as a set, which is made again only if the list is a different one.
type wordSet struct {
	of  []string
	set map[string]bool
}

func (s *wordSet) get(list []string) map[string]bool {
	switch {
	case list == nil:
		*s = wordSet{}
	case s.set == nil || len(list) != len(s.of) || len(list) > 0 && &list[0] != &s.of[0]:
		s.of, s.set = list, make(map[string]bool, len(list))
		for _, w := range list {
			s.set[w] = true
		}
	}
	return s.set
}

// enable adds the names in ENABLED to the session; known names change nothing.
func (t *Tagger) enable(e *Event, names [][]byte) {
	have := t.enabled.get(t.session.Enabled)
	var fresh []string
	for _, b := range names {
		if len(t.session.Enabled)+len(fresh) >= enabledKept || len(b) > wordsOctets/enabledKept {
			if !have[strings.ToUpper(string(b[:min(len(b), wordsOctets/enabledKept)]))] {
				t.forgot(e, "enabled extensions")
			}
			continue
		}
		if name := strings.ToUpper(string(b)); !have[name] && !slices.Contains(fresh, name) {
			fresh = append(fresh, name)
		}
	}
	if len(fresh) > 0 {
		t.change(func(s *Session) { s.Enabled = append(slices.Clip(s.Enabled), fresh...) })
	}
}

// cutText returns at most the first most bytes of text, with "…" if it was cut.
func cutText(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

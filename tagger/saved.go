package tagger

import (
	"cmp"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
)

// A Saved is the saved result of a search, which "$" names (RFC 5182), if the server has reported it: RETURN
// (SAVE ALL). It is a value, which must not be changed.
type Saved struct {
	set   spans
	byUID bool
}

// saving is a search in flight that saves its result.
type saving struct {
	told *Saved
	lost bool // what was reported is implausible, or too much to be kept
}

// saves reports whether a search asks for its result to be saved: RETURN (SAVE …).
func saves(m *command.Match) bool {
	for i, w := range m.Words {
		if i > 0 && strings.EqualFold(m.Words[i-1].Text, "RETURN") {
			options := strings.Fields(strings.ToUpper(strings.Trim(w.Text, "()")))
			return slices.Contains(options, "SAVE")
		}
	}
	return false
}

// tell takes the numbers that a search reports in a mailbox of exists messages; they must be all of the result.
func (s *saving) tell(v *response.ESearch, exists uint32) {
	told := &Saved{byUID: v.UID}
	for _, it := range v.Items {
		if !strings.EqualFold(string(it.Name), "ALL") {
			continue
		}
		for part := range strings.SplitSeq(string(it.Raw), ",") {
			lo, hi, isRange := strings.Cut(part, ":")
			if !isRange {
				hi = lo
			}
			from, err := number(lo)
			to, err2 := number(hi)
			if err != nil || err2 != nil || len(told.set) == savedKept {
				s.lost = true
				return
			}
			told.set = append(told.set, span{min(from, to), max(from, to)})
		}
	}
	told.set = told.set.sorted()
	if s.told != nil || told.set.count() > uint64(exists) || !v.UID && told.set.last() > exists {
		s.lost = true
	}
	s.told = told
}

// result returns what is known to be saved once the search has been answered: an empty result if it was refused, nil
// if nothing is known.
func (s *saving) result(cond response.Cond) *Saved {
	switch {
	case cond == response.NO:
		return &Saved{}
	case cond != response.OK || s.lost:
		return nil
	}
	return s.told
}

// savingBegun makes the saved result unknown while a search in flight is going to replace it.
func (t *Tagger) savingBegun(c *Command) {
	switch c.Match.Row().Name {
	case "SEARCH", "UID SEARCH", "SORT", "UID SORT", "THREAD", "UID THREAD":
		if saves(c.Match) {
			c.saving = &saving{}
			t.saved(nil)
		}
	}
	c.result = t.session.Saved
}

func (t *Tagger) savingTold(v *response.ESearch) {
	m := t.session.Mailbox
	if c := t.flight.find(v.Tag); c != nil && c.saving != nil && m != nil && len(v.Mailbox.B) == 0 {
		c.saving.tell(v, m.Exists)
	}
}

func (t *Tagger) savingEnded(c *Command, cond response.Cond) {
	if c.saving == nil {
		return
	}
	for _, other := range t.flight.all() {
		if other.saving != nil && other != c { // it is not known yet which of them is answered last
			c.saving.lost, other.saving.lost = true, true
		}
	}
	t.saved(c.saving.result(cond))
}

func (t *Tagger) saved(result *Saved) {
	if t.session.Saved != result {
		t.change(func(s *Session) { s.Saved = result })
	}
}

// savedMoved forgets a saved result whose numbers now belong to other messages.
func (t *Tagger) savedMoved() {
	if s := t.session.Saved; s != nil && !s.byUID && len(s.set) > 0 {
		t.saved(nil)
	}
	for _, c := range t.flight.all() {
		if c.saving != nil && c.saving.told != nil && !c.saving.told.byUID {
			c.saving.lost = true
		}
	}
}

// spans are runs of numbers.
type spans []span

// sorted returns the runs in order; runs that overlap become one.
func (s spans) sorted() spans {
	slices.SortFunc(s, func(a, b span) int { return cmp.Compare(a.lo, b.lo) })
	out := s[:0]
	for _, next := range s {
		if n := len(out); n > 0 && next.lo <= out[n-1].hi {
			out[n-1].hi = max(out[n-1].hi, next.hi)
		} else {
			out = append(out, next)
		}
	}
	return out
}

// has reports whether a number is in one of the runs, which must be sorted.
func (s spans) has(n uint32) bool {
	i, _ := slices.BinarySearchFunc(s, n, func(a span, n uint32) int { return cmp.Compare(a.hi, n) })
	return i < len(s) && s[i].lo <= n
}

func (s spans) count() (n uint64) {
	for _, a := range s {
		n += uint64(a.hi-a.lo) + 1
	}
	return n
}

func (s spans) last() uint32 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1].hi
}

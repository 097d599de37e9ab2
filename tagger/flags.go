package tagger

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"imapsh/internal/response"
)

// Limits of what is remembered of messages' flags: about 300 KB.
const (
	flagsKept = 10_000     // messages whose flags are remembered
	setsKept  = 1000       // different sets of flags among them
	setSize   = 200        // bytes of a set: a longer one is not remembered
	flagsWork = 20_000_000 // moves of entries after which remembering costs more than it is worth
)

// FlagChange says how a message's flags have changed since they were last seen.
type FlagChange struct{ Set, Removed []string }

// flagMemory holds the flags last seen of messages in the selected mailbox: of at most flagsKept, those with
// the highest numbers.
type flagMemory struct {
	entries []flagEntry       // by number, ascending
	sets    []string          // as on the wire: `(\Seen \Flagged)`
	ids     map[string]uint32 // indices of sets
	work    int
	swept   bool // all messages with \Deleted were removed: a message without an entry does not have it
}

// notSeen begins the set of a message whose flags were not seen: only what STORE did to them is known.
const notSeen = "?"

type flagEntry struct {
	seq uint32
	set uint32 // index in sets
}

func (m *flagMemory) forget() { *m = flagMemory{entries: m.entries[:0]} }

// note remembers a message's flags and returns the set it had before; ok reports whether there was a different one.
func (m *flagMemory) note(seq uint32, raw []byte) (before string, ok bool) {
	set, known := m.ids[string(raw)]
	if !known {
		if len(m.sets) >= setsKept || m.work > flagsWork {
			m.forget()
		}
		if len(raw) > setSize {
			m.drop(seq)
			m.swept = false
			return "", false
		}
		if m.ids == nil {
			m.ids = map[string]uint32{}
		}
		set = uint32(len(m.sets))
		m.sets = append(m.sets, string(raw))
		m.ids[m.sets[set]] = set
	}
	at := m.find(seq)
	if at < len(m.entries) && m.entries[at].seq == seq {
		e := &m.entries[at]
		if e.set == set {
			return "", false
		}
		before, e.set = m.sets[e.set], set
		return before, !strings.HasPrefix(before, notSeen)
	}
	if m.work > flagsWork {
		m.forget()
		return "", false
	}
	if len(m.entries) >= flagsKept {
		m.swept = false
		half := flagsKept / 2
		if at < half {
			return "", false
		}
		m.entries = append(m.entries[:0], m.entries[half:]...)
		at -= half
	}
	m.entries = append(m.entries, flagEntry{})
	m.work += len(m.entries) - at - 1
	copy(m.entries[at+1:], m.entries[at:])
	m.entries[at] = flagEntry{seq, set}
	return "", false
}

// find returns the index of a message's entry, or of the first one after it.
func (m *flagMemory) find(seq uint32) int {
	n := len(m.entries)
	if n == 0 || m.entries[n-1].seq < seq {
		return n
	}
	return sort.Search(n, func(i int) bool { return m.entries[i].seq >= seq })
}

func (m *flagMemory) drop(seq uint32) {
	if at := m.find(seq); at < len(m.entries) && m.entries[at].seq == seq {
		m.entries = append(m.entries[:at], m.entries[at+1:]...)
	}
}

// store applies to a message's flags what a STORE did to them.
func (m *flagMemory) store(seq uint32, item string, flags []string) {
	before := notSeen + "()"
	if at := m.find(seq); at < len(m.entries) && m.entries[at].seq == seq {
		before = m.sets[m.entries[at].set]
	}
	mark, had := "", flagsOf(before)
	if strings.HasPrefix(before, notSeen) && item[0] != 'F' {
		mark = notSeen
	}
	if item[0] == 'F' {
		had = nil
	}
	had = slices.DeleteFunc(had, func(f string) bool { return containsFold(flags, []byte(f)) })
	if item[0] != '-' {
		had = append(had, flags...)
	}
	m.note(seq, []byte(mark+"("+strings.Join(had, " ")+")"))
}

// storesSilently applies a STORE with .SILENT, whose result no response shows (RFC 9051 §6.4.6).
func (t *Tagger) storesSilently(c *Command, cond response.Cond) {
	m := t.session.Mailbox
	if !c.Match.Row().SetsFlags || m == nil {
		return
	}
	words := c.Match.Args()
	if len(words) < 3 {
		return
	}
	item := strings.ToUpper(words[1].Text)
	if strings.HasSuffix(item, "FLAGS") {
		return // FETCH responses show the result
	}
	a := NewAsked(c)
	if cond != response.OK || !strings.HasSuffix(item, "FLAGS.SILENT") || a.open || m.Exists > flagsKept {
		t.flags.forget() // it is not known which messages it has changed
		return
	}
	var flags []string
	for _, w := range words[2:] {
		flags = append(flags, flagsOf(w.Text)...)
	}
	for seq := uint32(1); seq <= m.Exists; seq++ {
		uid := uint32(0)
		if a.setUID && seq < uint32(len(t.judging.uids)) {
			uid = t.judging.uids[seq]
		}
		switch a.numbered(seq, uid, m.Exists) {
		case Yes:
			t.flags.store(seq, item, flags)
		case Maybe:
			t.flags.forget()
			return
		}
	}
}

// flagsOf returns the flags in a set as on the wire.
func flagsOf(set string) []string { return strings.Fields(strings.Trim(set, notSeen+"()")) }

// having counts the messages last seen with a flag.
func (m *flagMemory) having(flag string) uint32 {
	has := make([]bool, len(m.sets))
	for i, set := range m.sets {
		has[i] = containsFold(flagsOf(set), []byte(flag))
	}
	n := uint32(0)
	for _, e := range m.entries {
		if has[e.set] {
			n++
		}
	}
	return n
}

// expunged removes a message; the numbers after it go down by one.
func (m *flagMemory) expunged(seq uint32) {
	m.drop(seq)
	at := m.find(seq)
	if m.work += len(m.entries) - at; m.work > flagsWork {
		m.forget()
		return
	}
	for i := at; i < len(m.entries); i++ {
		m.entries[i].seq--
	}
}

// flagsSeen remembers the flags in a FETCH response and, if nobody asked for them, sets in the event what has
// changed.
func (t *Tagger) flagsSeen(e *Event, v *response.Fetch) {
	if v.Name() != "FETCH" || v.Seq == 0 || t.session.Mailbox == nil || t.current() != t.session.Mailbox {
		return
	}
	for i := range v.Items {
		item := &v.Items[i]
		if item.Kind != response.ItemFlags {
			continue
		}
		before, changed := t.flags.note(v.Seq, item.Raw)
		if changed && (t.idle != nil || !asksFlags(e.Command)) {
			e.Flags = flagChange(before, item.Flags)
		}
	}
}

// asksFlags reports whether flags are in the answer to a command.
func asksFlags(c *Command) bool {
	if c == nil {
		return false
	}
	switch row := c.Match.Row(); {
	case row.SetsFlags:
		return true
	case row.Saves:
		for _, w := range c.Match.Words {
			for item := range strings.FieldsFuncSeq(w.Text, func(r rune) bool { return r == ' ' || r == '(' || r == ')' }) {
				switch strings.ToUpper(item) {
				case "FLAGS", "ALL", "FAST", "FULL":
					return true
				}
			}
		}
	}
	return false
}

// flagChange compares a set as on the wire with the present flags; nil if they are the same. It ignores \Recent,
// which nobody sets: it only shows which session was told first.
func flagChange(before string, now [][]byte) *FlagChange {
	had := flagsOf(before)
	c := &FlagChange{}
	for _, f := range now {
		if !strings.EqualFold(string(f), `\Recent`) && !containsFold(had, f) {
			c.Set = append(c.Set, string(f))
		}
	}
	for _, h := range had {
		gone := !strings.EqualFold(h, `\Recent`)
		for _, f := range now {
			gone = gone && !bytes.EqualFold(f, []byte(h))
		}
		if gone {
			c.Removed = append(c.Removed, h)
		}
	}
	if len(c.Set) == 0 && len(c.Removed) == 0 {
		return nil
	}
	return c
}

func containsFold(list []string, word []byte) bool {
	for _, s := range list {
		if strings.EqualFold(s, string(word)) {
			return true
		}
	}
	return false
}

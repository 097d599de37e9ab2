package tagger

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"imapsh/internal/command"
)

// Secure says that the link is encrypted from now on, or was from the start. After a change (STARTTLS) it forgets
// what the server offered unencrypted.
func (t *Tagger) Secure(changed bool) {
	t.change(func(s *Session) {
		s.TLS = true
		if changed {
			s.Caps, s.MoreCaps, s.Enabled = nil, false, nil
		}
	})
}

// Idling returns the IDLE that the server has agreed to; nil if there is none.
func (t *Tagger) Idling() *Command { return t.idle }

// View returns the session for hints, completion, warnings and shorthand: an immutable value, which is made again
// when something has changed.
func (t *Tagger) View() *command.View {
	if t.viewed == t.session && t.view != nil {
		if t.viewedSeen != t.seen.changes {
			v := *t.view
			t.view = &v
			t.viewSeen()
		}
		return t.view
	}
	s := t.session
	v := &command.View{
		State: s.State, TLS: s.TLS, Delim: s.Delim, Prefix: s.Prefix, UTF8: utf8Mode(s), Literals: t.literals,
		Caps: t.caps.get(s.Caps), Enabled: t.enabled.get(s.Enabled), MoreCaps: s.MoreCaps,
	}
	v.Rev2 = v.Enabled["IMAP4REV2"] || v.Caps["IMAP4REV2"] && !v.Caps["IMAP4REV1"]
	if m := s.Mailbox; m != nil {
		v.Mailbox, v.Exists, v.ReadOnly, v.Flags = m.Name, m.Exists, m.ReadOnly, m.Flags
	}
	t.view, t.viewed = v, s
	t.viewSeen()
	return v
}

// viewSeen sets what has been seen in a view that has not been returned yet.
func (t *Tagger) viewSeen() {
	t.view.Mailboxes = slices.Clip(t.seen.names)
	t.view.Numbers, t.view.UIDs = newest(t.seen.numbers), newest(t.seen.uids)
	t.viewedSeen = t.seen.changes
}

// newest returns the last 50 numbers of a list, each once, newest first.
func newest(list []uint32) []uint32 {
	const most = 50
	var out []uint32
	for i := len(list) - 1; i >= 0 && len(out) < most; i-- {
		if !slices.Contains(out, list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// utf8Mode reports whether quoted strings may hold UTF-8 (RFC 6855 §3, RFC 9051 §6.3.1).
func utf8Mode(s *Session) bool {
	return slices.Contains(s.Enabled, "UTF8=ACCEPT") || slices.Contains(s.Enabled, "IMAP4REV2")
}

// seen is the mailboxes, numbers and UIDs that responses have named.
type seen struct {
	names     []string
	octets    int // bytes of names
	has       map[string]bool
	numbers   []uint32
	uids      []uint32
	forgotten uint // how often the names were forgotten
	changes   uint // how often something in it has changed
}

// mailbox remembers a name if there is room, and reports whether it is remembered now.
func (s *seen) mailbox(name []byte) bool {
	if len(name) == 0 || s.has[string(name)] {
		return true
	}
	if len(s.names) >= namesKept || len(name) > namesOctets-s.octets {
		return false
	}
	if s.has == nil {
		s.has = map[string]bool{}
	}
	s.has[string(name)] = true
	s.changes++
	s.names = append(s.names, string(name))
	s.octets += len(name)
	return true
}

func (s *seen) number(n uint32) { s.numbers, s.changes = recent(s.numbers, n), s.changes+1 }
func (s *seen) uid(n uint32)    { s.uids, s.changes = recent(s.uids, n), s.changes+1 }

// set notes the numbers of a set, "3,5:9", but no more than the first 200.
func (s *seen) set(text string, note func(uint32)) {
	const most = 200
	n := 0
	for part := range strings.SplitSeq(text, ",") {
		lo, hi, isRange := strings.Cut(part, ":")
		a, err := strconv.ParseUint(lo, 10, 32)
		b := a
		if isRange && err == nil {
			b, err = strconv.ParseUint(hi, 10, 32)
		}
		if err != nil {
			return
		}
		for a, b = min(a, b), max(a, b); a <= b; a++ {
			if n++; n > most {
				return
			}
			note(uint32(a))
		}
	}
}

// renumbered forgets sequence numbers, because an EXPUNGE has changed them.
func (s *seen) renumbered() { s.numbers, s.changes = nil, s.changes+1 }

func (s *seen) forgetNumbers() { s.numbers, s.uids, s.changes = nil, nil, s.changes+1 }

// forgetNames forgets the mailboxes, because one was created, deleted or renamed.
func (s *seen) forgetNames() {
	s.names, s.octets, s.has, s.changes, s.forgotten = nil, 0, nil, s.changes+1, s.forgotten+1
}

// recent appends n to list, of which only the newest numbers are kept.
func recent(list []uint32, n uint32) []uint32 {
	if len(list) >= 2*numbersKept {
		list = append(list[:0], list[len(list)-numbersKept:]...)
	}
	return append(list, n)
}

// Forgotten returns how often the names of mailboxes were forgotten because one was created, deleted or
// renamed.
func (t *Tagger) Forgotten() uint { return t.seen.forgotten }

// countUIDs returns how many UIDs are in a set: "3,5:9".
func countUIDs(set []byte) uint32 {
	var n uint64
	for part := range bytes.SplitSeq(set, []byte(",")) {
		lo, hi, isRange := bytes.Cut(part, []byte(":"))
		a, err := strconv.ParseUint(string(lo), 10, 32)
		if err != nil {
			continue
		}
		b := a
		if isRange {
			if b, err = strconv.ParseUint(string(hi), 10, 32); err != nil {
				continue
			}
		}
		n += max(a, b) - min(a, b) + 1
	}
	return uint32(min(n, 1<<32-1))
}

// EndIdle says that DONE is being sent: from now on responses are not pushes.
func (t *Tagger) EndIdle() {
	if t.idle != nil {
		t.idle.Begun = t.now()
	}
	t.idle = nil
}

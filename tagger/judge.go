package tagger

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// judging is what is remembered of an exchange to find violations that no single response shows.
type judging struct {
	// lastSeq and lastUID are those of the last FETCH with a UID; lastSeq is 0 if numbers have changed since.
	lastSeq, lastUID uint32
	uids             uidMemory
	// old is how many of the mailbox's first messages already existed when UIDNEXT was reported.
	old uint32
	// notify says that NOTIFY is active: expunges may come at any time (RFC 5465 §5.2).
	notify bool
}

// validities are the UIDVALIDITYs last seen of the users' mailboxes.
type validities struct {
	of     map[string]uint64 // by user, NUL and mailbox
	octets int               // bytes of the keys
}

// note remembers a UIDVALIDITY, if there is room, and returns the one before; ok reports whether there was one.
func (v *validities) note(key string, now uint64) (before uint64, ok bool) {
	before, ok = v.of[key]
	if !ok {
		if len(v.of) >= validitiesKept || len(key) > validitiesOctets-v.octets {
			return 0, false
		}
		v.octets += len(key)
	}
	if v.of == nil {
		v.of = map[string]uint64{}
	}
	v.of[key] = now
	return before, ok
}

// current returns the mailbox that untagged responses are about: the one being opened, otherwise the selected one.
func (t *Tagger) current() *Mailbox {
	if c := t.flight.oldest(); c != nil && c.named != "" {
		return t.opening
	}
	return t.session.Mailbox
}

// judge checks an untagged response other than a status, before anything is learned from it.
func (t *Tagger) judge(e *Event, v response.Value) {
	switch v := v.(type) {
	case *response.Fetch:
		t.judgeFetch(e, v)
	case *response.Number:
		if v.Name() != "EXPUNGE" {
			return
		}
		t.judgeExpunge(e, "EXPUNGE")
		if m := t.current(); m != nil && m.HasExists && v.Num > m.Exists {
			e.add("sequence-beyond-exists", 2, v.Num, m.Exists)
		}
		t.judging.renumbered()
		if v.Num <= t.judging.old && t.judging.old > 0 {
			t.judging.old--
		}
	case *response.Vanished:
		if v.Earlier {
			return
		}
		t.judgeExpunge(e, "VANISHED")
		t.judging.renumbered()
		t.judging.old -= min(t.judging.old, countUIDs(v.UIDs))
	case *response.MailboxStatus:
		for i := range v.Items {
			if item := &v.Items[i]; item.HasNum && bytes.EqualFold(item.Name, []byte("UIDVALIDITY")) {
				t.judgeValidity(e, mailboxName(v.Mailbox.B), item.Num, item.Raw)
			}
		}
	}
}

func (t *Tagger) judgeFetch(e *Event, v *response.Fetch) {
	if v.Name() != "FETCH" || v.Seq == 0 {
		return
	}
	m := t.current()
	if m == nil {
		return
	}
	if m.HasExists && v.Seq > m.Exists {
		e.add("sequence-beyond-exists", 2, v.Seq, m.Exists)
		return
	}
	if m == t.opening { // what is remembered belongs to the mailbox before
		return
	}
	for i := range v.Items {
		item := &v.Items[i]
		if item.Kind != response.ItemUID || item.Num == 0 {
			continue
		}
		uid, j := uint32(item.Num), &t.judging
		if v.Seq <= j.old && m.UIDNext > 0 && item.Num >= m.UIDNext {
			e.add("uid-above-uidnext", offsetIn(e.Frame.Raw, item.Raw), uid, m.UIDNext)
		}
		before := j.uids.note(v.Seq, uid)
		switch {
		case before != 0 && before != uid:
			e.add("uid-changed", offsetIn(e.Frame.Raw, item.Raw), v.Seq, uid, before)
		case j.lastSeq > 0 && v.Seq != j.lastSeq && ((v.Seq > j.lastSeq) != (uid > j.lastUID) || uid == j.lastUID):
			e.add("uids-not-ascending", offsetIn(e.Frame.Raw, item.Raw), v.Seq, uid, j.lastSeq, j.lastUID)
		}
		j.lastSeq, j.lastUID = v.Seq, uid
	}
}

// judgeExpunge reports that messages disappear while they must not: while no command is in progress, or only commands
// that use message numbers (RFC 9051 §7.5.1). Any other command in flight allows it.
func (t *Tagger) judgeExpunge(e *Event, name string) {
	if t.judging.notify {
		return
	}
	running := ""
	for _, c := range t.flight.all() {
		if !c.Match.Row().ByNumber {
			return
		}
		running = c.Match.Name
	}
	if running == "" {
		e.add("expunge-not-allowed", 0, name, "no command is in progress")
		return
	}
	e.add("expunge-not-allowed", 0, name, "a "+running+" is in progress")
}

// judgeCompleted checks a command that is being completed and is still in flight.
func (t *Tagger) judgeCompleted(e *Event, c *Command, cond response.Cond) {
	if cond != response.OK {
		return
	}
	row := c.Match.Row()
	switch {
	case row.Opens:
		if t.flight.oldest() == c {
			t.judgeOpened(e)
		}
	case row.After.OK == command.Logout:
		if !t.session.Bye {
			e.add("logout-without-bye", 0)
		}
	case row.Notifies:
		t.judging.notify = len(c.Match.Words) < 2 || !strings.EqualFold(c.Match.Words[1].Text, "NONE")
	case row.ChangesNames:
		t.validities = validities{} // a name may belong to another mailbox now
	}
}

// judgeOpened reports which required responses did not come with a SELECT (RFC 9051 §6.3.2).
func (t *Tagger) judgeOpened(e *Event) {
	m := t.opening
	if m == nil {
		m = &Mailbox{}
	}
	if !m.HasFlags {
		e.add("no-flags", 0)
	}
	if !m.HasExists {
		e.add("no-exists", 0)
	}
	if m.UIDValidity == 0 {
		e.add("no-uidvalidity", 0)
	}
	t.judging.renumbered()
	t.judging.old = 0
	if m.HasExists {
		t.judging.old = m.Exists
	}
}

// judgeValidity compares a mailbox's UIDVALIDITY, raw as on the wire, with the one seen before.
func (t *Tagger) judgeValidity(e *Event, name string, now uint64, raw []byte) {
	if before, ok := t.validities.note(t.session.User+"\x00"+name, now); ok && before != now {
		e.add("uidvalidity-changed", offsetIn(e.Frame.Raw, raw), now, before)
	}
}

// mailboxName returns a name from the wire in the form of Mailbox.Name.
func mailboxName(b []byte) string {
	if bytes.EqualFold(b, []byte("INBOX")) {
		return "INBOX"
	}
	if name, ok := wire.DecodeMailbox(string(b)); ok {
		return name
	}
	return string(b)
}

// offsetIn returns where in raw a piece begins, which aliases raw.
func offsetIn(raw, piece []byte) int {
	if off := cap(raw) - cap(piece); off >= 0 && off <= len(raw) {
		return off
	}
	return 0
}

package demo

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// A mailbox holds messages in the order of their UIDs.
type mailbox struct {
	validity uint32
	// Set when it is made, or with the user's lock held.
	noSelect bool
	use      []imap.MailboxAttr

	room *quota // counts its messages

	mu       sync.Mutex
	deleted  bool // it cannot be opened any longer
	messages []*message
	next     imap.UID
	tracker  *imapserver.MailboxTracker
	views    map[*view]struct{}
}

// A message is one message. To change its flags, the slice is replaced with the mailbox's lock held.
type message struct {
	uid   imap.UID
	raw   []byte
	date  time.Time // INTERNALDATE
	flags []imap.Flag
}

func newMailbox(validity uint32, room *quota) *mailbox {
	return &mailbox{validity: validity, room: room, next: 1, tracker: imapserver.NewMailboxTracker(0), views: make(map[*view]struct{})}
}

// append adds a message and notifies every view.
func (b *mailbox) append(raw []byte, date time.Time, flags []imap.Flag) (imap.UID, error) {
	m := &message{raw: raw, date: date, flags: change(nil, &imap.StoreFlags{Flags: flags})}
	if tooManyFlags(m.flags) {
		return 0, errFlags
	}
	err := b.add([]*message{m})
	return m.uid, err
}

// add adds messages, all or none, and sets their UIDs.
func (b *mailbox) add(list []*message) error {
	octets := int64(0)
	for _, m := range list {
		octets += m.octets()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.deleted:
		return errMissing
	case len(list) > mailboxMessages-len(b.messages):
		return errFull
	case !b.room.take(octets):
		return errOverQuota
	}
	b.putLocked(list)
	return nil
}

// putLocked is add for messages that have already been counted. It queues one update for each, because the
// tracker cannot take two at once.
func (b *mailbox) putLocked(list []*message) {
	for _, m := range list {
		m.uid = b.next
		b.next++
		b.messages = append(b.messages, m)
		b.tracker.QueueNumMessages(uint32(len(b.messages)))
	}
	b.wakeLocked(len(list), false, nil)
}

// wakeLocked tells all views but one that changes are queued for them; expunges says whether some are expunges.
func (b *mailbox) wakeLocked(changes int, expunges bool, but *view) {
	for v := range b.views {
		if v != but {
			v.behindLocked(changes, expunges)
		}
		select {
		case v.changed <- struct{}{}:
		default: // it already knows
		}
	}
}

// removeLocked expunges the messages for which drop returns true, the last one first, so that
// the sequence numbers before it stay valid. It returns how many bytes they count.
func (b *mailbox) removeLocked(drop func(*message) bool) (octets int64) {
	gone := 0
	for i := len(b.messages) - 1; i >= 0; i-- {
		if m := b.messages[i]; drop(m) {
			b.tracker.QueueExpunge(uint32(i + 1))
			octets += m.octets()
			b.messages[i] = nil
			gone++
		}
	}
	b.messages = slices.DeleteFunc(b.messages, func(m *message) bool { return m == nil })
	b.wakeLocked(gone, gone > 0, nil)
	return octets
}

// remove is removeLocked, and returns the bytes to the quota.
func (b *mailbox) remove(drop func(*message) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.room.give(b.removeLocked(drop))
}

// moveAll moves all messages to a mailbox that no session has opened yet.
func (b *mailbox) moveAll(to *mailbox) {
	b.mu.Lock()
	all := make([]*message, len(b.messages))
	for i, m := range b.messages {
		all[i] = &message{raw: m.raw, date: m.date, flags: m.flags}
	}
	b.removeLocked(func(*message) bool { return true })
	b.mu.Unlock()
	to.mu.Lock()
	to.putLocked(all)
	to.mu.Unlock()
}

// drop marks a mailbox as deleted. Its bytes return to the quota once no session has it open.
func (b *mailbox) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.deleted = true
	b.freeLocked()
}

func (b *mailbox) freeLocked() {
	if !b.deleted || len(b.views) > 0 {
		return
	}
	for _, m := range b.messages {
		b.room.give(m.octets())
	}
	b.messages = nil
}

// status returns all data that STATUS can ask for.
func (b *mailbox) status() *imap.StatusData {
	b.mu.Lock()
	defer b.mu.Unlock()
	var (
		all                     = uint32(len(b.messages))
		unseen, deleted, recent uint32
		size, freed             int64
		limit                   = uint32(appendLimit)
	)
	for _, m := range b.messages {
		size += int64(len(m.raw))
		if !m.has(imap.FlagSeen) {
			unseen++
		}
		if m.has(imap.FlagDeleted) {
			deleted++
			freed += int64(len(m.raw))
		}
	}
	return &imap.StatusData{
		NumMessages: &all, NumRecent: &recent, NumUnseen: &unseen, NumDeleted: &deleted,
		UIDNext: b.next, UIDValidity: b.validity, Size: &size, AppendLimit: &limit, DeletedStorage: &freed,
	}
}

// systemFlags are the system flags in the order in which they are shown.
var systemFlags = []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}

// flagsLocked returns the system flags and all keywords in use.
func (b *mailbox) flagsLocked() []imap.Flag {
	used := map[string]bool{}
	all := slices.Clone(systemFlags)
	for _, f := range all {
		used[strings.ToLower(string(f))] = true
	}
	for _, m := range b.messages {
		for _, f := range m.flags {
			if folded := strings.ToLower(string(f)); !used[folded] {
				used[folded] = true
				all = append(all, f)
			}
		}
	}
	sortFlags(all)
	return all
}

func (m *message) has(f imap.Flag) bool { return indexFlag(m.flags, f) >= 0 }

// indexFlag returns the index of a flag, -1 if it is not there. Upper and lower case are the same (RFC 9051 §2.3.2).
func indexFlag(flags []imap.Flag, f imap.Flag) int {
	return slices.IndexFunc(flags, func(g imap.Flag) bool { return strings.EqualFold(string(g), string(f)) })
}

// change returns the flags after a STORE, as a new slice: system flags first, then keywords
// by name, each spelled as when it was first set.
func change(flags []imap.Flag, how *imap.StoreFlags) []imap.Flag {
	var kept []imap.Flag
	if how.Op != imap.StoreFlagsSet {
		kept = slices.Clone(flags)
	}
	for _, f := range how.Flags {
		at := indexFlag(kept, f)
		switch {
		case how.Op == imap.StoreFlagsDel && at >= 0:
			kept = slices.Delete(kept, at, at+1)
		case how.Op != imap.StoreFlagsDel && at < 0 && f != imap.FlagWildcard && !strings.EqualFold(string(f), `\Recent`):
			kept = append(kept, f)
		}
	}
	sortFlags(kept)
	return kept
}

func sortFlags(flags []imap.Flag) {
	slices.SortStableFunc(flags, func(a, b imap.Flag) int {
		if i, j := rank(a), rank(b); i != j {
			return i - j
		}
		return strings.Compare(strings.ToLower(string(a)), strings.ToLower(string(b)))
	})
}

func rank(f imap.Flag) int {
	if i := slices.Index(systemFlags, f); i >= 0 {
		return i
	}
	return len(systemFlags)
}

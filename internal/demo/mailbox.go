package demo

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// mailbox holds messages in order of their UIDs.
type mailbox struct {
	validity uint32
	// Set when it is made, and under the user's lock.
	noSelect bool
	use      []imap.MailboxAttr

	mu       sync.Mutex
	messages []*message
	next     imap.UID
	tracker  *imapserver.MailboxTracker
	views    map[*view]struct{}
}

// message is one message. Its flags change by replacing the slice, under the mailbox's lock.
type message struct {
	uid   imap.UID
	raw   []byte
	date  time.Time // INTERNALDATE
	flags []imap.Flag
}

func newMailbox(validity uint32) *mailbox {
	return &mailbox{validity: validity, next: 1, tracker: imapserver.NewMailboxTracker(0), views: make(map[*view]struct{})}
}

// append adds a message and tells every view.
func (b *mailbox) append(raw []byte, date time.Time, flags []imap.Flag) imap.UID {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := &message{uid: b.next, raw: raw, date: date, flags: change(nil, &imap.StoreFlags{Flags: flags})}
	b.next++
	b.messages = append(b.messages, m)
	b.tracker.QueueNumMessages(uint32(len(b.messages)))
	b.wakeLocked()
	return m.uid
}

func (b *mailbox) wakeLocked() {
	for v := range b.views {
		select {
		case v.changed <- struct{}{}:
		default: // it has been told already
		}
	}
}

// removeLocked expunges the messages that drop names, the last first, so that
// the sequence numbers of those before it hold.
func (b *mailbox) removeLocked(drop func(*message) bool) {
	for i := len(b.messages) - 1; i >= 0; i-- {
		if drop(b.messages[i]) {
			b.tracker.QueueExpunge(uint32(i + 1))
			b.messages = slices.Delete(b.messages, i, i+1)
		}
	}
	b.wakeLocked()
}

// moveAll moves every message to an empty mailbox.
func (b *mailbox) moveAll(to *mailbox) {
	b.mu.Lock()
	all := slices.Clone(b.messages)
	b.removeLocked(func(*message) bool { return true })
	b.mu.Unlock()
	for _, m := range all {
		to.append(m.raw, m.date, m.flags)
	}
}

// status is all that STATUS can ask for.
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

// systemFlags in the order in which they are shown.
var systemFlags = []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}

// flagsLocked are the system flags and every keyword in use.
func (b *mailbox) flagsLocked() []imap.Flag {
	var used []imap.Flag
	for _, m := range b.messages {
		for _, f := range m.flags {
			if indexFlag(used, f) < 0 {
				used = append(used, f)
			}
		}
	}
	return change(systemFlags, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: used})
}

func (m *message) has(f imap.Flag) bool { return indexFlag(m.flags, f) >= 0 }

// indexFlag compares as RFC 9051 §2.3.2 does: without case.
func indexFlag(flags []imap.Flag, f imap.Flag) int {
	return slices.IndexFunc(flags, func(g imap.Flag) bool { return strings.EqualFold(string(g), string(f)) })
}

// change gives flags after a STORE, as a new slice: system flags first, then
// keywords by name, each spelled as it came first.
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
	slices.SortStableFunc(kept, func(a, b imap.Flag) int {
		if i, j := rank(a), rank(b); i != j {
			return i - j
		}
		return strings.Compare(strings.ToLower(string(a)), strings.ToLower(string(b)))
	})
	return kept
}

func rank(f imap.Flag) int {
	if i := slices.Index(systemFlags, f); i >= 0 {
		return i
	}
	return len(systemFlags)
}

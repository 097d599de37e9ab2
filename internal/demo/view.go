package demo

import (
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// A view is a mailbox that one session has open. The tracker knows which changes this client
// has got, and so which sequence numbers it uses.
type view struct {
	*mailbox
	tracker  *imapserver.SessionTracker
	readOnly bool
	changed  chan struct{} // something is queued for the client
	saved    imap.UIDSet   // "$", the result of SEARCH RETURN (SAVE)
	end      func()        // ends the session

	// The mailbox's lock guards these.
	behind   int  // at least the number of changes queued
	expunges bool // some of them are expunges
}

// behindLocked counts changes that are queued, and ends the session of a client that never asks for them.
func (v *view) behindLocked(changes int, expunges bool) {
	v.behind += changes
	v.expunges = v.expunges || expunges
	if v.behind > behindMost && v.end != nil {
		v.end()
		v.end = nil
	}
}

// poll sends the queued changes to the client; expunges, and changes after them, only if they are allowed.
func (v *view) poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	v.mu.Lock()
	if allowExpunge || !v.expunges {
		v.behind, v.expunges = 0, false
	}
	v.mu.Unlock()
	return v.tracker.Poll(w, allowExpunge)
}

// A picked is a message that a command is about, with the flags that it had at that time.
type picked struct {
	*message
	at    uint32 // its place in the mailbox, from 1
	seq   uint32 // its sequence number for this client
	flags []imap.Flag
}

// open returns a new view, and the data for the answer to SELECT. end ends the session of the view.
func (b *mailbox) open(readOnly bool, end func()) (*view, *imap.SelectData) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := &view{mailbox: b, tracker: b.tracker.NewSession(), readOnly: readOnly, changed: make(chan struct{}, 1), end: end}
	b.views[v] = struct{}{}
	data := &imap.SelectData{
		Flags:       b.flagsLocked(),
		NumMessages: uint32(len(b.messages)),
		UIDNext:     b.next,
		UIDValidity: b.validity,
	}
	if !readOnly {
		data.PermanentFlags = append(slices.Clone(data.Flags), imap.FlagWildcard)
	}
	unseen := slices.IndexFunc(b.messages, func(m *message) bool { return !m.has(imap.FlagSeen) })
	data.FirstUnseenSeqNum = uint32(unseen + 1)
	return v, data
}

func (v *view) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.views, v)
	v.tracker.Close()
	v.freeLocked()
}

// idle sends changes to the client, also those queued before, until stop is closed.
func (v *view) idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		if err := v.poll(w, true); err != nil {
			return err
		}
		select {
		case <-v.changed:
		case <-stop:
			return nil
		}
	}
}

// pickLocked returns the messages in a set that the client knows of.
func (v *view) pickLocked(set imap.NumSet) []picked {
	var wanted func(picked) bool
	switch set := set.(type) {
	case imap.SeqSet:
		static := v.seqSetLocked(set)
		wanted = func(p picked) bool { return static.Contains(p.seq) }
	case imap.UIDSet:
		static := v.uidSetLocked(set)
		wanted = func(p picked) bool { return static.Contains(p.uid) }
	}
	var list []picked
	for i, m := range v.messages {
		at := uint32(i + 1)
		if p := (picked{m, at, v.tracker.EncodeSeqNum(at), m.flags}); p.seq > 0 && wanted(p) {
			list = append(list, p)
		}
	}
	return list
}

func (v *view) pick(set imap.NumSet) []picked {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.pickLocked(set)
}

// seqSetLocked replaces "*" by the highest sequence number that the client knows.
func (v *view) seqSetLocked(set imap.SeqSet) imap.SeqSet {
	var last uint32
	for i := len(v.messages); i > 0 && last == 0; i-- {
		last = v.tracker.EncodeSeqNum(uint32(i))
	}
	var static imap.SeqSet
	for _, r := range set {
		if from, to, ok := fixed(r.Start, r.Stop, last); ok {
			static.AddRange(from, to)
		}
	}
	return static
}

// uidSetLocked replaces "*" by the highest UID, and "$" by the saved result.
func (v *view) uidSetLocked(set imap.UIDSet) imap.UIDSet {
	if imap.IsSearchRes(set) {
		return v.saved
	}
	var last imap.UID
	if n := len(v.messages); n > 0 {
		last = v.messages[n-1].uid
	}
	var static imap.UIDSet
	for _, r := range set {
		if from, to, ok := fixed(uint32(r.Start), uint32(r.Stop), uint32(last)); ok {
			static.AddRange(imap.UID(from), imap.UID(to))
		}
	}
	return static
}

func (v *view) uidSet(set imap.UIDSet) imap.UIDSet {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.uidSetLocked(set)
}

// fixed returns a range with "*", given as 0, replaced by last. It returns false in an empty mailbox.
func fixed(start, stop, last uint32) (from, to uint32, ok bool) {
	if start == 0 {
		start = last
	}
	if stop == 0 {
		stop = last
	}
	return min(start, stop), max(start, stop), min(start, stop) > 0
}

// fetch writes a FETCH response for each message. It holds no lock while it writes, so that a
// client that does not read holds up no other.
func (v *view) fetch(w *imapserver.FetchWriter, set imap.NumSet, opts *imap.FetchOptions) error {
	v.mu.Lock()
	list := v.pickLocked(set)
	var seen []bool // for which messages this FETCH sets \Seen
	changes := 0
	if !v.readOnly && setsSeen(opts) {
		seen = make([]bool, len(list))
		add := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}
		for i := range list {
			if p := &list[i]; !p.has(imap.FlagSeen) {
				seen[i] = true
				v.flagLocked(p, change(p.flags, add))
				changes++
			}
		}
		v.wakeLocked(changes, false, v)
	}
	v.mu.Unlock()
	for i := range list {
		if err := list[i].write(w, opts, opts.Flags || seen != nil && seen[i]); err != nil {
			return err
		}
	}
	return nil
}

// setsSeen reports whether a FETCH reads a body without PEEK.
func setsSeen(opts *imap.FetchOptions) bool {
	return slices.ContainsFunc(opts.BodySection, func(s *imap.FetchItemBodySection) bool { return !s.Peek }) ||
		slices.ContainsFunc(opts.BinarySection, func(s *imap.FetchItemBinarySection) bool { return !s.Peek })
}

// flagLocked sets the flags of a message, and queues the change for the other views.
func (v *view) flagLocked(p *picked, flags []imap.Flag) {
	p.message.flags, p.flags = flags, flags
	v.mailbox.tracker.QueueMessageFlags(p.at, p.uid, flags, v.tracker)
}

func (v *view) store(w *imapserver.FetchWriter, set imap.NumSet, how *imap.StoreFlags) error {
	list, err := v.change(set, how)
	if err != nil {
		return err
	}
	if how.Silent {
		return nil
	}
	_, byUID := set.(imap.UIDSet)
	for i := range list {
		if err := list[i].write(w, &imap.FetchOptions{UID: byUID}, true); err != nil {
			return err
		}
	}
	return nil
}

// change changes the flags of messages, all or none.
func (v *view) change(set imap.NumSet, how *imap.StoreFlags) ([]picked, error) {
	if tooManyFlags(how.Flags) {
		return nil, errFlags
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	list := v.pickLocked(set)
	flags := make([][]imap.Flag, len(list))
	more := int64(0)
	for i := range list {
		flags[i] = change(list[i].flags, how)
		if tooManyFlags(flags[i]) {
			return nil, errFlags
		}
		more += keywordOctets(flags[i]) - keywordOctets(list[i].flags)
	}
	if more > 0 && !v.room.take(more) {
		return nil, errOverQuota
	}
	if more < 0 {
		v.room.give(-more)
	}
	for i := range list {
		v.flagLocked(&list[i], flags[i])
	}
	v.wakeLocked(len(list), false, v)
	return list, nil
}

// copyTo copies messages, all or none, and returns the data for COPYUID; nil if there were no messages.
func (v *view) copyTo(dest *mailbox, set imap.NumSet) (*imap.CopyData, error) {
	picks := v.pick(set)
	if len(picks) == 0 {
		return nil, nil
	}
	copies := make([]*message, len(picks))
	for i, p := range picks {
		copies[i] = &message{raw: p.raw, date: p.date, flags: p.flags}
	}
	if err := dest.add(copies); err != nil {
		return nil, err
	}
	data := &imap.CopyData{UIDValidity: dest.validity}
	for i, m := range copies {
		data.SourceUIDs.AddNum(picks[i].uid)
		data.DestUIDs.AddNum(m.uid)
	}
	return data, nil
}

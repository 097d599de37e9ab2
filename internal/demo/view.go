package demo

import (
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// view is a mailbox as one session has it open: the tracker knows what this
// client has been told, and so which sequence numbers it goes by.
type view struct {
	*mailbox
	tracker  *imapserver.SessionTracker
	readOnly bool
	changed  chan struct{} // something is queued for the client
	saved    imap.UIDSet   // "$", the result of SEARCH RETURN (SAVE)
}

// picked is a message that a command is about, as it was when it was picked.
type picked struct {
	*message
	seq   uint32 // as the client counts
	flags []imap.Flag
}

// open makes a view and tells what SELECT tells.
func (b *mailbox) open(readOnly bool) (*view, *imap.SelectData) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := &view{mailbox: b, tracker: b.tracker.NewSession(), readOnly: readOnly, changed: make(chan struct{}, 1)}
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
}

// idle tells the client what changes until stop is closed. What was queued
// before counts too.
func (v *view) idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		if err := v.tracker.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-v.changed:
		case <-stop:
			return nil
		}
	}
}

// pickLocked gives the messages of a set that the client knows of.
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
		if p := (picked{m, v.tracker.EncodeSeqNum(uint32(i + 1)), m.flags}); p.seq > 0 && wanted(p) {
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

// seqSetLocked puts the highest number the client knows in the place of "*".
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

// uidSetLocked puts the highest UID in the place of "*", and the saved result in that of "$".
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

// fixed gives a range without "*", which is 0; none in an empty mailbox.
func fixed(start, stop, last uint32) (from, to uint32, ok bool) {
	if start == 0 {
		start = last
	}
	if stop == 0 {
		stop = last
	}
	return min(start, stop), max(start, stop), min(start, stop) > 0
}

// fetch writes a FETCH response for each message. Those are copies, so that a
// client that does not read holds up nobody else.
func (v *view) fetch(w *imapserver.FetchWriter, set imap.NumSet, opts *imap.FetchOptions) error {
	v.mu.Lock()
	list := v.pickLocked(set)
	var seen []bool // the messages that this FETCH sets \Seen on
	if !v.readOnly && setsSeen(opts) {
		seen = make([]bool, len(list))
		add := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}
		for i := range list {
			if p := &list[i]; !p.has(imap.FlagSeen) {
				seen[i] = true
				v.flagLocked(p, add)
			}
		}
		v.wakeLocked()
	}
	v.mu.Unlock()
	for i := range list {
		if err := list[i].write(w, opts, opts.Flags || seen != nil && seen[i]); err != nil {
			return err
		}
	}
	return nil
}

// setsSeen tells whether a FETCH reads a body without PEEK.
func setsSeen(opts *imap.FetchOptions) bool {
	return slices.ContainsFunc(opts.BodySection, func(s *imap.FetchItemBodySection) bool { return !s.Peek }) ||
		slices.ContainsFunc(opts.BinarySection, func(s *imap.FetchItemBinarySection) bool { return !s.Peek })
}

// flagLocked changes the flags of a message and queues it for the other views.
func (v *view) flagLocked(p *picked, how *imap.StoreFlags) {
	p.message.flags = change(p.message.flags, how)
	p.flags = p.message.flags
	i := slices.Index(v.messages, p.message)
	v.mailbox.tracker.QueueMessageFlags(uint32(i+1), p.uid, p.flags, v.tracker)
}

func (v *view) store(w *imapserver.FetchWriter, set imap.NumSet, how *imap.StoreFlags) error {
	v.mu.Lock()
	list := v.pickLocked(set)
	for i := range list {
		v.flagLocked(&list[i], how)
	}
	v.wakeLocked()
	v.mu.Unlock()
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

func (v *view) expunge(drop func(*message) bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.removeLocked(drop)
}

// copyTo copies messages and tells where they went; nil when there were none.
func (v *view) copyTo(dest *mailbox, set imap.NumSet) *imap.CopyData {
	var data *imap.CopyData
	for _, p := range v.pick(set) {
		if data == nil {
			data = &imap.CopyData{UIDValidity: dest.validity}
		}
		data.SourceUIDs.AddNum(p.uid)
		data.DestUIDs.AddNum(dest.append(p.raw, p.date, p.flags))
	}
	return data
}

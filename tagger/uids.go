package tagger

// uidsKept is how many UIDs are remembered: those of the first messages of a mailbox.
const uidsKept = 1 << 16

// uidMemory is the UIDs seen of the selected mailbox's messages since their numbers last changed, by number; 0 for a
// message whose UID was not seen.
type uidMemory []uint32

// note remembers the UID of a message and returns the one it had before; 0 if there was none.
func (m *uidMemory) note(seq, uid uint32) (before uint32) {
	if seq >= uidsKept {
		return 0
	}
	for uint32(len(*m)) <= seq {
		*m = append(*m, 0)
	}
	before, (*m)[seq] = (*m)[seq], uid
	return before
}

// renumbered forgets what depends on message numbers, because they now belong to other messages.
func (j *judging) renumbered() {
	clear(j.uids)
	j.lastSeq, j.uids = 0, j.uids[:0]
}

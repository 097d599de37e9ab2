package tagger

// uidsKept is how many messages' UIDs are remembered: of a mailbox's first ones.
const uidsKept = 1 << 16

// uidMemory is the UIDs seen of the selected mailbox's messages since their numbers changed last, by
// number; 0 if none was.
type uidMemory []uint32

// note remembers the UID of a message and returns the one it had before, 0 for none.
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

// renumbered forgets what goes by message numbers: they mean other messages now.
func (j *judging) renumbered() {
	clear(j.uids)
	j.lastSeq, j.uids = 0, j.uids[:0]
}

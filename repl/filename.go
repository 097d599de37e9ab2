package repl

import (
	"strconv"
	"strings"
)

// What a file's name after ">" can hold: the message's sequence number, its UID, the mailbox.
const (
	byNumber  = "%d"
	byUID     = "%u"
	byMailbox = "%m"
)

// namesEach reports whether a file's name makes one file for each message.
func namesEach(name string) bool {
	return strings.Contains(name, byNumber) || strings.Contains(name, byUID)
}

// numberMark is the mark in a file's name that tells one message from another.
func numberMark(name string) string {
	if strings.Contains(name, byUID) {
		return byUID
	}
	return byNumber
}

// nameFor returns a file's name for a message.
func nameFor(name string, seq, uid uint32) string {
	return strings.NewReplacer(byNumber, strconv.FormatUint(uint64(seq), 10), byUID, strconv.FormatUint(uint64(uid), 10)).Replace(name)
}

// mailboxPart returns a mailbox's name as a part of a file's: without what leads into other folders, and without
// what has a meaning in a name.
func mailboxPart(name string) string {
	part := strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`/\%:*?"<>|`, r) {
			return -1
		}
		return r
	}, name), ". ")
	if strings.HasPrefix(part, "-") || strings.HasPrefix(part, "~") || reserved[strings.ToUpper(part)] {
		part = "_" + strings.TrimLeft(part, "-~")
	}
	if part == "" {
		return "mailbox"
	}
	return part
}

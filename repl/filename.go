package repl

import (
	"strconv"
	"strings"
)

// The marks in the name of a file after ">": the message's sequence number, its UID, the mailbox.
const (
	byNumber  = "%d"
	byUID     = "%u"
	byMailbox = "%m"
)

// namesEach reports whether a file name makes one file for each message.
func namesEach(name string) bool {
	return strings.Contains(name, byNumber) || strings.Contains(name, byUID)
}

// numberMark returns the mark in a file name that distinguishes messages.
func numberMark(name string) string {
	if strings.Contains(name, byUID) {
		return byUID
	}
	return byNumber
}

// nameFor returns the file name for a message.
func nameFor(name string, seq, uid uint32) string {
	return strings.NewReplacer(byNumber, strconv.FormatUint(uint64(seq), 10), byUID, strconv.FormatUint(uint64(uid), 10)).Replace(name)
}

// mailboxPart returns a mailbox name as part of a file name: without path separators and characters that have a
// special meaning in file names. It is never empty.
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

package demo

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Limits on what the server keeps and does for its clients, so that neither a class of students nor an attacker can bring
// it down. Beyond them it answers OVERQUOTA (RFC 9208 §4.3.1) or LIMIT (RFC 5530 §3).
const (
	userOctets    = 64 << 20 // bytes kept for one account: messages, their keywords, mailboxes
	allOctets     = 96 << 20 // bytes kept for all accounts
	arrivingMost  = 96 << 20 // bytes of long literals that arrive at the same time
	messageOctets = 512      // bytes that a message counts in addition to its own
	mailboxOctets = 1024     // bytes that a mailbox counts in addition to its name

	mailboxMessages = 10_000 // messages in one mailbox
	userMailboxes   = 25_000 // mailboxes of one account, and subscriptions
	nameOctets      = 255    // bytes of a mailbox name
	nameLevels      = 20     // levels of a mailbox name
	messageFlags    = 100    // flags of one message
	flagOctets      = 200    // bytes of one flag

	sessionsMost = 100    // connections at the same time
	behindMost   = 40_000 // changes queued for a session; with more it is ended

	// IdleTime is the Options.Idle for a server with several users (RFC 9051 §5.4 asks for at least 30 minutes).
	IdleTime  = 30 * time.Minute
	loginTime = 3 * time.Minute // the limit before login, if Idle is longer
)

var (
	errOverQuota = no(imap.ResponseCodeOverQuota, tooMuch)
	errFull      = limited("A mailbox is limited to %d messages here", mailboxMessages)
	errMailboxes = limited("Mailboxes and subscriptions are limited to %d each here", userMailboxes)
	errLevels    = limited("A mailbox name is limited to %d bytes and %d levels here", nameOctets, nameLevels)
	errFlags     = limited("A message is limited to %d flags of %d bytes here", messageFlags, flagOctets)
)

// tooMuch is the text of OVERQUOTA.
const tooMuch = "The practice server has no room for more; delete something"

func limited(format string, args ...any) error {
	return no(imap.ResponseCodeLimit, fmt.Sprintf(format, args...))
}

// A quota counts bytes that are kept, for an account and in the quota above it for all. The zero value has no room.
type quota struct {
	most  int64
	above *quota // the quota of all accounts; nil if this is it

	mu   sync.Mutex
	used int64
}

// take reserves n bytes, all or none, and reports whether there was room.
func (q *quota) take(n int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n > q.most-q.used || q.above != nil && !q.above.take(n) {
		return false
	}
	q.used += n
	return true
}

func (q *quota) give(n int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.used -= n
	if q.above != nil {
		q.above.give(n)
	}
}

// has reports whether there is room for n bytes now.
func (q *quota) has(n int64) bool {
	ok := q.take(n)
	if ok {
		q.give(n)
	}
	return ok
}

// octets returns how many bytes a message counts.
func (m *message) octets() int64 { return int64(len(m.raw)) + messageOctets + keywordOctets(m.flags) }

// keywordOctets returns how many bytes the keywords among flags count. System flags are part of messageOctets.
func keywordOctets(flags []imap.Flag) (n int64) {
	for _, f := range flags {
		if !strings.HasPrefix(string(f), `\`) {
			n += int64(len(f)) + 16
		}
	}
	return n
}

// tooManyFlags reports whether there are too many flags for a message, or one that is too long.
func tooManyFlags(flags []imap.Flag) bool {
	if len(flags) > messageFlags {
		return true
	}
	for _, f := range flags {
		if len(f) > flagOctets {
			return true
		}
	}
	return false
}

package demo

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Limits of what the server keeps, and of what it does for its clients: a class in front of it, or one
// that wants to see it fall, must leave it standing. What is beyond is refused with OVERQUOTA (RFC 9208
// §4.3.1) or LIMIT (RFC 5530 §3).
const (
	userOctets    = 64 << 20 // kept for an account: messages, their keywords, mailboxes
	allOctets     = 96 << 20 // kept for all accounts
	arrivingMost  = 96 << 20 // bytes of long literals on their way at one time
	messageOctets = 512      // what a message counts besides its own bytes
	mailboxOctets = 1024     // what a mailbox counts besides its name

	mailboxMessages = 10_000 // messages of one mailbox
	userMailboxes   = 25_000 // mailboxes of one account; as many subscriptions
	nameOctets      = 255    // of a mailbox name
	nameLevels      = 20     // of a mailbox name
	messageFlags    = 100    // of one message
	flagOctets      = 200    // of one flag

	sessionsMost = 100    // at one time
	behindMost   = 40_000 // changes of its mailbox that a session has not been told yet; then it is ended

	// IdleTime is how long a server for others waits for a client's next command, and for it to read
	// (RFC 9051 §5.4: 30 minutes at least).
	IdleTime  = 30 * time.Minute
	loginTime = 3 * time.Minute // of these, before login
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

// quota counts bytes that are kept: an account's, and with them those of all. The zero value has no room.
type quota struct {
	most  int64
	above *quota // nil for that of all

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

// octets is what a message counts.
func (m *message) octets() int64 { return int64(len(m.raw)) + messageOctets + keywordOctets(m.flags) }

// keywordOctets is what the keywords among flags count; system flags are part of messageOctets.
func keywordOctets(flags []imap.Flag) (n int64) {
	for _, f := range flags {
		if !strings.HasPrefix(string(f), `\`) {
			n += int64(len(f)) + 16
		}
	}
	return n
}

// tooManyFlags reports whether flags are more, or longer, than a message may have.
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

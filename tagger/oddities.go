package tagger

import "imapsh/internal/wire"

// Deviations returns the violations that show only in the exchange, not in a single response.
func Deviations() []wire.Deviation { return deviations.Rows() }

var deviations = wire.NewTable([]wire.Deviation{
	{Name: "unknown-tag",
		Text:   "no command with this tag is in flight",
		Rule:   `response-tagged = tag SP resp-cond-state CRLF`,
		RFC:    "RFC 9051 §2.2.2",
		Effect: "clients close the connection, or keep waiting for the right response"},
	{Name: "unexpected-continuation",
		Text:   "a continuation request that no command is waiting for",
		Rule:   `continue-req = "+" SP (resp-text / base64) CRLF`,
		RFC:    "RFC 9051 §7.6",
		Effect: "clients close the connection, or send the next literal too early"},
	{Name: "no-flags",
		Text:   "the mailbox was opened without a FLAGS response",
		RFC:    "RFC 9051 §6.3.2",
		Effect: "clients do not know which flags exist"},
	{Name: "no-exists",
		Text:   "the mailbox was opened without an EXISTS response",
		RFC:    "RFC 9051 §6.3.2",
		Effect: "clients do not know how many messages there are"},
	{Name: "no-uidvalidity",
		Text:   "the mailbox was opened without UIDVALIDITY",
		RFC:    "RFC 9051 §6.3.2",
		Effect: "clients cannot cache messages: next time a UID may name another message"},
	{Name: "logout-without-bye",
		Text:   "OK to LOGOUT without a BYE before it",
		RFC:    "RFC 9051 §6.1.3",
		Effect: "clients may report a lost connection"},
	{Name: "expunge-not-allowed",
		Text:   "%s is not allowed while %s",
		RFC:    "RFC 9051 §7.5.1",
		Effect: "clients confuse messages, because they count positions"},
	{Name: "sequence-beyond-exists",
		Text:   "message %d in a mailbox of %d messages",
		RFC:    "RFC 9051 §2.3.1.2",
		Effect: "clients drop the response, or close the connection"},
	{Name: "uid-above-uidnext",
		Text:   "UID %d, but UIDNEXT was %d when the mailbox was opened, and this message was already there",
		RFC:    "RFC 9051 §2.3.1.1",
		Effect: "clients that ask for UIDs starting at UIDNEXT miss messages"},
	{Name: "uids-not-ascending",
		Text:   "message %d has UID %d, but message %d has UID %d",
		RFC:    "RFC 9051 §2.3.1.1",
		Effect: "clients that look up UIDs by binary search do not find messages"},
	{Name: "uid-changed",
		Text:   "message %d has UID %d, but had UID %d before",
		Rule:   `uniqueid = nz-number ; strictly ascending`,
		RFC:    "RFC 9051 §2.3.1.1",
		Effect: "clients show a wrong message, or one message twice"},
	{Name: "uidvalidity-changed",
		Text:   "UIDVALIDITY is %d but was %d before: UIDs now name other messages",
		RFC:    "RFC 9051 §2.3.1.1",
		Effect: "clients discard their cache of the mailbox and fetch everything again"},
})

// add reports an oddity in an event.
func (e *Event) add(name string, off int, args ...any) {
	e.Oddities = append(e.Oddities, deviations.Oddity(name, off, args...))
}

// Found is an oddity and where it was found, without its response.
type Found struct {
	Number  int    // of the command during which it came; 0 if there was none
	Tag     string // of that command
	Line    string // of that command, with secrets masked
	Message uint32 // the sequence number of a FETCH; 0 for other responses
	wire.Oddity
}

// remember adds the oddities of an event to those that Found returns, and counts them for their command.
func (t *Tagger) remember(e *Event, message uint32) {
	t.foundAll += len(e.Oddities)
	c := e.Command
	if c != nil {
		c.Odd += len(e.Oddities)
		if n := len(c.OddMessages); message > 0 && n < foundKept && (n == 0 || c.OddMessages[n-1] != message) {
			c.OddMessages = append(c.OddMessages, message)
		}
	}
	for _, o := range e.Oddities {
		if len(t.found) >= foundKept {
			return
		}
		f := Found{Message: message, Oddity: o}
		f.Text = cutText(o.Text, foundOctets)
		if c != nil {
			f.Number, f.Tag, f.Line = c.Number, cutText(c.Tag, foundOctets), cutText(c.Line, foundOctets)
		}
		t.found = append(t.found, f)
	}
}

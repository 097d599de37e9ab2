package tagger

import "imapsh/internal/wire"

// Deviations returns what only shows in the exchange, not in one response.
func Deviations() []wire.Deviation { return deviations.Rows() }

var deviations = wire.NewTable([]wire.Deviation{
	{Name: "unknown-tag",
		Text:   "no command with this tag is in flight",
		Rule:   `response-tagged = tag SP resp-cond-state CRLF`,
		RFC:    "RFC 9051 §2.2.2",
		Effect: "clients end the connection, or wait on for the answer that was meant"},
	{Name: "unexpected-continuation",
		Text:   "a continuation request that no command waits for",
		Rule:   `continue-req = "+" SP (resp-text / base64) CRLF`,
		RFC:    "RFC 9051 §7.6",
		Effect: "clients end the connection, or send a literal too early the next time"},
	{Name: "no-flags",
		Text:   "the mailbox was opened without a FLAGS response",
		RFC:    "RFC 9051 §6.3.2",
		Effect: "clients do not know which flags there are"},
	{Name: "no-exists",
		Text:   "the mailbox was opened without an EXISTS response",
		RFC:    "RFC 9051 §6.3.2",
		Effect: "clients do not know how many messages there are"},
	{Name: "no-uidvalidity",
		Text:   "the mailbox was opened without UIDVALIDITY",
		RFC:    "RFC 9051 §6.3.2",
		Effect: "clients cannot keep what they fetched: UIDs may mean other messages next time"},
	{Name: "logout-without-bye",
		Text:   "LOGOUT was answered OK, and no BYE came before",
		RFC:    "RFC 9051 §6.1.3",
		Effect: "clients may take it for a lost connection"},
	{Name: "expunge-not-allowed",
		Text:   "%s must not come while %s",
		RFC:    "RFC 9051 §7.5.1",
		Effect: "clients that number messages by counting take one message for another"},
	{Name: "sequence-beyond-exists",
		Text:   "message %d in a mailbox of %d",
		RFC:    "RFC 9051 §2.3.1.2",
		Effect: "clients drop the response, or end the connection"},
	{Name: "uid-above-uidnext",
		Text:   "UID %d, and the mailbox was opened with UIDNEXT %d when this message was there already",
		RFC:    "RFC 9051 §2.3.1.1",
		Effect: "clients that ask for UIDs from UIDNEXT on miss messages"},
	{Name: "uids-not-ascending",
		Text:   "message %d has UID %d, but message %d has UID %d",
		RFC:    "RFC 9051 §2.3.1.1",
		Effect: "clients that search UIDs by halves do not find messages"},
	{Name: "uid-changed",
		Text:   "message %d has UID %d, and had UID %d before",
		Rule:   `uniqueid = nz-number ; strictly ascending`,
		RFC:    "RFC 9051 §2.3.1.1",
		Effect: "clients show one message in place of another, or twice"},
	{Name: "uidvalidity-changed",
		Text:   "UIDVALIDITY is %d and was %d when last seen: UIDs mean other messages now",
		RFC:    "RFC 9051 §2.3.1.1",
		Effect: "clients forget all they knew of the mailbox and fetch it anew"},
})

// add notes an oddity of an event.
func (e *Event) add(name string, off int, args ...any) {
	e.Oddities = append(e.Oddities, deviations.Oddity(name, off, args...))
}

// Found is an oddity and where it was: what remains of it when its response is gone.
type Found struct {
	Number  int    // of the command in whose time it came, 0 for none
	Tag     string // of that command
	Line    string // of that command, secrets masked
	Message uint32 // the sequence number of a FETCH, 0 elsewhere
	wire.Oddity
}

// remember keeps the oddities of an event for Found, and counts them for their command.
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

// Package check asks whether an ordinary client can live with a server: it does what a mail
// program does, through go-imap's client, listens to the wire throughout with the framer,
// the decoders and the rules of imapsh, and gives a verdict. It prints nothing by itself.
package check

import (
	"time"

	"imapsh/internal/wire"
)

// Verdict is how a step, or a whole check, came out. The most severe of the steps is the check's.
type Verdict uint8

const (
	// Skipped is a step that was not to be taken: not offered by the server, or not asked for.
	Skipped Verdict = iota
	// Passed is a step that did what it should within its limits.
	Passed
	// Warned is a step that worked, with an oddity or beyond a limit that warns.
	Warned
	// Failed is a step that did not work, or is beyond a limit that is critical.
	Failed
)

// Report is what a check of one server found.
type Report struct {
	Server  string // its URL, without secrets
	User    string // "" when nobody logged in
	Began   time.Time
	Elapsed time.Duration // the whole check: the steps' times and Between, to the nanosecond
	// Between is what lay between the steps: new connections with their logins after a broken one,
	// the selection of the mailbox for a step, the report itself.
	Between time.Duration
	Verdict Verdict
	Steps   []Step
	Limits  Limits // what the steps' times and the whole were held against
	// Interrupted reports whether the check was ended before its last step.
	Interrupted bool
	// Ended is why no further step could be taken, the connection or TLS being out of reach; "" where
	// the steps were gone through.
	Ended string
	// LogErr is why Options.Log ended before the exchange did, nil if it did not.
	LogErr error
}

// Step is one thing that a mail program does, and how it went.
type Step struct {
	Name    string // of the table of steps: "connect", "select"
	Verdict Verdict
	Elapsed time.Duration
	// Says is the result in a few words, for people: "1,234 messages, read-only". Safe on a terminal.
	Says string
	// Cause is why it warned or failed, in one line: the client's error, the server's NO, the limit
	// that was passed. "" else. Safe on a terminal.
	Cause string
	// Hint is what would help, "" when there is nothing to say.
	Hint string
	// Wire is the exchange of this step as the shell shows it in a pipe ("C: ", "S: ", oddities
	// below), secrets masked. It is kept only if the verdict is not Passed or Skipped.
	Wire []byte
	// Findings are the deviations met in this step, in order, at most findingsKept; FindingsAll
	// counts them all.
	Findings    []Finding
	FindingsAll int
	// Measures are the numbers of this step besides its time: days left, messages, quota.
	Measures []Measure
}

// Measure is a number that a step found, for graphs and limits.
type Measure struct {
	Name  string // "days_left", "messages", "push_seconds"
	Value float64
	Unit  string // "s", "d", "B", "%", "" for a plain count
	// Limit is what it is held against; nil if there is none.
	Limit *Limit
}

// Finding is a deviation from the protocol, with both opinions: that of the rules of imapsh, and
// that of the ordinary client.
type Finding struct {
	Step    string
	Mailbox string // decoded, "" outside a mailbox
	Message uint32 // sequence number, 0 when it is of no message
	UID     uint32 // 0 unknown
	Oddity  wire.Oddity
	// Line is the response it is in, as it came, at most lineKept bytes from LineAt on.
	Line   []byte
	LineAt int64
	// Refused is the ordinary client's error where it would not take the response, "" if it
	// took it. An Oddity without a Name beside it: only the client objects.
	Refused string

	response uint64 // which of the responses heard
}

// Limit is a pair of thresholds. Rising ones are passed from below (times, quota), falling ones
// from above (days left on a certificate).
type Limit struct {
	Warn, Critical float64 // in the unit of what is held against it; NaN is none
	Falling        bool
}

// Unreached reports whether no connection could be made or kept for the check to continue.
func (r *Report) Unreached() bool { return r.Ended != "" }

// worse is the graver of two verdicts.
func worse(a, b Verdict) Verdict { return max(a, b) }

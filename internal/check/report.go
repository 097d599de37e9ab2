// Package check finds out whether an ordinary client can work with a server. It does what a mail
// program does, through go-imap's client, while imapsh's own framer, decoders and rules judge
// the wire, and it returns a report with a verdict. It prints nothing by itself.
package check

import (
	"time"

	"imapsh/internal/wire"
)

// A Verdict says how a step or a check went. The verdict of a check is the most severe of its steps.
type Verdict uint8

const (
	// Skipped means that the step was not possible: the server does not offer it, or it needs a step that failed.
	Skipped Verdict = iota
	// Passed means that the step worked, within its limits.
	Passed
	// Warned means that the step worked, with a protocol violation or beyond its warning limit.
	Warned
	// Failed means that the step did not work, or is beyond its critical limit.
	Failed
)

// A Report is the result of checking one server.
type Report struct {
	Server  string // its URL, without secrets
	User    string // "" if nobody logged in
	Began   time.Time
	Elapsed time.Duration // of the complete check: exactly the times of the steps plus Between
	// Between is the time spent between the steps: on new connections and their logins after a lost
	// one, on selecting the mailbox for a step, on the report itself.
	Between time.Duration
	Verdict Verdict
	Steps   []Step
	Limits  Limits // those that the times and measures were compared with
	// Interrupted reports whether the check was interrupted before its last step.
	Interrupted bool
	// Ended says why there was no usable connection for further steps; "" if all steps were taken.
	Ended string
	// LogErr is the error that ended writing to Options.Log, nil if there was none.
	LogErr error
}

// A Step is one thing that a mail program does, and how it went.
type Step struct {
	Name    string // in the table of steps: "connect", "select"
	Verdict Verdict
	Elapsed time.Duration
	// Says is the result in a few words, for people: "1,234 messages, read-only". It is safe on a terminal.
	Says string
	// Cause says why it warned or failed, in one line: the client's error, the server's NO, the limit
	// that was passed; "" otherwise. It is safe on a terminal.
	Cause string
	// Hint says what would help; "" if there is no hint.
	Hint string
	// Wire is the exchange of this step as the shell shows it in a pipe ("C: ", "S: ", with violations
	// below), secrets masked. It is kept only if the verdict is Warned or Failed.
	Wire []byte
	// Findings are the first violations found in this step, in order, and all responses that the client
	// rejected; FindingsAll counts all.
	Findings    []Finding
	FindingsAll int
	// Measures are the numbers that this step found, besides its time: days left, messages, quota.
	Measures []Measure
}

// A Measure is a number that a step found, for graphs and limits.
type Measure struct {
	Name  string // "days_left", "messages", "push_seconds"
	Value float64
	Unit  string // "s", "d", "B", "%", "" for a plain count
	// Limit is the limit of the measure; nil if there is none.
	Limit *Limit
}

// A Finding is a response that violates the protocol by the rules of imapsh, that the ordinary client rejects, or
// both.
type Finding struct {
	Step    string
	Mailbox string // the selected one, decoded; "" if there is none
	Message uint32 // sequence number; 0 if it is not about a message
	UID     uint32 // 0 if not known
	Oddity  wire.Oddity
	// Line is the response as it came, at most lineKept bytes from offset LineAt on.
	Line   []byte
	LineAt int64
	// Refused is the ordinary client's error if it rejects the response, "" if it does not. If Oddity has no Name,
	// only the client objects.
	Refused string

	response uint64 // the number of the response
}

// A Limit is a pair of thresholds: upper ones for times and quota, lower ones (Falling) for the days left on a
// certificate.
type Limit struct {
	Warn, Critical float64 // in the unit of the measure, or seconds; NaN for none
	Falling        bool
}

// Unreached reports whether the check ended early because there was no usable connection.
func (r *Report) Unreached() bool { return r.Ended != "" }

// worse returns the more severe of two verdicts.
func worse(a, b Verdict) Verdict { return max(a, b) }

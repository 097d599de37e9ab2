package check

import (
	"strconv"

	"imapsh/internal/wire"
)

// verdictWords are the verdicts for JSON and for people.
var verdictWords = [...]string{Skipped: "skipped", Passed: "passed", Warned: "warned", Failed: "failed"}

// String returns the verdict as a word.
func (v Verdict) String() string { return verdictWords[min(int(v), len(verdictWords)-1)] }

// safe returns a text, which may quote a server, on one line and harmless to a terminal. Text that is escaped already
// does not change.
func safe(s string) string { return string(wire.EscapeText(nil, s)) }

// number returns a value without an exponent.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

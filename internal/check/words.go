package check

import (
	"strconv"

	"imapsh/internal/wire"
)

// verdictWords are the verdicts as json and people have them.
var verdictWords = [...]string{Skipped: "skipped", Passed: "passed", Warned: "warned", Failed: "failed"}

// String is the verdict in a word.
func (v Verdict) String() string { return verdictWords[min(int(v), len(verdictWords)-1)] }

// safe is a text that may quote a server, on one line and harmless to a terminal. What has been
// escaped already stays as it is.
func safe(s string) string { return string(wire.EscapeText(nil, s)) }

// number is a value for machines and people, without an exponent.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

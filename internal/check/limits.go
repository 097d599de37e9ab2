package check

import (
	"math"
	"strings"
)

// Limits are thresholds by the name of what is held against them: a step (its time in seconds),
// Total, or a measure.
type Limits map[string]Limit

// Total is the name under which the time of the complete check has its limit.
const Total = "total"

// Limited is a row of the table of defaults: what may be limited, and how it is unless asked for.
type Limited struct {
	Name string
	Limit
	Unit string // "s", "d", "%"
	Says string // what it is, for the help
}

// none is a threshold that is never passed.
var none = math.NaN()

// DefaultLimits is what is limited unless asked for otherwise. Any step's name may be limited
// besides, in seconds.
func DefaultLimits() []Limited {
	return []Limited{
		{"days_left", Limit{Warn: 21, Critical: 7, Falling: true}, "d", "days until the certificate expires"},
		{"quota", Limit{Warn: 90, Critical: 98}, "%", "the fullest resource of the quota"},
		{"push", Limit{Warn: 5, Critical: none}, "s", "time from the end of an APPEND to EXISTS in IDLE"},
		{"connect", Limit{Warn: 1, Critical: none}, "s", "time to connect"},
		{"login", Limit{Warn: 5, Critical: none}, "s", "time to log in"},
		{"select", Limit{Warn: 5, Critical: none}, "s", "time to open the mailbox"},
		{Total, Limit{Warn: none, Critical: none}, "s", "time for the complete check"},
	}
}

// of is the limit of a name: the caller's, else that of the table, else none.
func (l Limits) of(name string) (Limit, bool) {
	if limit, ok := l[name]; ok {
		return limit, true
	}
	for _, row := range DefaultLimits() {
		if row.Name == name {
			return row.Limit, true
		}
	}
	return Limit{}, false
}

// past says which threshold of the limit a value has passed, and how: "below its limit of 21 d".
func (l Limit) past(v Verdict, unit string) string {
	threshold, how := l.Warn, "above"
	if v == Failed {
		threshold = l.Critical
	}
	if l.Falling {
		how = "below"
	}
	return strings.TrimSpace(how + " its limit of " + number(threshold) + " " + unit)
}

// verdict holds a value against a limit.
func (l Limit) verdict(value float64) Verdict {
	past := func(threshold float64) bool {
		if l.Falling {
			return value < threshold
		}
		return value > threshold
	}
	switch {
	case past(l.Critical): // never of NaN
		return Failed
	case past(l.Warn):
		return Warned
	}
	return Passed
}

package check

import (
	"math"
	"strings"
)

// Limits are limits by the name of what they apply to: a step (its time in seconds), Total, or a measure.
type Limits map[string]Limit

// Total is the name of the limit for the time of the complete check.
const Total = "total"

// A Limited is a row of the table of default limits.
type Limited struct {
	Name string
	Limit
	Unit string // "s", "d", "%"
	Says string // its description in the help
}

// none is a threshold that is never passed.
var none = math.NaN()

// DefaultLimits returns the default limits. The time of any other step can be limited too, in seconds.
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

// of returns the limit for a name: the caller's, otherwise the default. It reports whether there is one.
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

// past says which threshold a value with verdict v has passed, and how: "below its limit of 21 d".
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

// verdict compares a value with a limit.
func (l Limit) verdict(value float64) Verdict {
	past := func(threshold float64) bool {
		if l.Falling {
			return value < threshold
		}
		return value > threshold
	}
	switch {
	case past(l.Critical): // never true for NaN
		return Failed
	case past(l.Warn):
		return Warned
	}
	return Passed
}

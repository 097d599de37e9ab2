package script

import (
	"fmt"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/match"
)

// An operand is one side of VALUE OP VALUE, as it was written.
type operand struct {
	text   string // without quotes; names are not replaced
	quoted bool
	re     *regexp.Regexp // of /re/; nil for other operands
	off    int
}

// kind is a set of types as which a value can be compared.
type kind uint8

const (
	number   kind = 1 << iota // 7, 10M: float64
	duration                  // 200ms
	instant                   // a date
	words                     // text
)

var kindNames = []struct {
	kind kind
	name string
}{{number, "a number"}, {duration, "a time"}, {instant, "a date"}, {words, "text"}}

// A candidate is a value, in each type that it can have.
type candidate struct {
	kinds    kind
	number   float64
	duration time.Duration
	instant  time.Time
	text     string
}

// candidateOf returns a value in each type that it can have. A value with a variable can have any type whose form it
// has; a literal value is text only if it is in quotes or has no other form.
func candidateOf(text string, quoted, variable bool, now time.Time) candidate {
	c := candidate{text: text}
	if n, ok := numberOf(text); ok && !quoted {
		c.kinds, c.number = c.kinds|number, n
	}
	if d, ok := durationOf(text); ok && !quoted {
		c.kinds, c.duration = c.kinds|duration, d
	}
	if at, ok := instantOf(text, now); ok {
		c.kinds, c.instant = c.kinds|instant, at
	}
	if quoted || variable || c.kinds == 0 {
		c.kinds |= words
	}
	return c
}

// numberOf parses a number, or a size with k, M or G for 1024, 1024² or 1024³.
func numberOf(s string) (float64, bool) {
	factor := 1.0
	if i := len(s) - 1; i > 0 {
		switch s[i] {
		case 'k', 'K':
			factor = 1 << 10
		case 'M':
			factor = 1 << 20
		case 'G':
			factor = 1 << 30
		}
		if factor > 1 {
			s = s[:i]
		}
	}
	for i := 0; i < len(s); i++ {
		if (s[i] < '0' || s[i] > '9') && s[i] != '.' && (i > 0 || s[i] != '-') {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	return n * factor, err == nil
}

var units = []struct {
	name string
	unit time.Duration
}{{"ms", time.Millisecond}, {"min", time.Minute}, {"m", time.Minute}, {"s", time.Second}, {"h", time.Hour}, {"d", 24 * time.Hour}}

// Duration parses a duration such as 200ms, 5s, 2min, 1h or 1d, and reports whether s is one.
func Duration(s string) (time.Duration, bool) { return durationOf(s) }

// durationOf is Duration.
func durationOf(s string) (time.Duration, bool) {
	for _, u := range units {
		if n, ok := strings.CutSuffix(s, u.name); ok {
			if f, ok := numberOf(n); ok && n[len(n)-1] <= '9' && f*float64(u.unit) < float64(1<<62) {
				return time.Duration(f * float64(u.unit)), true
			}
		}
	}
	return 0, false
}

// instantOf parses a date as in RFC 3339, IMAP or a message, or "now" plus or minus a duration. The default time zone
// is UTC, the default time midnight.
func instantOf(s string, now time.Time) (time.Time, bool) {
	if rest, ok := strings.CutPrefix(s, "now"); ok {
		if rest == "" {
			return now, true
		}
		if d, ok := durationOf(rest[1:]); ok && rest[0] == '+' {
			return now.Add(d), true
		} else if ok && rest[0] == '-' {
			return now.Add(-d), true
		}
		return now, false
	}
	if t, ok := match.Instant(s); ok {
		return t, true
	}
	for _, layout := range []string{"2006-01-02", "2-Jan-2006", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	if strings.Contains(s, ":") { // as in a message's Date field (RFC 5322 §3.3)
		if t, err := mail.ParseDate(s); err == nil {
			return t, true
		}
	}
	return now, false
}

// operators are those of VALUE OP VALUE, longer ones before their prefixes.
var operators = []string{"!=", "<=", ">=", "=", "<", ">", "~"}

// compare compares two values as the first type that both have.
func compare(a candidate, op string, b candidate) (bool, error) {
	both := a.kinds & b.kinds
	sign := func(less, more bool) int {
		switch {
		case less:
			return -1
		case more:
			return 1
		}
		return 0
	}
	var order int
	switch {
	case both&number != 0:
		order = sign(a.number < b.number, a.number > b.number)
	case both&duration != 0:
		order = sign(a.duration < b.duration, a.duration > b.duration)
	case both&instant != 0:
		order = a.instant.Compare(b.instant)
	case both&words != 0:
		if op != "=" && op != "!=" {
			return false, fmt.Errorf("%q and %q are text, which has no order: use = != or ~", a.text, b.text)
		}
		order = sign(a.text < b.text, a.text > b.text)
	default:
		return false, fmt.Errorf("%q is %s, but %q is %s%s", a.text, a.kinds, b.text, b.kinds, unbraced(a.text, b.text))
	}
	switch op {
	case "=":
		return order == 0, nil
	case "!=":
		return order != 0, nil
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	}
	return order >= 0, nil
}

// String returns the name of the first type in the set.
func (k kind) String() string {
	for _, n := range kindNames {
		if k&n.kind != 0 {
			return n.name
		}
	}
	return "nothing"
}

// unbraced shows how the first of the texts that is the name of a value as a shell writes it, $name, is written here.
func unbraced(texts ...string) string {
	for _, text := range texts {
		if name, ok := strings.CutPrefix(text, "$"); ok && name != "" && !strings.ContainsAny(name, "{ ") {
			return "; the value of that name is ${" + name + "}"
		}
	}
	return ""
}

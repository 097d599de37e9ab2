package check

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/text"
)

// ParseLimit parses NAME=WARN[,CRITICAL], the value of a flag. Times are written as 500ms, 5s or 1m, days as 21d,
// shares as 90%; the unit may be left out. A threshold that is empty or "none" is never passed. NAME is a step,
// Total, or a row of DefaultLimits.
func ParseLimit(text string) (name string, l Limit, err error) {
	name, values, ok := strings.Cut(text, "=")
	if !ok || values == "" {
		return "", Limit{}, fmt.Errorf("invalid limit %q: use NAME=WARN[,CRITICAL], as in select=2s,10s", text)
	}
	unit, falling, err := limited(name)
	if err != nil {
		return "", Limit{}, err
	}
	warn, critical, _ := strings.Cut(values, ",")
	l = Limit{Falling: falling}
	if l.Warn, err = parseThreshold(warn, unit); err == nil {
		l.Critical, err = parseThreshold(critical, unit)
	}
	if err != nil {
		return "", Limit{}, fmt.Errorf("limit %q: %w", text, err)
	}
	if falling && l.Warn < l.Critical || !falling && l.Warn > l.Critical { // never true for NaN
		return "", Limit{}, fmt.Errorf("invalid limit %q: it would be critical before it warns", text)
	}
	return name, l, nil
}

// limited returns the unit of a limit, and whether it is a lower one.
func limited(name string) (unit string, falling bool, err error) {
	var names []string
	for _, row := range DefaultLimits() {
		if row.Name == name {
			return row.Unit, row.Falling, nil
		}
		names = append(names, row.Name)
	}
	if slices.Contains(StepNames(), name) {
		return "s", false, nil
	}
	return "", false, fmt.Errorf("unknown limit %q: use a step's name, %s", name, text.OneOf(names))
}

func parseThreshold(text, unit string) (float64, error) {
	if text == "" || text == "none" {
		return none, nil
	}
	if unit == "s" {
		if d, err := time.ParseDuration(text); err == nil && d >= 0 {
			return d.Seconds(), nil
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSuffix(text, unit), 64)
	if err != nil || v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is not a number of %s", text, unitWords[unit])
	}
	return v, nil
}

var unitWords = map[string]string{"s": "seconds (500ms, 5s)", "d": "days (21d)", "%": "percent (90%)"}

// LimitsHelp returns the help on limits and their defaults, one per line.
func LimitsHelp() string {
	var b strings.Builder
	for _, row := range DefaultLimits() {
		values := "none"
		if !math.IsNaN(row.Warn) {
			values = number(row.Warn) + row.Unit
		}
		if !math.IsNaN(row.Critical) {
			values += "," + number(row.Critical) + row.Unit
		}
		fmt.Fprintf(&b, "  %-10s %-9s %s\n", row.Name, values, row.Says)
	}
	return b.String()
}

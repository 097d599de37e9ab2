package check

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// The exit statuses of a monitoring plugin.
const (
	NagiosOK       = 0
	NagiosWarning  = 1
	NagiosCritical = 2
	NagiosUnknown  = 3
)

var nagiosWords = [...]string{NagiosOK: "OK", NagiosWarning: "WARNING", NagiosCritical: "CRITICAL", NagiosUnknown: "UNKNOWN"}

// NagiosStatus returns the exit status for a check run as a monitoring plugin.
func NagiosStatus(r *Report) int {
	switch {
	case r.Verdict == Failed:
		return NagiosCritical
	case r.Interrupted || r.Verdict == Skipped:
		return NagiosUnknown
	case r.Verdict == Warned:
		return NagiosWarning
	}
	return NagiosOK
}

// Nagios returns a check as the line of a monitoring plugin, without a line end: the status, what is wrong, and
// after "|" the performance data.
func Nagios(r *Report) string {
	status := NagiosStatus(r)
	says := Conclusion(r)
	if worst := worst(r); worst != nil && worst.Verdict >= Warned {
		says = display(worst.Name) + ": " + worst.Cause
		if worst.Cause == "" {
			says = display(worst.Name) + ": " + worst.Says
		}
		if more := bad(r) - 1; more > 0 {
			says += ", and " + text.Plural(more, "other step")
		}
	} else if status == NagiosOK {
		says = fmt.Sprintf("%s in %s", text.Plural(taken(r), "step"), text.Brief(r.Elapsed))
	}
	return NagiosLine(status, says) + " | " + perfdata(r)
}

// NagiosLine returns the line of a monitoring plugin without performance data.
func NagiosLine(status int, says string) string {
	// "|" would begin the performance data, and a line end a second line.
	says = strings.ReplaceAll(string(wire.EscapeText(nil, says)), "|", `\x7c`)
	return "IMAP " + nagiosWords[status] + " - " + says
}

// worst returns the first step with the most severe verdict, nil if there are no steps.
func worst(r *Report) *Step {
	var found *Step
	for i := range r.Steps {
		if found == nil || r.Steps[i].Verdict > found.Verdict {
			found = &r.Steps[i]
		}
	}
	return found
}

// bad counts the steps that warned or failed.
func bad(r *Report) int {
	n := 0
	for i := range r.Steps {
		if r.Steps[i].Verdict >= Warned {
			n++
		}
	}
	return n
}

// taken counts the steps that were not skipped.
func taken(r *Report) int {
	n := 0
	for i := range r.Steps {
		if r.Steps[i].Verdict != Skipped {
			n++
		}
	}
	return n
}

// perfdata returns the performance data of a check: the total time, the time of each step, and the measures, in
// the format of the Monitoring Plugins Development Guidelines: label=value[UOM];warn;crit;min.
func perfdata(r *Report) string {
	items := []string{perf("time", r.Elapsed.Seconds(), "s", limitOf(r.Limits, Total))}
	for i := range r.Steps {
		st := &r.Steps[i]
		if st.Verdict == Skipped {
			continue
		}
		items = append(items, perf(st.Name, st.Elapsed.Seconds(), "s", timeLimit(r, st)))
		for _, m := range st.Measures {
			items = append(items, perf(measureLabel(st, m), m.Value, m.Unit, m.Limit))
		}
	}
	return strings.Join(items, " ")
}

// measureLabel returns the label of a measure: its name, with "_value" if the step has the same name.
func measureLabel(st *Step, m Measure) string {
	if m.Name == st.Name {
		return st.Name + "_value"
	}
	return m.Name
}

// timeLimit returns the limit of a step's time; nil if a measure has the same name, as the limit is the measure's.
func timeLimit(r *Report, st *Step) *Limit {
	for _, row := range DefaultLimits() {
		if row.Name == st.Name && slices.ContainsFunc(st.Measures, func(m Measure) bool { return m.Name == row.Name }) {
			return nil
		}
	}
	return limitOf(r.Limits, st.Name)
}

func limitOf(limits Limits, name string) *Limit {
	if l, ok := limits.of(name); ok {
		return &l
	}
	return nil
}

// uoms are the units that plugins may use, by ours. Other units are left out.
var uoms = map[string]string{"s": "s", "B": "B", "%": "%"}

func perf(label string, value float64, unit string, limit *Limit) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return quoted(label) + "=U"
	}
	item := quoted(label) + "=" + number(value) + uoms[unit] + ";"
	if limit != nil {
		item += span(limit.Warn, limit.Falling)
	}
	item += ";"
	if limit != nil {
		item += span(limit.Critical, limit.Falling)
	}
	return item + ";0"
}

// span returns a threshold as the range outside which a plugin alarms: "7:" alarms below 7, "7" above it.
func span(v float64, falling bool) string {
	switch {
	case math.IsNaN(v):
		return ""
	case falling:
		return number(v) + ":"
	}
	return number(v)
}

// quoted returns a label in quotes, unless it is a plain word. Characters that a label cannot have become "_".
func quoted(label string) string {
	plain := func(r rune) bool {
		return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	if label != "" && strings.TrimFunc(label, plain) == "" && !strings.ContainsFunc(label, func(r rune) bool { return !plain(r) }) {
		return label
	}
	label = strings.Map(func(r rune) rune {
		if r == '\'' || r == '=' || r == '|' || r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, label)
	return "'" + label + "'"
}

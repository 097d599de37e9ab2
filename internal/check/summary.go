package check

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// timesKept is how many of the last runs count in the median, so that memory stays limited however long checks run.
const timesKept = 10_000

// A Summary sums up repeated checks of one server.
type Summary struct {
	Runs, Passed, Warned, Failed int
	Interrupted                  int // not counted in the others
	steps                        []*stepTimes
}

// A stepTimes holds the times of a step in all runs that took it.
type stepTimes struct {
	name        string
	n           int // how many runs
	failures    int
	least, most time.Duration
	last        []time.Duration // a ring buffer of at most timesKept
}

// Add adds a run.
func (s *Summary) Add(r *Report) {
	if r.Interrupted {
		s.Interrupted++
		return
	}
	s.Runs++
	switch r.Verdict {
	case Failed:
		s.Failed++
	case Warned:
		s.Warned++
	default:
		s.Passed++
	}
	for i := range r.Steps {
		if st := &r.Steps[i]; st.Verdict != Skipped {
			s.of(st.Name).add(st.Elapsed, st.Verdict == Failed)
		}
	}
	s.of(Total).add(r.Elapsed, r.Verdict == Failed)
}

func (s *Summary) of(name string) *stepTimes {
	for _, t := range s.steps {
		if t.name == name {
			return t
		}
	}
	t := &stepTimes{name: name}
	s.steps = append(s.steps, t)
	return t
}

func (t *stepTimes) add(d time.Duration, failed bool) {
	if t.n == 0 || d < t.least {
		t.least = d
	}
	t.most = max(t.most, d)
	if failed {
		t.failures++
	}
	if len(t.last) < timesKept {
		t.last = append(t.last, d)
	} else {
		t.last[t.n%timesKept] = d
	}
	t.n++
}

// median returns the median of the times kept; the lower of two.
func (t *stepTimes) median() time.Duration {
	sorted := slices.Sorted(slices.Values(t.last))
	return sorted[(len(sorted)-1)/2]
}

// inOrder returns the steps in the order of a check, and the total last.
func (s *Summary) inOrder() []*stepTimes {
	order := append(StepNames(), Total)
	at := func(t *stepTimes) int {
		if i := slices.Index(order, t.name); i >= 0 {
			return i
		}
		return len(order)
	}
	steps := slices.Clone(s.steps)
	slices.SortStableFunc(steps, func(a, b *stepTimes) int { return at(a) - at(b) })
	return steps
}

// Summary writes the summary of repeated checks.
func (t *Table) Summary(sum *Summary) error {
	s := t.sheet()
	says := fmt.Sprintf("%s: %d passed, %d warned, %d failed", text.Plural(sum.Runs, "run"), sum.Passed, sum.Warned, sum.Failed)
	if sum.Interrupted > 0 {
		says += fmt.Sprintf(", and %d interrupted", sum.Interrupted)
	}
	colour := s.verdicts[Passed]
	if sum.Failed > 0 {
		colour = s.verdicts[Failed]
	}
	s.block("", "", says, colour)
	if sum.Runs == 0 {
		_, err := t.Out.Write(s.Bytes())
		return err
	}
	name := len("step")
	for _, st := range sum.steps {
		name = max(name, len(st.name))
	}
	if s.cols > 0 {
		name = min(name, max(4, s.cols-1-3*(timeColumns+1)))
	}
	row := func(first string, rest ...string) {
		if len(first) > name { // then it has its own line
			s.block(" ", "", first, nil)
			first = ""
		}
		line := " " + text.Pad(first, name)
		for _, cell := range rest {
			line += " " + strings.Repeat(" ", max(0, timeColumns-len(cell))) + cell
		}
		s.line("", strings.TrimRight(line, " "), nil)
	}
	row("step", "min", "median", "max")
	for _, st := range sum.inOrder() {
		row(display(st.name), text.Brief(st.least), text.Brief(st.median()), text.Brief(st.most))
		if st.failures > 0 {
			s.block(indentMore, "", text.Plural(st.failures, "failure"), s.verdicts[Failed])
		}
	}
	_, err := t.Out.Write(s.Bytes())
	return err
}

// WriteSummaryJSON writes the summary of repeated checks as one object on one line.
func WriteSummaryJSON(w io.Writer, sum *Summary) error {
	type step struct {
		Name     string  `json:"name"`
		Runs     int     `json:"runs"`
		Failures int     `json:"failures"`
		MinMS    float64 `json:"min_ms"`
		MedianMS float64 `json:"median_ms"`
		MaxMS    float64 `json:"max_ms"`
	}
	out := struct {
		Type        string `json:"type"` // "summary"
		Runs        int    `json:"runs"`
		Passed      int    `json:"passed"`
		Warned      int    `json:"warned"`
		Failed      int    `json:"failed"`
		Interrupted int    `json:"interrupted,omitempty"`
		Steps       []step `json:"steps"`
	}{"summary", sum.Runs, sum.Passed, sum.Warned, sum.Failed, sum.Interrupted, []step{}}
	for _, t := range sum.inOrder() {
		out.Steps = append(out.Steps, step{t.name, t.n, t.failures, milliseconds(t.least), milliseconds(t.median()), milliseconds(t.most)})
	}
	return wire.WriteJSON(w, out)
}

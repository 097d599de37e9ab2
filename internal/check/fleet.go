package check

import (
	"context"
	"fmt"

	"imapsh/internal/fleet"
	"imapsh/internal/text"
)

// A Fleet checks many servers, a limited number at a time.
type Fleet struct {
	N    int // how many servers
	Jobs int // how many at a time, at least one
	Run  func(ctx context.Context, i int) *Report
	// Done is called after each check, in the caller's goroutine, with the number that have ended so far.
	Done func(i, ended int, r *Report)
}

// Check checks all servers and returns the reports in order. After ctx is done it starts no further checks; their
// reports are nil.
func (f Fleet) Check(ctx context.Context) []*Report {
	return fleet.Run(ctx, f.N, f.Jobs, f.Run, f.Done)
}

// Row writes the line of one among many servers, its name padded to as many columns as names says.
func (t *Table) Row(r *Report, names int) error {
	s := t.sheet()
	says := r.Verdict.String()
	if worst := worst(r); worst != nil && worst.Verdict >= Warned {
		says = display(worst.Name) + ": " + worst.Cause
		if worst.Cause == "" {
			says = display(worst.Name) + ": " + worst.Says
		}
	}
	if r.Interrupted {
		says = "interrupted; " + says
	}
	says = safe(says)
	mark, server, time := s.verdict(r.Verdict, marks[r.Verdict]), safe(r.Server), text.Brief(r.Elapsed)
	time = fmt.Sprintf("%*s", timeColumns, time)
	head := 2 + names + 1 + timeColumns + 2
	switch {
	case s.cols == 0:
		s.line("", mark+" "+text.Pad(server, names)+" "+time+"  "+says, nil)
	case s.cols-head >= 24:
		for i, line := range text.Wrap(says, s.cols-head) {
			if i == 0 {
				s.line("", mark+" "+text.Pad(server, names)+" "+apply(s.faint, time)+"  "+line, nil)
			} else {
				s.line(text.Pad("", head), line, nil)
			}
		}
	default:
		for i, line := range text.Chop(server, s.cols-2) {
			if i == 0 {
				s.line("", mark+" "+line, nil)
			} else {
				s.line("  ", line, nil)
			}
		}
		s.block("  ", time+"  ", says, nil)
	}
	_, err := t.Out.Write(s.Bytes())
	return err
}

// Columns returns how many columns the widest name of a server takes.
func Columns(servers []string) int {
	n := 0
	for _, s := range servers {
		n = max(n, text.Width(safe(s)))
	}
	return n
}

// Tally writes the last line of many checks: how many passed, warned and failed.
func (t *Table) Tally(reports []*Report) error {
	var counts [4]int
	missing, verdict := 0, Skipped
	for _, r := range reports {
		if r == nil {
			missing++
			continue
		}
		counts[r.Verdict]++
		verdict = worse(verdict, r.Verdict)
	}
	says := fmt.Sprintf("%s: %d passed, %d warned, %d failed", text.Plural(len(reports), "server"), counts[Passed]+counts[Skipped], counts[Warned], counts[Failed])
	if missing > 0 {
		says += fmt.Sprintf(", %d not checked", missing)
	}
	s := t.sheet()
	s.block("", "", says, s.verdicts[verdict])
	_, err := t.Out.Write(s.Bytes())
	return err
}

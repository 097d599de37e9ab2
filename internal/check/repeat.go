package check

import (
	"context"
	"time"
)

// A Repeat runs one check again and again.
type Repeat struct {
	Every time.Duration // from the start of a run to the start of the next
	Count int           // how many runs; 0 for until ctx is done
	Run   func(context.Context) *Report
	Each  func(*Report) // called after each run
	Now   func() time.Time
	// Wait returns after a time, or immediately with an error when ctx is done.
	Wait func(context.Context, time.Duration) error
}

// Loop runs the checks until there were Count or ctx is done, and returns a summary. A run that takes longer than
// Every delays the next; runs that were missed for that are not made up for.
func (r Repeat) Loop(ctx context.Context) *Summary {
	sum := &Summary{}
	for {
		began := r.Now()
		report := r.Run(ctx)
		sum.Add(report)
		r.Each(report)
		if ctx.Err() != nil || r.Count > 0 && sum.Runs+sum.Interrupted >= r.Count {
			return sum
		}
		if rest := r.Every - r.Now().Sub(began); rest > 0 && r.Wait(ctx, rest) != nil {
			return sum
		}
	}
}

// Sleep is a Repeat.Wait by the system's clock.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

package check

import (
	"context"
	"time"
)

// Repeat runs one check again and again.
type Repeat struct {
	Every time.Duration // from the beginning of a run to that of the next
	Count int           // runs; 0 until the context ends
	Run   func(context.Context) *Report
	Each  func(*Report) // called as each run ends
	Now   func() time.Time
	// Wait returns after a time, or at once with an error when the context ends.
	Wait func(context.Context, time.Duration) error
}

// Loop runs the checks until there were enough, or the context ends, and sums them up. A run that
// takes longer than Every delays the next; those missed are not made up for.
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

// Sleep is Repeat.Wait by the machine's clock.
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

// Package fleet runs many jobs, a limited number at a time.
package fleet

import (
	"context"
	"sync"
)

// Run calls work for each i from 0 to n-1, at most jobs at a time (at least one), and returns the results by i. It calls
// done after each, in the caller's goroutine, with the number that have ended so far. After ctx is done it starts none;
// the results of those not started are nil.
func Run[R any](ctx context.Context, n, jobs int, work func(ctx context.Context, i int) *R, done func(i, ended int, r *R)) []*R {
	results := make([]*R, n)
	next, over := make(chan int), make(chan int)
	var workers sync.WaitGroup
	for range min(max(jobs, 1), n) {
		workers.Go(func() {
			for i := range next {
				results[i] = work(ctx, i)
				over <- i
			}
		})
	}
	go func() {
		defer func() { close(next); workers.Wait(); close(over) }()
		for i := range n {
			if ctx.Err() != nil {
				return
			}
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	ended := 0
	for i := range over {
		ended++
		done(i, ended, results[i])
	}
	return results
}

// Package fleet does many pieces of work, some at a time.
package fleet

import (
	"context"
	"sync"
)

// Run does n pieces of work, at most jobs at a time (below 1 is 1), and returns their results in order. done is called
// as each ends, in the caller's goroutine; ended counts them. Once the context has ended none is begun: those
// have nil.
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

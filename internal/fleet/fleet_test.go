package fleet

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
)

func TestResultsAreInOrderAndOnlyAsManyRunAtOnceAsAllowed(t *testing.T) {
	var running, most atomic.Int64
	var ended []int
	got := Run(context.Background(), 50, 3, func(_ context.Context, i int) *int {
		n := running.Add(1)
		defer running.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		i *= 2
		return &i
	}, func(_, n int, _ *int) { ended = append(ended, n) })
	for i, r := range got {
		if r == nil || *r != 2*i {
			t.Errorf("result %d is %v", i, r)
		}
	}
	if most.Load() > 3 || len(ended) != 50 || !slices.IsSorted(ended) {
		t.Errorf("%d at once, ended %v", most.Load(), ended)
	}
}

func TestNothingStartsOnceTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	got := Run(ctx, 1000, 1, func(_ context.Context, i int) *int {
		cancel()
		return &i
	}, func(int, int, *int) {})
	if got[0] == nil || got[999] != nil {
		t.Errorf("the first is %v, the last %v", got[0], got[999])
	}
}

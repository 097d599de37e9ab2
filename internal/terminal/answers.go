package terminal

import (
	"slices"
	"sync"
	"time"
)

// answers is the way of Answers to whoever takes them: posting never blocks, nothing is lost, and
// one can ask what has not been taken yet. What would only repeat itself is posted once.
type answers struct {
	out chan Answer

	mu      sync.Mutex
	waiting []Answer // the first is being offered
	taken   int      // how many were taken
	ready   chan struct{}
}

func newAnswers() *answers {
	return &answers{out: make(chan Answer), ready: make(chan struct{}, 1)}
}

func (a *answers) post(x Answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	// The first may be taken at this moment: leave it.
	if i := slices.IndexFunc(a.waiting, func(y Answer) bool { return y.Kind == x.Kind }); i > 0 {
		switch x.Kind {
		case Resize:
			return
		case Complete: // only the latest wish counts
			a.waiting = slices.Delete(a.waiting, i, i+1)
		}
	}
	a.waiting = append(a.waiting, x)
	nudge(a.ready)
}

// holds tells whether an answer of this kind has not been taken.
func (a *answers) holds(k AnswerKind) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(a.waiting, func(x Answer) bool { return x.Kind == k })
}

// grace is how long a program may take for an answer before it counts as stuck.
const grace = 100 * time.Millisecond

// stalled waits a little and tells whether no answer was taken meanwhile.
func (a *answers) stalled() bool {
	count := func() int {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.taken
	}
	before := count()
	time.Sleep(grace)
	return count() == before
}

// run offers the answers in order until quit.
func (a *answers) run(quit <-chan struct{}) {
	for {
		a.mu.Lock()
		var first Answer
		var out chan Answer
		if len(a.waiting) > 0 {
			first, out = a.waiting[0], a.out
		}
		a.mu.Unlock()
		select {
		case out <- first:
			a.mu.Lock()
			a.waiting = slices.Delete(a.waiting, 0, 1)
			a.taken++
			a.mu.Unlock()
		case <-a.ready:
		case <-quit:
			return
		}
	}
}

// nudge leaves a note in a channel of one; a note already there serves.
func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

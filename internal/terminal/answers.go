package terminal

import (
	"slices"
	"sync"
	"time"
)

// answers is the way of Answers to whoever takes them: posting never blocks, nothing is lost, and
// one can ask what has not been taken yet. What would only repeat itself is posted once.
type answers struct {
	out     chan Answer
	settled chan struct{} // received from when what was taken is in the books
	ended   chan struct{} // closed when nothing else will be offered

	mu      sync.Mutex
	waiting []*Answer // the first is being offered
	taken   int       // how many were taken
	wish    *Answer   // the Complete that was taken last
	ready   chan struct{}
}

func newAnswers() *answers {
	return &answers{
		out: make(chan Answer), settled: make(chan struct{}), ended: make(chan struct{}),
		ready: make(chan struct{}, 1),
	}
}

func (a *answers) post(x *Answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	// The first may be taken at this moment: leave it.
	if i := slices.IndexFunc(a.waiting, func(y *Answer) bool { return y.Kind == x.Kind }); i > 0 {
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

// settle returns once every answer that was taken before is known to have been: its taker may be
// further than the goroutine that gave it.
func (a *answers) settle() {
	select {
	case <-a.settled:
	case <-a.ended:
	}
}

// pending counts the answers taken so far and reports whether one of a kind waits to be.
func (a *answers) pending(k AnswerKind) (taken int, waits bool) {
	a.settle()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.taken, slices.ContainsFunc(a.waiting, func(x *Answer) bool { return x.Kind == k })
}

// lastWish is the Complete taken last, nil for none.
func (a *answers) lastWish() *Answer {
	a.settle()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.wish
}

// grace is how long a program may take for an answer before it counts as stuck.
const grace = 500 * time.Millisecond

// stalled waits a little and reports whether no answer was taken since taken were.
func (a *answers) stalled(taken int) bool {
	moved := func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.taken != taken
	}
	for range grace / step {
		if moved() {
			return false
		}
		time.Sleep(step)
	}
	a.settle()
	return !moved()
}

// run offers the answers in order until quit.
func (a *answers) run(quit <-chan struct{}) {
	defer close(a.ended)
	for {
		a.mu.Lock()
		var first *Answer
		var next Answer
		var out chan Answer
		if len(a.waiting) > 0 {
			first, out = a.waiting[0], a.out
			next = *first
		}
		a.mu.Unlock()
		select {
		case out <- next:
			a.mu.Lock()
			a.waiting = slices.Delete(a.waiting, 0, 1)
			a.taken++
			if first.Kind == Complete {
				a.wish = first
			}
			a.mu.Unlock()
		case <-a.ready:
		case a.settled <- struct{}{}:
		case <-quit:
			return
		}
	}
}

// step is what a wait is made of that ends a matter by itself. Time in which this process was stopped,
// or the machine asleep or too busy to run it, is one step however long it was.
const step = 5 * time.Millisecond

// came waits until something comes on either channel, and reports whether it came while this process
// was running for d.
func came(d time.Duration, one, other <-chan struct{}) bool {
	for range d / step {
		select {
		case <-one:
			return true
		case <-other:
			return true
		case <-time.After(step):
		}
	}
	return false
}

// nudge leaves a note in a channel of one; a note already there serves.
func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

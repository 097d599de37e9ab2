package terminal

import (
	"slices"
	"sync"
	"time"
)

// answers passes answers to the receiver of Answers: posting never blocks, nothing is lost, and code can ask which
// answers have not been taken yet. An answer that would only repeat a waiting one is posted once.
type answers struct {
	out     chan Answer
	settled chan struct{} // received from once what was taken has been recorded
	ended   chan struct{} // closed when no further answers will be offered

	mu      sync.Mutex
	waiting []*Answer // the first is being offered
	taken   int       // how many were taken
	wish    *Answer   // the last Complete that was taken
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
	// The first one may be taken at this moment, so it must stay.
	if i := slices.IndexFunc(a.waiting, func(y *Answer) bool { return y.Kind == x.Kind }); i > 0 {
		switch x.Kind {
		case Resize:
			return
		case Complete: // only the latest one counts
			a.waiting = slices.Delete(a.waiting, i, i+1)
		}
	}
	a.waiting = append(a.waiting, x)
	nudge(a.ready)
}

// settle returns once every answer taken so far has been recorded: its receiver may already be further than the
// goroutine that offered it.
func (a *answers) settle() {
	select {
	case <-a.settled:
	case <-a.ended:
	}
}

// pending returns how many answers have been taken so far, and whether one of this kind is waiting.
func (a *answers) pending(k AnswerKind) (taken int, waits bool) {
	a.settle()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.taken, slices.ContainsFunc(a.waiting, func(x *Answer) bool { return x.Kind == k })
}

// lastWish returns the last Complete that was taken; nil if there was none.
func (a *answers) lastWish() *Answer {
	a.settle()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.wish
}

// grace is how long a program may take for an answer before it counts as stuck.
const grace = 500 * time.Millisecond

// stalled waits a little, and reports whether no further answer was taken, compared with the count taken.
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

// run offers the answers in order, until quit is closed.
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

// step is the unit of waits that end after some time. Time during which this process was stopped, or the machine was
// asleep or too busy, counts as one step, however long it was.
const step = 5 * time.Millisecond

// came waits for either channel, and reports whether a value came while this process was running for d.
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

// nudge sends to a channel of capacity 1, unless a value is waiting in it already.
func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

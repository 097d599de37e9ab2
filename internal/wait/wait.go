// Package wait lets code that waits for a user, a response or a clock be written as one straight
// line while a single loop owns everything it touches. It knows nothing of what code waits for, and
// never runs anything but within Run: a task is a coroutine, not a thread.
package wait

import "iter"

// A Task is a function that gives way to the loop at each wait. Nothing of it runs but within
// Tasks.Run, so that it may use all that the loop owns, without locks.
type Task struct {
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
	holds func() bool // what it waits for; nil: it may continue
	ended bool
	first bool // it has not run yet
}

// stopped unwinds a task that was stopped, so that what it has deferred is done.
type stopped struct{}

// Until gives way until cond holds; it returns at once if it does already. The loop asks after
// everything that happens, so cond must be cheap and change nothing.
func (t *Task) Until(cond func() bool) {
	if cond() {
		return
	}
	t.holds = cond
	if !t.yield(struct{}{}) {
		panic(stopped{})
	}
	t.holds = nil
}

// Yield gives way once: everything else that can go on does so first.
func (t *Task) Yield() {
	if !t.yield(struct{}{}) {
		panic(stopped{})
	}
}

// Stop ends the task where it waits; what it has deferred is done. A task cannot stop itself.
func (t *Task) Stop() {
	t.ended = true
	t.stop()
}

// Ended reports whether the task has run to its end or was stopped.
func (t *Task) Ended() bool { return t.ended }

// Tasks are the tasks of one loop. The zero value has none.
type Tasks struct{ list []*Task }

// Go adds a task. It does not run before the next Run.
func (ts *Tasks) Go(f func(*Task)) *Task {
	t := &Task{first: true}
	t.next, t.stop = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		defer func() {
			if p := recover(); p != nil {
				if _, is := p.(stopped); !is {
					panic(p)
				}
			}
		}()
		f(t)
	})
	ts.list = append(ts.list, t)
	return t
}

// Run lets each task go on whose wait is over, to its next wait, and reports whether any did.
// A panic in a task is the caller's.
func (ts *Tasks) Run() (ran bool) {
	for i := 0; i < len(ts.list); i++ { // a task may add others
		t := ts.list[i]
		if t.ended || !t.first && t.holds != nil && !t.holds() {
			continue
		}
		t.first, ran = false, true
		if _, more := t.next(); !more {
			t.ended = true
		}
	}
	live := ts.list[:0]
	for _, t := range ts.list {
		if !t.ended {
			live = append(live, t)
		}
	}
	clear(ts.list[len(live):])
	ts.list = live
	return ran
}

// Stop stops all tasks, the newest first.
func (ts *Tasks) Stop() {
	for i := len(ts.list) - 1; i >= 0; i-- {
		ts.list[i].Stop()
	}
	ts.list = nil
}

// Package wait lets code that waits for a user, a response or a clock be written as one straight sequence of
// statements, while a single loop owns everything that the code touches. It does not know what the code waits for. A task
// is a coroutine, not a thread: it runs only within Tasks.Run.
package wait

import "iter"

// A Task is a function that returns control to the loop at each wait. It runs only within Tasks.Run, so it may use
// everything the loop owns, without locks.
type Task struct {
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
	holds func() bool // the condition it waits for; nil if it may continue
	ended bool
	first bool // it has not run yet
}

// stopped is the panic that unwinds a stopped task, so that its deferred calls run.
type stopped struct{}

// Until suspends the task until cond holds. It returns immediately if cond holds already. The loop evaluates cond
// after every event, so cond must be cheap and have no side effects. Only the task itself may call it.
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

// Yield suspends the task once, so that every other task that can continue does so first.
func (t *Task) Yield() {
	if !t.yield(struct{}{}) {
		panic(stopped{})
	}
}

// Stop ends the task where it waits and runs its deferred calls. A task cannot stop itself.
func (t *Task) Stop() {
	t.ended = true
	t.stop()
}

// Ended reports whether the task has run to its end or was stopped.
func (t *Task) Ended() bool { return t.ended }

// Tasks are the tasks of one loop. The zero value is empty and ready to use.
type Tasks struct{ list []*Task }

// Go adds a task that runs f. It starts with the next Run.
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

// Run lets each task whose wait is over continue to its next wait, and reports whether any did. A panic in a task
// reaches the caller of Run.
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

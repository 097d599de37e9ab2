package session

import (
	"slices"
	"time"

	"imapsh/internal/trace"
)

// A Hub is what a loop waits on for all its sessions, so that ten connections need as many channels as one. It
// belongs to the loop; only Post may be called from other goroutines.
type Hub struct {
	// Now is the clock. It must not be nil.
	Now func() time.Time
	// Events receives the events of all sessions, in one order.
	Events *trace.Stream

	moved  chan struct{}
	posted chan func()
	closed chan struct{}
	alarms []alarm
	timer  *time.Timer
	armed  time.Time      // when timer fires; zero if it is not running
	due    chan time.Time // closed: what Alarm returns once something is due
}

// An alarm is something to do at a time.
type alarm struct {
	owner any
	name  string
	at    time.Time
	do    func()
}

// NewHub returns a hub with this clock that passes events to this stream.
func NewHub(now func() time.Time, events *trace.Stream) *Hub {
	h := &Hub{Now: now, Events: events, moved: make(chan struct{}, 1), posted: make(chan func(), 16), closed: make(chan struct{}), due: make(chan time.Time)}
	close(h.due)
	return h
}

// Moved receives a value when a session may have something to do; the Turn of each one finds out.
func (h *Hub) Moved() <-chan struct{} { return h.moved }

// nudge makes Moved receive a value. It never blocks.
func (h *Hub) nudge() {
	select {
	case h.moved <- struct{}{}:
	default:
	}
}

// Posted returns the functions that the loop must run.
func (h *Hub) Posted() <-chan func() { return h.posted }

// Post gives the loop a function to run. It may be called from any goroutine, and blocks while too many are waiting.
// After Close the function is dropped.
func (h *Hub) Post(f func()) {
	select {
	case h.posted <- f:
	case <-h.closed:
	}
}

// Close runs the functions posted so far; later ones are dropped.
func (h *Hub) Close() {
	close(h.closed)
	for len(h.posted) > 0 {
		(<-h.posted)()
	}
}

// Set sets an alarm in place of the one with the same owner and name. If do is nil, it only wakes the loop.
func (h *Hub) Set(owner any, name string, at time.Time, do func()) {
	if do == nil {
		do = func() {}
	}
	for i := range h.alarms {
		if a := &h.alarms[i]; a.owner == owner && a.name == name {
			a.at, a.do = at, do
			return
		}
	}
	h.alarms = append(h.alarms, alarm{owner, name, at, do})
}

// IsSet reports whether an alarm is set.
func (h *Hub) IsSet(owner any, name string) bool {
	for i := range h.alarms {
		if h.alarms[i].owner == owner && h.alarms[i].name == name {
			return true
		}
	}
	return false
}

// Clear removes an alarm, if it is set.
func (h *Hub) Clear(owner any, name string) {
	h.drop(func(a *alarm) bool { return a.owner == owner && a.name == name })
}

// Drop removes all alarms of an owner.
func (h *Hub) Drop(owner any) { h.drop(func(a *alarm) bool { return a.owner == owner }) }

func (h *Hub) drop(which func(*alarm) bool) {
	kept := h.alarms[:0]
	for i := range h.alarms {
		if !which(&h.alarms[i]) {
			kept = append(kept, h.alarms[i])
		}
	}
	clear(h.alarms[len(kept):])
	h.alarms = kept
}

// Alarm returns a channel that receives a value when the next alarm is due; nil if none is set.
func (h *Hub) Alarm() <-chan time.Time {
	var first time.Time
	for i := range h.alarms {
		if at := h.alarms[i].at; first.IsZero() || at.Before(first) {
			first = at
		}
	}
	if first.IsZero() {
		return nil
	}
	wait := first.Sub(h.Now())
	if wait <= 0 {
		return h.due
	}
	if h.timer == nil {
		h.timer = time.NewTimer(wait)
	} else if !h.armed.Equal(first) {
		h.timer.Reset(wait)
	}
	h.armed = first
	return h.timer.C
}

// Ring runs the alarms that are due, in order of time. An alarm that one of them sets for now waits for the next
// Ring, so that the loop is never held up; one that is cleared meanwhile does not run.
func (h *Hub) Ring() {
	h.armed = time.Time{}
	now := h.Now()
	var due []alarm
	for _, a := range h.alarms {
		if !a.at.After(now) {
			due = append(due, a)
		}
	}
	slices.SortStableFunc(due, func(a, b alarm) int { return a.at.Compare(b.at) })
	for _, d := range due {
		i := slices.IndexFunc(h.alarms, func(a alarm) bool {
			return a.owner == d.owner && a.name == d.name && a.at.Equal(d.at)
		})
		if i >= 0 {
			do := h.alarms[i].do
			h.alarms = slices.Delete(h.alarms, i, i+1)
			do()
		}
	}
}

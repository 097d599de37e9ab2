package repl

import "time"

// timerName says what a timer is for; there is one of each.
type timerName uint8

const (
	timeSilence timerName = iota // a script's command has had no byte for too long
	timeGreeting
	timeWaiting // the prompt counts
	timeStall   // a response has begun and does not go on
	timeRenew   // an IDLE is due to be renewed
	timeIdleFor
	timeWatch
	timeRefused  // a paste of a refused literal's octets has paused
	timeProgress // the progress bar is due to be drawn again
	timeGone     // the server was expected to close
	timerNames
)

// timers are the loop's deadlines.
type timers struct {
	at   [timerNames]time.Time
	do   [timerNames]func()
	next *time.Timer
}

// set sets a timer, replacing the one of the same name.
func (t *timers) set(n timerName, at time.Time, do func()) { t.at[n], t.do[n] = at, do }

func (t *timers) clear(n timerName) { t.at[n], t.do[n] = time.Time{}, nil }

func (t *timers) isSet(n timerName) bool { return t.do[n] != nil }

// C fires when the earliest deadline has come; nil without any.
func (t *timers) C(now time.Time) <-chan time.Time {
	var first time.Time
	for n, do := range t.do {
		if do != nil && (first.IsZero() || t.at[n].Before(first)) {
			first = t.at[n]
		}
	}
	if first.IsZero() {
		return nil
	}
	if t.next == nil {
		t.next = time.NewTimer(first.Sub(now))
	} else {
		t.next.Reset(first.Sub(now))
	}
	return t.next.C
}

// fire runs what is due.
func (t *timers) fire(now time.Time) {
	for n, do := range t.do {
		if do != nil && !t.at[n].After(now) {
			t.clear(timerName(n))
			do()
		}
	}
}

package session

import (
	"slices"
	"testing"
	"time"

	"imapsh/internal/trace"
)

// ringing returns a hub with a stopped clock, and the time that moves it.
func ringing() (*Hub, *time.Time) {
	now := time.Date(2026, 11, 20, 12, 4, 31, 0, time.UTC)
	return NewHub(func() time.Time { return now }, &trace.Stream{}), &now
}

func TestAlarmsRunInTheOrderOfTheirTimes(t *testing.T) {
	h, now := ringing()
	begun := *now
	var got []string
	for _, a := range []struct {
		name  string
		after time.Duration
	}{{"late", 3 * time.Second}, {"early", time.Second}, {"middle", 2 * time.Second}, {"never", time.Minute}, {"second early", time.Second}} {
		h.Set(h, a.name, begun.Add(a.after), func() { got = append(got, a.name) })
	}
	*now = begun.Add(5 * time.Second)
	h.Ring()
	if want := []string{"early", "second early", "middle", "late"}; !slices.Equal(got, want) {
		t.Errorf("ran %q, want %q", got, want)
	}
}

func TestAnAlarmThatAnEarlierOneClearsDoesNotRun(t *testing.T) {
	h, now := ringing()
	h.Set(h, "later", now.Add(2*time.Second), func() { t.Error("the cleared alarm ran") })
	h.Set(h, "earlier", now.Add(time.Second), func() { h.Clear(h, "later") })
	*now = now.Add(time.Minute)
	h.Ring()
}

func TestAnAlarmThatSetsItselfForNowDoesNotHoldTheLoop(t *testing.T) {
	h, now := ringing()
	n := 0
	var again func()
	again = func() { n++; h.Set(h, "again", *now, again) }
	h.Set(h, "again", *now, again)
	h.Ring()
	if n != 1 || !h.IsSet(h, "again") {
		t.Errorf("ran %d times, set again: %v; want once, true", n, h.IsSet(h, "again"))
	}
}

package latency

import (
	"testing"
	"time"
)

func TestTheSummaryOfAThousandTimesIsRight(t *testing.T) {
	t.Parallel()
	var r Record
	for i := 1; i <= 1000; i++ {
		r.Answered("NOOP", time.Duration(i)*time.Millisecond, i%100 == 0)
	}
	r.Lost("NOOP")
	s := r.Summaries()[0]
	if s.Answered != 1000 || s.Failed != 11 || s.Min != time.Millisecond || s.Max != time.Second {
		t.Errorf("got %+v", s)
	}
	for _, c := range []struct {
		what      string
		got, want time.Duration
	}{{"median", s.Median, 500 * time.Millisecond}, {"p95", s.P95, 950 * time.Millisecond}, {"p99", s.P99, 990 * time.Millisecond}} {
		if off := (c.got - c.want).Abs(); off > c.want/100 {
			t.Errorf("the %s is %s, want %s within one percent", c.what, c.got, c.want)
		}
	}
}

func TestBarsCountEveryTimeOnce(t *testing.T) {
	t.Parallel()
	for name, times := range map[string][]time.Duration{
		"one time":           {3 * time.Millisecond},
		"none measurable":    {0, 0, 0},
		"negative":           {-time.Second},
		"close together":     {1000 * time.Microsecond, 1010 * time.Microsecond, 1020 * time.Microsecond},
		"far apart":          {time.Microsecond, time.Second, 48 * time.Hour},
		"at the ends of one": {time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond},
	} {
		var r Record
		for _, d := range times {
			r.Answered("X", d, false)
		}
		s := r.Summaries()[0]
		sum, before := int64(0), time.Duration(-1)
		for _, b := range s.Bars {
			if b.UpTo <= before {
				t.Errorf("%s: a bar up to %s follows one up to %s", name, b.UpTo, before)
			}
			sum, before = sum+b.Count, b.UpTo
		}
		if sum != int64(len(times)) || s.Bars[0].Count == 0 || s.Bars[len(s.Bars)-1].Count == 0 {
			t.Errorf("%s: %d times are in the bars %v", name, len(times), s.Bars)
		}
	}
}

func TestCommandsAreInTheOrderOfTheirFirstUse(t *testing.T) {
	t.Parallel()
	var r Record
	r.Answered("SELECT", time.Second, false)
	r.Lost("FETCH")
	r.Answered("NOOP", time.Second, false)
	r.Answered("SELECT", time.Second, false)
	all := r.Summaries()
	if len(all) != 3 || all[0].Name != "SELECT" || all[1].Name != "FETCH" || all[2].Name != "NOOP" || all[1].Bars != nil || all[1].Failed != 1 {
		t.Errorf("got %+v", all)
	}
}

func TestAnotherTimeTakesNoMemory(t *testing.T) {
	var r Record
	r.Answered("NOOP", time.Second, false)
	if n := testing.AllocsPerRun(1000, func() { r.Answered("NOOP", 3*time.Millisecond, false) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

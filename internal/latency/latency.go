// Package latency records how long commands took, in a histogram for each command name, and summarizes it.
package latency

import (
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The histograms keep two significant digits, from a microsecond to a day, which takes 26 KB for each command.
const (
	unit    = time.Microsecond
	longest = 24 * time.Hour
	digits  = 2
)

// A Record holds the measurements so far. The zero value is empty.
type Record struct {
	rows []*row // in the order of first use
	by   map[string]*row
}

// A row holds the measurements of one command.
type row struct {
	name     string
	failed   int64
	min, max time.Duration
	times    *hdrhistogram.Histogram // of answered commands; nil if there are none
}

// Answered records how long a command took; failed means that its answer was not OK.
func (r *Record) Answered(name string, took time.Duration, failed bool) {
	w := r.row(name)
	if w.times == nil {
		w.times = hdrhistogram.New(1, int64(longest/unit), digits)
		w.min = took
	}
	w.min, w.max = min(w.min, took), max(w.max, took)
	_ = w.times.RecordValue(int64(min(max(took, 0), longest) / unit)) // always in range
	if failed {
		w.failed++
	}
}

// Lost records a command that was never answered.
func (r *Record) Lost(name string) { r.row(name).failed++ }

func (r *Record) row(name string) *row {
	w := r.by[name]
	if w == nil {
		w = &row{name: name}
		if r.by == nil {
			r.by = map[string]*row{}
		}
		r.by[name] = w
		r.rows = append(r.rows, w)
	}
	return w
}

// A Summary summarizes the times of a command. All but Name and Failed are zero if it was never answered.
type Summary struct {
	Name     string
	Answered int64
	Failed   int64 // answered with something other than OK, or not at all
	Min      time.Duration
	Median   time.Duration
	P95, P99 time.Duration
	Max      time.Duration
	Bars     []Bar // the histogram, shortest times first, without gaps
}

// A Bar counts the times above UpTo of the bar before it, up to and including its own UpTo.
type Bar struct {
	UpTo  time.Duration
	Count int64
}

// Summaries returns one summary for each command, in the order of first use.
func (r *Record) Summaries() []Summary {
	all := make([]Summary, 0, len(r.rows))
	for _, w := range r.rows {
		s := Summary{Name: w.name, Failed: w.failed}
		if h := w.times; h != nil {
			at := func(percent float64) time.Duration {
				return min(max(time.Duration(h.ValueAtPercentile(percent))*unit, w.min), w.max)
			}
			s.Answered, s.Min, s.Max = h.TotalCount(), w.min, w.max
			s.Median, s.P95, s.P99 = at(50), at(95), at(99)
			s.Bars = bars(h)
		}
		all = append(all, s)
	}
	return all
}

// steps are the upper ends of the bars within a power of ten, coarsest first.
var steps = [][]float64{
	{1, 2, 5},
	{1, 1.5, 2, 3, 5, 7},
	{1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2},
}

// enough is how many bars are needed to show a shape.
const enough = 6

// bars returns the histogram in the coarsest steps that show its shape.
func bars(h *hdrhistogram.Histogram) []Bar {
	var out []Bar
	for _, of := range steps {
		if out = barsOf(h, of); len(out) >= enough {
			break
		}
	}
	return out
}

func barsOf(h *hdrhistogram.Histogram, of []float64) []Bar {
	var out []Bar
	power, i := 1.0, 0
	end := func() int64 { return int64(math.Round(power * of[i])) }
	next := func() {
		if i++; i == len(of) {
			power, i = power*10, 0
		}
	}
	for _, b := range h.Distribution() {
		if b.Count == 0 {
			continue
		}
		for end() < b.From { // a bucket counts by its lower end
			if n := len(out); n > 0 && out[n-1].UpTo < time.Duration(end())*unit {
				out = append(out, Bar{UpTo: time.Duration(end()) * unit})
			}
			next()
		}
		upTo := time.Duration(end()) * unit
		if n := len(out); n > 0 && out[n-1].UpTo == upTo {
			out[n-1].Count += b.Count
		} else {
			out = append(out, Bar{upTo, b.Count})
		}
	}
	return out
}

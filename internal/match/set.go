package match

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// A span is the range of numbers from low to high, both included.
type span struct{ low, high uint64 }

// parseSet parses a set of numbers (RFC 9051 §9 sequence-set, without "*") and returns it sorted, without overlaps or
// adjacent ranges.
func parseSet(s string) ([]span, bool) {
	if s == "" {
		return nil, false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && c != ',' && c != ':' {
			return nil, false
		}
	}
	var spans []span
	for one := range strings.SplitSeq(s, ",") {
		low, high, isRange := strings.Cut(one, ":")
		if !isRange {
			high = low
		}
		x, err1 := strconv.ParseUint(low, 10, 64)
		y, err2 := strconv.ParseUint(high, 10, 64)
		if err1 != nil || err2 != nil {
			return nil, false
		}
		spans = append(spans, span{min(x, y), max(x, y)})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.low, b.low) })
	joined := spans[:1]
	for _, s := range spans[1:] {
		last := &joined[len(joined)-1]
		if s.low <= last.high || s.low == last.high+1 {
			last.high = max(last.high, s.high)
		} else {
			joined = append(joined, s)
		}
	}
	return joined, true
}

// sameSet reports whether a and b are sets of the same numbers, however they are written.
func sameSet(a, b string) bool {
	x, ok1 := parseSet(a)
	y, ok2 := parseSet(b)
	return ok1 && ok2 && slices.Equal(x, y)
}

// within reports whether b contains all of a.
func within(a, b []span) bool {
	i := 0
	for _, s := range a {
		for i < len(b) && b[i].high < s.low {
			i++
		}
		if i == len(b) || s.low < b[i].low || s.high > b[i].high {
			return false
		}
	}
	return true
}

// CountSet returns how many numbers a set has, but at most 10^12; 0 if s is not a set.
func CountSet(s string) int {
	spans, _ := parseSet(s)
	n := 0
	for _, s := range spans {
		n = min(n+int(min(s.high-s.low, maxCount)+1), maxCount)
	}
	return n
}

const maxCount = 1_000_000_000_000

// EachOf calls f with each number of a set, in ascending order. It does not call f if set is not a set.
func EachOf(set string, f func(uint64)) {
	spans, _ := parseSet(set)
	for _, s := range spans {
		for n := s.low; n <= s.high; n++ {
			f(n)
			if n == s.high {
				break
			}
		}
	}
}

// Package text measures, cuts and wraps text for a terminal, and puts numbers, sizes and times into
// words. What it is given has been escaped already; it escapes nothing, and writes nowhere.
package text

import (
	"strings"
	"unsafe"

	"github.com/rivo/uniseg"
)

// Text is what can be measured.
type Text interface{ string | []byte }

// Width returns the columns of a terminal that s takes. Colours of our own (SGR sequences) take none.
// Nothing is allocated.
func Width[T Text](s T) int {
	n := plain(s)
	if n == len(s) {
		return n
	}
	return n + width(view(s)[n:])
}

// plain returns how many bytes s begins with that take a column each and join with nothing before them.
func plain[T Text](s T) int {
	for i := range len(s) {
		if s[i]-' ' >= 0x7f-' ' {
			return max(0, i-1) // the last may be the base of what follows
		}
	}
	return len(s)
}

func width(s string) int {
	if n, ok := latin(s); ok {
		return n
	}
	n, state := 0, -1
	for len(s) > 0 {
		var size, cols int
		size, cols, state = step(s, state)
		s = s[size:]
		n += cols
	}
	return n
}

// step measures what s begins with: a colour, or a character as people count them. state is -1 at
// first, then what the step before returned.
func step(s string, state int) (size, cols, next int) {
	if size = colour(s); size > 0 {
		return size, 0, -1
	}
	c, _, cols, next := uniseg.FirstGraphemeClusterInString(s, state)
	return len(c), cols, next
}

// latin returns the columns of a text of Latin letters, which need no look at graphemes.
func latin(s string) (int, bool) {
	n := 0
	for _, r := range s {
		if r < ' ' || r >= 0x300 || r == 0xad {
			return 0, false
		}
		n++
	}
	return n, true
}

// colour returns the length of the SGR sequence that s begins with, 0 if there is none.
func colour(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && c-'0' > 9:
			return 0
		}
	}
	return 0
}

// view is s as a string, without a copy.
func view[T Text](s T) string {
	switch s := any(s).(type) {
	case string:
		return s
	case []byte:
		return unsafe.String(unsafe.SliceData(s), len(s))
	}
	panic("no text")
}

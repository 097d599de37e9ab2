// Package text measures, cuts and wraps text for a terminal, and formats numbers, sizes and times for people. Its
// input must be escaped already; the package neither escapes nor writes anything.
package text

import (
	"strings"
	"unsafe"

	"github.com/rivo/uniseg"
)

// Text is the type of what can be measured.
type Text interface{ string | []byte }

// Width returns how many terminal columns s takes. Our own colours (SGR sequences) take none. It does not allocate.
func Width[T Text](s T) int {
	n := plain(s)
	if n == len(s) {
		return n
	}
	return n + width(view(s)[n:])
}

// plain returns the length of the prefix of s in which each byte takes one column and cannot be changed by what
// follows.
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

// step measures the first colour sequence or grapheme cluster of s. state is -1 for the first call, then what the
// previous call returned.
func step(s string, state int) (size, cols, next int) {
	if size = colour(s); size > 0 {
		return size, 0, -1
	}
	c, _, cols, next := uniseg.FirstGraphemeClusterInString(s, state)
	return len(c), cols, next
}

// latin returns the columns of a text of Latin letters only, which needs no search for grapheme clusters, and reports
// whether s is one.
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

// colour returns the length in bytes of the SGR sequence that s begins with; 0 if there is none.
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

// view returns s as a string, without copying it.
func view[T Text](s T) string {
	switch s := any(s).(type) {
	case string:
		return s
	case []byte:
		return unsafe.String(unsafe.SliceData(s), len(s))
	}
	panic("no text")
}

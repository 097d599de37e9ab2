package render

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const (
	rowIndent  = "   "   // of the second and further rows of a wire line
	lineIndent = "     " // of a decoded line
	maxRows    = 2       // of a wire line on a terminal
)

// columns is how many columns of a terminal an escaped text takes.
func columns(b []byte) int {
	if ascii(b) {
		return len(b)
	}
	n, state := 0, -1
	for len(b) > 0 {
		var width int
		_, b, width, state = uniseg.FirstGraphemeCluster(b, state)
		n += width
	}
	return n
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fit is how many bytes of an escaped text fit into cols columns: at least one
// character, so that a terminal of no width ends no loop.
func fit(b []byte, cols int) int {
	if cols < 1 {
		cols = 1
	}
	if len(b) <= cols {
		return len(b)
	}
	head := b[:min(len(b), cols)]
	if ascii(head) && b[cols] < utf8.RuneSelf {
		return cols
	}
	used, at, state := 0, 0, -1
	for rest := b; len(rest) > 0; {
		var cluster []byte
		var width int
		cluster, rest, width, state = uniseg.FirstGraphemeCluster(rest, state)
		if used+width > cols && at > 0 {
			break
		}
		used += width
		at += len(cluster)
	}
	return at
}

// softFit is fit that ends at a blank where there is one in the last third of the
// row: text for people is not broken within a word.
func softFit(b []byte, cols int) int {
	n := fit(b, cols)
	if n == len(b) || b[n] == ' ' {
		return n
	}
	if i := bytes.LastIndexByte(b[:n], ' '); i > n*2/3 {
		return i
	}
	return n
}

// wordFit is softFit for sentences: a word goes to the next row whole where it fits there.
func wordFit(b []byte, cols int) int {
	n := fit(b, cols)
	if n == len(b) || b[n] == ' ' {
		return n
	}
	i := bytes.LastIndexByte(b[:n], ' ')
	word := b[i+1:]
	if end := bytes.IndexByte(word, ' '); end >= 0 {
		word = word[:end]
	}
	if i > 0 && fit(word, cols) == len(word) {
		return i
	}
	return n
}

// wireBytes is how many wire bytes an escaped text stands for.
func wireBytes(b []byte) int {
	n := len(b)
	for {
		i := bytes.Index(b, []byte(`\x`))
		if i < 0 || i+4 > len(b) {
			return n
		}
		if isHex(b[i+2]) && isHex(b[i+3]) {
			n -= 3
			i += 2
		}
		b = b[i+2:]
	}
}

func isHex(c byte) bool { return c-'0' <= 9 || c|0x20-'a' < 6 }

// appendCount appends a number with its thousands set off: 12,345.
func appendCount(b []byte, n int64) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	digits := strconv.AppendInt(make([]byte, 0, 20), n, 10)
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, c)
	}
	return b
}

// appendPlural appends a count and its noun: "1 message", "2 messages".
func appendPlural(b []byte, n int64, one, many string) []byte {
	b = appendCount(b, n)
	b = append(b, ' ')
	if n == 1 {
		return append(b, one...)
	}
	return append(b, many...)
}

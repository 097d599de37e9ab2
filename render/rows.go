package render

import (
	"bytes"
	"strings"

	"imapsh/internal/text"
)

const (
	rowIndent  = "   "   // before the second and further rows of a wire line
	lineIndent = "     " // before a decoded line
	maxRows    = 2       // rows of a wire line on a terminal
)

// rowFit returns how many bytes of an escaped wire line make a row of cols columns. A number, a flag, a name or the
// size of a literal is not broken if it fits on a row: the row ends before the space in front of it. A word longer
// than a row is broken at a joint, or where the row is full.
func rowFit(b []byte, cols int) int {
	n := text.Fit(b, cols)
	if n == len(b) || b[n] == ' ' {
		return n
	}
	blank := bytes.LastIndexByte(b[:n], ' ')
	word := b[blank+1:]
	fit := text.Fit(word, cols-1) // it does not look at the rest, because a word may be as long as the line
	whole := fit == len(word) || bytes.IndexByte(word[:fit+1], ' ') >= 0
	if blank > 0 && len(bytes.TrimLeft(b[:blank], " ")) > 0 && whole {
		return blank
	}
	for i := n; i > max(blank+1, n/2); i-- {
		if b[i-1] == ',' || b[i-1] == ')' && b[i] != ')' || strings.IndexByte("([{<", b[i]) >= 0 {
			return i
		}
	}
	return outside(b, n)
}

// outside returns n, or the start of the number or the escaped byte that n is inside of.
func outside(b []byte, n int) int {
	for i := max(1, n-3); i < n; i++ {
		if b[i] == '\\' && i+1 < len(b) && b[i+1] == 'x' {
			return i
		}
	}
	i := n
	for i > n/2 && b[i-1]-'0' <= 9 && b[n]-'0' <= 9 {
		i--
	}
	if i > n/2 {
		return i
	}
	return n
}

// wireBytes returns how many bytes on the wire an escaped text represents.
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

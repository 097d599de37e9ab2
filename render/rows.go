package render

import "bytes"

const (
	rowIndent  = "   "   // of the second and further rows of a wire line
	lineIndent = "     " // of a decoded line
	maxRows    = 2       // of a wire line on a terminal
)

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

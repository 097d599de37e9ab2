package suite

import (
	"bytes"
	"strings"
)

// tailSize is how much of the end is kept at least, in bytes.
const tailSize = 8 << 10

// A Tail keeps the last of what is written to it.
type Tail struct {
	b   []byte
	cut bool
}

// Write appends p, and from time to time drops all but the last tailSize bytes. It always succeeds.
func (t *Tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > 2*tailSize {
		t.b = append(t.b[:0], t.b[len(t.b)-tailSize:]...)
		t.cut = true
	}
	return len(p), nil
}

// Lines returns the last n lines that are not empty, without line ends.
func (t *Tail) Lines(n int) []string {
	b := t.b
	if t.cut { // the first line is incomplete
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			b = b[i+1:]
		}
	}
	var lines []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines[max(0, len(lines)-n):]
}

//go:build linux || darwin

package terminal

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// A view is an open question as it is shown.
type view struct {
	status string // a row above the prompt; "" if there is none
	prompt string // may hold SGR sequences
	line   string
	cursor int // position in line, in runes
	hint   string
}

// A block is a view as drawn: rows of known widths, with the cursor in one of them. We end its rows with line ends,
// and never let the terminal wrap, so that its height is certain.
type block struct {
	widths   []int
	row, col int
}

// above returns how many rows there are between the first one and the cursor, on a terminal that is cols wide. If it
// has become narrower since, the terminal has wrapped rows that no longer fit.
func (b block) above(cols int) int { return folded(b.widths[:b.row], cols) + b.col/cols }

// height returns how many rows the block takes on a terminal that is cols wide.
func (b block) height(cols int) int { return folded(b.widths, cols) }

func folded(widths []int, cols int) (rows int) {
	for _, w := range widths {
		rows += max(1, (w+cols-1)/cols)
	}
	return rows
}

// A layout breaks a view into rows.
type layout struct {
	cols   int
	out    []byte
	starts []int // where each row begins in out
	widths []int
}

// lay appends v to out, to be painted from the first column: at most height rows around the cursor.
func lay(out []byte, v view, cols, height int) ([]byte, block) {
	l := layout{cols: cols, starts: []int{0}, widths: []int{0}}
	l.out = make([]byte, 0, len(v.status)+len(v.prompt)+len(v.line)+len(v.hint)+64)
	l.addStatus(v.status)
	l.addPrompt(v.prompt)
	b := l.addLine(v.line, v.cursor)
	l.addHint(v.hint)

	first := 0
	if len(l.starts) > height {
		first = max(0, min(b.row-height/2, len(l.starts)-height))
	}
	last := min(len(l.starts), first+height)
	// The terminal's own wrapping is turned off meanwhile: if it takes a character to be wider than we do, a row is
	// cut instead of becoming two.
	out = append(out, "\x1b[?7l"...)
	for i := first; i < last; i++ {
		end := len(l.out)
		if i+1 < len(l.starts) {
			end = l.starts[i+1]
		}
		if i > first {
			out = append(out, '\r', '\n')
		}
		out = append(out, l.out[l.starts[i]:end]...)
	}
	out = append(out, "\x1b[?7h\r"...)
	b.widths, b.row = l.widths[first:last], b.row-first
	out = move(out, len(b.widths)-1-b.row, 'A')
	out = move(out, b.col, 'C')
	return out, b
}

// move appends a cursor movement by n, in the direction given by the final byte of a CSI sequence.
func move(out []byte, n int, final byte) []byte {
	if n <= 0 {
		return out
	}
	out = append(out, '\x1b', '[')
	return append(strconv.AppendInt(out, int64(n), 10), final)
}

func (l *layout) row() int { return len(l.starts) - 1 }
func (l *layout) col() int { return l.widths[len(l.widths)-1] }

func (l *layout) breakRow() {
	l.starts = append(l.starts, len(l.out))
	l.widths = append(l.widths, 0)
}

// add appends one character that takes w columns.
func (l *layout) add(s string, w int) {
	if l.col()+w > l.cols {
		l.breakRow()
	}
	l.out = append(l.out, s...)
	l.widths[len(l.widths)-1] += w
}

// addStatus appends the status, cut to one row.
func (l *layout) addStatus(s string) {
	if s == "" {
		return
	}
	for s != "" {
		c, rest, w := cluster(s)
		if l.col()+w > l.cols {
			break
		}
		l.add(c, w)
		s = rest
	}
	l.breakRow()
}

func (l *layout) addPrompt(s string) {
	for s != "" {
		if n := csi(s); n > 0 {
			if s[n-1] == 'm' {
				l.out = append(l.out, s[:n]...)
			}
			s = s[n:]
			continue
		}
		c, rest, w := cluster(s)
		l.add(c, w)
		s = rest
	}
}

// addLine appends the line and finds the cursor's row and column.
func (l *layout) addLine(s string, cursor int) (b block) {
	placed := false
	for at := 0; s != ""; {
		c, rest, w := cluster(s)
		if l.col()+w > l.cols {
			l.breakRow()
		}
		n := 1
		if len(s)-len(rest) > 1 {
			n = utf8.RuneCountInString(s[:len(s)-len(rest)])
		}
		if !placed && cursor < at+n {
			b.row, b.col, placed = l.row(), min(l.col(), l.cols-1), true
		}
		l.add(c, w)
		at += n
		s = rest
	}
	if !placed {
		if l.col() == l.cols {
			l.breakRow()
		}
		b.row, b.col = l.row(), l.col()
	}
	return b
}

// addHint appends as much of the hint as fits into the row, or all of it on rows of its own if it begins with LF.
func (l *layout) addHint(s string) {
	if own, ok := strings.CutPrefix(s, "\n"); ok {
		l.addRows(own)
		return
	}
	left := l.cols - l.col()
	if s == "" || left <= 0 {
		return
	}
	l.out = append(l.out, "\x1b[2m"...)
	for s != "" {
		c, rest, w := cluster(s)
		if w > left || w == left && rest != "" {
			if left > 0 {
				l.add("…", 1)
			}
			break
		}
		l.add(c, w)
		left -= w
		s = rest
	}
	l.out = append(l.out, "\x1b[0m"...)
}

// addRows appends a sentence on rows of its own, broken between words.
func (l *layout) addRows(s string) {
	l.breakRow()
	l.out = append(l.out, "\x1b[2m"...)
	for word := range strings.FieldsSeq(s) {
		width := uniseg.StringWidth(word)
		switch {
		case l.col() == 0:
		case l.col()+1+width > l.cols:
			l.breakRow()
		default:
			l.add(" ", 1)
		}
		for word != "" {
			c, rest, w := cluster(word)
			l.add(c, w)
			word = rest
		}
	}
	l.out = append(l.out, "\x1b[0m"...)
}

// csi returns the length of the control sequence at the start of s; 0 if there is none.
func csi(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s); i++ {
		if s[i] >= 0x40 && s[i] < 0x7f {
			return i + 1
		}
	}
	return 0
}

// cluster splits off the first grapheme cluster, made visible, and returns its columns.
func cluster(s string) (c, rest string, width int) {
	if s[0] >= 0x20 && s[0] < 0x7f && (len(s) == 1 || s[1] < 0x80) {
		return s[:1], s[1:], 1
	}
	r, n := utf8.DecodeRuneInString(s)
	if v := visible(r); v != r {
		return string(v), s[n:], 1
	}
	c, rest, width, _ = uniseg.FirstGraphemeClusterInString(s, -1)
	return c, rest, width
}

// visible returns a replacement for a rune that must not reach the terminal: control characters, and those that
// change the direction of writing.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return '⏎'
	case r < 0x20:
		return 0x2400 + r
	case r == 0x7f:
		return '␡'
	case r < 0x80:
		return r
	case r < 0xa0, r == 0x61c, r == 0x200e, r == 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return utf8.RuneError
	}
	return r
}

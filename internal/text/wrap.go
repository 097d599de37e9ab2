package text

import (
	"bytes"
	"strings"
)

// SoftFit is like Fit, but ends at a space if there is one in the last third of the row, so that sentences are seldom
// broken within a word.
func SoftFit(b []byte, cols int) int {
	n := Fit(b, cols)
	if n == len(b) || b[n] == ' ' {
		return n
	}
	if i := bytes.LastIndexByte(b[:n], ' '); i > n*2/3 {
		return i
	}
	return n
}

// WordFit is like SoftFit, but never breaks a word that fits into a row of its own.
func WordFit(b []byte, cols int) int {
	n := Fit(b, cols)
	if n == len(b) || b[n] == ' ' {
		return n
	}
	i := bytes.LastIndexByte(b[:n], ' ')
	word := b[i+1:]
	if end := bytes.IndexByte(word, ' '); end >= 0 {
		word = word[:end]
	}
	if i > 0 && Fit(word, cols) == len(word) {
		return i
	}
	return n
}

// Wrap breaks s between words into lines of at most cols columns; a word wider than a line is broken too. Runs of
// spaces become one. If cols is not positive, the only line is s itself; if s is empty, the only line is empty.
func Wrap(s string, cols int) []string {
	if cols <= 0 {
		return []string{s}
	}
	return wrap(s, cols, cols, true)
}

// WrapWords is like Wrap, but the first line has another width and no word is broken: a word that is too wide has a
// line of its own. The first word is always on the first line.
func WrapWords(s string, first, cols int) []string { return wrap(s, first, cols, false) }

func wrap(s string, first, cols int, breaks bool) []string {
	var lines []string
	var line []byte
	used, room := 0, first
	for word := range strings.FieldsSeq(s) {
		w := Width(word)
		if len(line) > 0 && used+1+w <= room {
			line = append(append(line, ' '), word...)
			used += 1 + w
			continue
		}
		if len(line) > 0 {
			lines, room = append(lines, string(line)), cols
		}
		if breaks && w > room {
			pieces := Chop(word, room)
			lines = append(lines, pieces[:len(pieces)-1]...)
			word = pieces[len(pieces)-1]
			w = Width(word)
		}
		line, used = append(line[:0], word...), w
	}
	return append(lines, string(line))
}

// Chop breaks s into lines of cols columns, wherever they are full. If cols is not positive, the only line is s
// itself.
func Chop(s string, cols int) []string {
	if cols <= 0 {
		return []string{s}
	}
	var lines []string
	for {
		n := Fit(s, cols)
		lines = append(lines, s[:n])
		if s = s[n:]; s == "" {
			return lines
		}
	}
}

package text

import (
	"bytes"
	"strings"
)

// SoftFit is Fit that ends at a space if there is one in the last third of the
// row: text for people is not broken within a word.
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

// WordFit is SoftFit for sentences: a word goes to the next row in one piece if it fits there.
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

// Wrap breaks s between words into lines of at most cols columns, and within a word that is wider
// than a line. Blanks become one. There is one line where cols is not positive, and where s is empty.
func Wrap(s string, cols int) []string {
	if cols <= 0 {
		return []string{s}
	}
	return wrap(s, cols, cols, true)
}

// WrapWords is Wrap with a first line of other columns, which breaks within no word: one that is
// wider has a line of its own, and the first word is on the first line.
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

// Chop breaks s wherever a line of cols columns is full. There is one line where cols is not positive.
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

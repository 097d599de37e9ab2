package text

// fits returns how many bytes of s fit into cols columns, without splitting a character; 0 if not even the first one
// fits.
func fits[T Text](s T, cols int) int {
	if cols <= 0 || len(s) == 0 {
		return 0
	}
	n := plain(s[:min(len(s)-1, cols)+1])
	if n == len(s) || n > cols {
		return min(n, cols)
	}
	rest := view(s)
	for used, state := n, -1; n < len(rest); {
		var size, wide int
		size, wide, state = step(rest[n:], state)
		if used += wide; used > cols {
			break
		}
		n += size
	}
	return n
}

// Fit returns how many bytes of s fit into cols columns, but never less than the first character, so that a loop ends
// even on a terminal of no width.
func Fit[T Text](s T, cols int) int {
	if n := fits(s, cols); n > 0 || len(s) == 0 {
		return n
	}
	size, _, _ := step(view(s), -1)
	return size
}

// Cut returns the longest beginning of s that fits into cols columns.
func Cut(s string, cols int) string { return s[:fits(s, cols)] }

// CutStart returns the longest end of s that fits into cols columns.
func CutStart(s string, cols int) string {
	state := -1
	for over := Width(s) - cols; over > 0 && s != ""; {
		var size, wide int
		size, wide, state = step(s, state)
		over -= wide
		s = s[size:]
	}
	return s
}

// Elide returns s if it fits into cols columns, or else as much of it as leaves room for a final "…".
func Elide(s string, cols int) string {
	if fits(s, cols) == len(s) {
		return s
	}
	return Cut(s, cols-1) + "…"
}

// AppendElided appends to b what Elide returns for s.
func AppendElided(b, s []byte, cols int) []byte {
	if fits(s, cols) == len(s) {
		return append(b, s...)
	}
	return append(append(b, s[:fits(s, cols-1)]...), "…"...)
}

// Pad returns s with spaces added up to cols columns.
func Pad(s string, cols int) string {
	return string(AppendBlanks([]byte(s), cols-Width(s)))
}

// AppendBlanks appends n spaces; none if n is negative.
func AppendBlanks(b []byte, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, ' ')
	}
	return b
}

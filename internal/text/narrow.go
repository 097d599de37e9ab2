package text

import "strings"

// Narrow breaks lines that are wider than cols between words. The second of two columns, which two spaces or more
// separate, goes on lines below the first. If cols is not positive, nothing is broken.
func Narrow(s string, cols int) string {
	if cols <= 0 {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		full := strings.TrimSuffix(line, "\n")
		if Width(full) <= cols {
			b.WriteString(line)
			continue
		}
		body := strings.TrimLeft(full, " ")
		indent := strings.Repeat(" ", min(len(full)-len(body), cols/2))
		left, right, two := strings.Cut(body, "  ")
		rows := indented(nil, left, indent, cols)
		if two {
			rows = indented(rows, right, strings.Repeat(" ", min(len(indent)+4, cols/2)), cols)
		}
		b.WriteString(strings.Join(rows, "\n"))
		b.WriteString(line[len(full):])
	}
	return b.String()
}

func indented(rows []string, s, indent string, cols int) []string {
	for _, row := range Wrap(s, cols-len(indent)) {
		rows = append(rows, indent+row)
	}
	return rows
}

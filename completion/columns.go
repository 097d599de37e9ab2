package completion

import (
	"strings"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// Columns lays candidates out in lines of at most cols columns: one per line with its help if any has one, or else as
// many side by side as fit. Their texts are escaped.
func Columns(items []Item, cols int) []string {
	const indent = "     "
	room := max(cols-len(indent), 10)
	texts, widths := make([]string, len(items)), make([]int, len(items))
	wide, told := 0, false
	for i, it := range items {
		texts[i] = wire.EscapeString(it.Text)
		widths[i] = text.Width(texts[i])
		wide = max(wide, widths[i])
		told = told || it.Help != ""
	}
	per := max(1, (room+2)/(wide+2))
	if told {
		per, wide = 1, min(wide, room/2)
	}
	rows := (len(items) + per - 1) / per
	lines := make([]string, 0, rows)
	for row := range rows {
		var b strings.Builder
		b.WriteString(indent)
		for i := row; i < len(items); i += rows {
			b.WriteString(texts[i])
			if told || i+rows < len(items) {
				b.WriteString(strings.Repeat(" ", max(0, wide-widths[i])+2))
			}
			if told {
				b.WriteString(wire.EscapeString(items[i].Help))
			}
		}
		lines = append(lines, strings.TrimRight(text.Cut(b.String(), cols), " "))
	}
	return lines
}

package completion

import (
	"strings"

	"github.com/rivo/uniseg"

	"imapsh/internal/wire"
)

// Columns lays candidates out in lines of at most cols columns: each with its few
// words where they have any, else as many beside one another as fit. What is in them
// is escaped.
func Columns(items []Item, cols int) []string {
	const indent = "     "
	room := max(cols-len(indent), 10)
	wide, told := 0, false
	for _, it := range items {
		wide = max(wide, uniseg.StringWidth(wire.EscapeString(it.Text)))
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
			text := wire.EscapeString(items[i].Text)
			if told {
				text += strings.Repeat(" ", max(0, wide-uniseg.StringWidth(text))) + "  " + wire.EscapeString(items[i].Help)
			}
			b.WriteString(text)
			if i+rows < len(items) {
				b.WriteString(strings.Repeat(" ", wide+2-uniseg.StringWidth(text)))
			}
		}
		lines = append(lines, strings.TrimRight(cut(b.String(), cols), " "))
	}
	return lines
}

// cut cuts a line to a number of columns.
func cut(line string, cols int) string {
	g := uniseg.NewGraphemes(line)
	for at := 0; g.Next(); {
		if at += g.Width(); at > cols {
			from, _ := g.Positions()
			return line[:from]
		}
	}
	return line
}

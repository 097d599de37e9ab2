package command

import (
	"strings"

	"github.com/rivo/uniseg"

	"imapsh/internal/wire"
)

// Caret shows where in a line a warning is about: the line, secrets masked and
// escaped, no wider than width, and beneath it a caret. "" where the place is
// not in the line or in a secret.
func (m Match) Caret(w Warning, width int) string {
	if w.At <= 0 || w.At > len(m.Line) {
		return ""
	}
	for _, s := range m.Secrets {
		if w.At > s.Start {
			return ""
		}
	}
	before := wire.EscapeString(m.Line[:w.At])
	after := wire.EscapeString(Mask(m.Line, m.Secrets)[w.At:])
	col := uniseg.StringWidth(before)
	if col > width/2 {
		before = "…" + last(before, width/2-1)
		col = uniseg.StringWidth(before)
	}
	if room := width - col; uniseg.StringWidth(after) > room {
		after = first(after, max(0, room-1)) + "…"
	}
	return before + after + "\n" + strings.Repeat(" ", col) + "^"
}

// first is as much of s as fits a number of columns.
func first(s string, cols int) string {
	g := uniseg.NewGraphemes(s)
	for used := 0; g.Next(); {
		if used += g.Width(); used > cols {
			from, _ := g.Positions()
			return s[:from]
		}
	}
	return s
}

// last is as much of the end of s as fits a number of columns.
func last(s string, cols int) string {
	g := uniseg.NewGraphemes(s)
	over := uniseg.StringWidth(s) - cols
	for used := 0; used < over && g.Next(); {
		used += g.Width()
		if used >= over {
			_, to := g.Positions()
			return s[to:]
		}
	}
	return s
}

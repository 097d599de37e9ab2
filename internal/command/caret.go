package command

import (
	"strings"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// Caret shows where in a line a warning is about: the line, secrets masked and
// escaped, no wider than width, and below it a caret. "" if the place is
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
	col := text.Width(before)
	if col > width/2 {
		before = "…" + text.CutStart(before, width/2-1)
		col = text.Width(before)
	}
	return before + text.Elide(after, width-col) + "\n" + strings.Repeat(" ", col) + "^"
}

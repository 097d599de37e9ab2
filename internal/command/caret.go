package command

import (
	"strings"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// Caret returns the line that a warning is about, escaped and with secrets masked, at most width columns wide, and
// below it a caret at the place. It returns "" if the place is not in the line, at its start, or after the
// start of a secret.
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

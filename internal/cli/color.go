package cli

import (
	"os"

	"golang.org/x/term"

	"imapsh/repl"
)

// coloured decides for one stream: --color, then NO_COLOR, then whether it is a terminal.
func coloured(stream *os.File, when repl.Color) bool {
	if when != repl.ColorAuto {
		return when == repl.ColorAlways
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(stream.Fd()))
}

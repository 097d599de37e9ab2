package cli

import (
	"os"

	"golang.org/x/term"
)

// coloured decides for one stream: --color, then NO_COLOR, then whether it is a terminal.
func coloured(stream *os.File, when int) bool {
	if when != 0 {
		return when > 0
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(stream.Fd()))
}

package terminal

import (
	"os"

	"golang.org/x/term"
)

// Config says where the terminal is and what the program does with it.
type Config struct {
	In, Out *os.File
	// Term is the value of the environment's TERM; "dumb" gives the plain twin.
	Term string
	// History holds the lines remembered from earlier, oldest first.
	History []string
	// Stuck, when set, is called on a Ctrl-C that comes while an earlier one has not been taken
	// from Answers, nor is a moment later. The terminal is closed by then; Stuck is expected to end the program.
	Stuck func()
}

// Open takes the terminal: until Close nothing typed is echoed by the system, and Ctrl-C is an
// Answer instead of a signal. A terminal that cannot move its cursor, does not know its size, or is
// none, is served by the plain twin, where the system's own line editing stays in force. An error
// means that nothing was changed.
func Open(c Config) (Terminal, error) {
	if c.Term == "dumb" || !term.IsTerminal(int(c.In.Fd())) || !term.IsTerminal(int(c.Out.Fd())) {
		return openPlain(c), nil
	}
	if cols, rows, err := term.GetSize(int(c.Out.Fd())); err != nil || cols < 2 || rows < 1 {
		return openPlain(c), nil
	}
	return openFull(c)
}

// size gives columns and rows of the terminal at fd; 80, 24 when unknown.
func size(fd int) (cols, rows int) {
	cols, rows, err := term.GetSize(fd)
	if err != nil || cols < 2 || rows < 1 {
		return 80, 24
	}
	return cols, rows
}

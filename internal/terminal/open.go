package terminal

import (
	"os"

	"golang.org/x/term"
)

// Config says where the terminal is, and what the program does with it.
type Config struct {
	In, Out *os.File
	// Term is the value of the environment variable TERM; "dumb" selects the plain implementation.
	Term string
	// History holds the lines remembered from earlier sessions, oldest first.
	History []string
	// Stuck, if not nil, is called when Ctrl-C is pressed while an earlier one has not been received from Answers,
	// and is not a moment later either. The terminal has been closed by then; Stuck should end the program.
	Stuck func()
}

// Open takes over the terminal: until Close, the system does not echo what is typed, and Ctrl-C is an Answer instead
// of a signal. If the terminal cannot move its cursor or does not know its size, or if In or Out is not a terminal,
// Open returns the plain implementation, which leaves line editing to the system. If it returns an error, nothing has
// been changed.
func Open(c Config) (Terminal, error) {
	if c.Term == "dumb" || !term.IsTerminal(int(c.In.Fd())) || !term.IsTerminal(int(c.Out.Fd())) {
		return openPlain(c), nil
	}
	if cols, rows, err := term.GetSize(int(c.Out.Fd())); err != nil || cols < 2 || rows < 1 {
		return openPlain(c), nil
	}
	return openFull(c)
}

// size returns the columns and rows of the terminal at fd; 80 and 24 if unknown.
func size(fd int) (cols, rows int) {
	cols, rows, err := term.GetSize(fd)
	if err != nil || cols < 2 || rows < 1 {
		return 80, 24
	}
	return cols, rows
}

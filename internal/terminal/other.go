//go:build !linux && !darwin

package terminal

import (
	"os"
	"syscall"
)

// openFull returns the plain implementation: on this system there is no line editing but the system's own.
func openFull(c Config) (Terminal, error) { return openPlain(c), nil }

// deadly are the signals that end the program with a stack trace: none that could be caught on this system.
var deadly []os.Signal

func raise(syscall.Signal) {}

//go:build !linux && !darwin

package terminal

import (
	"os"
	"syscall"
)

// openFull has no line editing to offer here beyond the system's own.
func openFull(c Config) (Terminal, error) { return openPlain(c), nil }

// deadly are the signals that end the program with a stack trace: none that could be caught here.
var deadly []os.Signal

func raise(syscall.Signal) {}

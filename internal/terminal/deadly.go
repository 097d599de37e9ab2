package terminal

import (
	"os"
	"os/signal"
	"syscall"
)

// catchDeadly catches the signals that immediately end a Go program with a stack trace.
func catchDeadly() chan os.Signal {
	c := make(chan os.Signal, 1)
	if len(deadly) > 0 {
		signal.Notify(c, deadly...)
	}
	return c
}

// diesRestored restores the terminal after a deadly signal, then lets the signal end the program as usual. A SIGQUIT
// while the terminal is lent was meant for another program.
func diesRestored(t Terminal, c chan os.Signal, lent func() bool, quit <-chan struct{}) {
	for {
		select {
		case s := <-c:
			if s == syscall.SIGQUIT && lent() {
				continue
			}
			go func() { // not here: Close waits for this goroutine
				t.Close()
				signal.Reset(s)
				raise(s.(syscall.Signal))
			}()
			return
		case <-quit:
			signal.Stop(c)
			return
		}
	}
}

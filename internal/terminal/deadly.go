package terminal

import (
	"os"
	"os/signal"
	"syscall"
)

// catchDeadly catches the signals that end the program at once, with a stack trace.
func catchDeadly() chan os.Signal {
	c := make(chan os.Signal, 1)
	if len(deadly) > 0 {
		signal.Notify(c, deadly...)
	}
	return c
}

// diesRestored ends the program by a deadly signal, as it would have ended by itself, once the
// terminal is restored. SIGQUIT while the terminal is lent was typed for another program.
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

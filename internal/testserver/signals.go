package testserver

import (
	"os"
	"os/signal"
	"syscall"
)

// HeedSignals lets SIGINT and SIGHUP end the programs that a test starts, even if they were ignored when the tests
// began, as by nohup and by the & of a script.
func HeedSignals() {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

package cli

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"imapsh/repl"
)

const (
	// untaken is how long a second signal may wait to be received before the program is ended.
	untaken = 500 * time.Millisecond
	// stuck is how long the first one may wait: if it takes longer, something such as a file blocks the program.
	stuck = 3 * time.Second
)

// A watch passes signals on to the running command, and ends the program itself if they are not received. So a second
// Ctrl-C or TERM always ends the program, even if a server, a file or another program blocks it; the first one does so
// after a while.
type watch struct {
	signals  chan os.Signal         // the signals that are passed on
	stuck    time.Duration          // how long the first may wait
	terminal atomic.Pointer[func()] // restores the terminal; nil if it is not in use
	exit     func(repl.Status)
}

// deadlySignals begins to catch the signals that end the program.
func deadlySignals() <-chan os.Signal {
	from := make(chan os.Signal, 4)
	signal.Notify(from, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it
		signal.Notify(from, syscall.SIGHUP)
	}
	return from
}

// watchSignals returns a watch that passes signals on; from is nil for none.
func watchSignals(from <-chan os.Signal, exit func(repl.Status)) *watch {
	w := &watch{signals: make(chan os.Signal), stuck: stuck, exit: exit}
	if from != nil {
		go w.pass(from)
	}
	return w
}

// restores sets the function that restores the terminal.
func (w *watch) restores(f func()) { w.terminal.Store(&f) }

// pass passes signals on until one is not received in time, or until the channel is closed.
func (w *watch) pass(from <-chan os.Signal) {
	for first := true; ; {
		sig, more := <-from
		if !more {
			return
		}
		if sig == os.Interrupt && w.terminal.Load() != nil {
			// At the prompt Ctrl-C is a key, so this one is for another program that has the terminal.
			select {
			case w.signals <- sig:
			case <-time.After(untaken):
			}
			continue
		}
		late := time.After(untaken)
		if first {
			late = time.After(w.stuck)
		}
		first = false
		select {
		case w.signals <- sig:
			continue
		case <-from:
		case <-late:
		}
		w.end()
		return
	}
}

// end ends the program, after restoring the terminal if that does not hang.
func (w *watch) end() {
	if restore := w.terminal.Load(); restore != nil {
		done := make(chan struct{})
		go func() { (*restore)(); close(done) }()
		select {
		case <-done:
		case <-time.After(2 * time.Second):
		}
	}
	w.exit(repl.StatusInterrupted)
}

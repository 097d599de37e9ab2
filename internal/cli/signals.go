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
	// untaken is how long a signal may wait to be taken, where an earlier one was to end the program already.
	untaken = 500 * time.Millisecond
	// stuck is how long the first one may wait: the program is then held by a file or the like that does not answer.
	stuck = 3 * time.Second
)

// A watch passes signals on to whoever works. It ends the program itself where they are not taken: a
// second Ctrl-C or TERM always does, whatever is stuck, a server, a file, another program; the first, after a while.
type watch struct {
	signals  chan os.Signal         // as they are passed on
	stuck    time.Duration          // how long the first may wait
	terminal atomic.Pointer[func()] // restores it; nil while none is taken
	exit     func(repl.Status)
}

// deadlySignals begins to take the signals that end the program.
func deadlySignals() <-chan os.Signal {
	from := make(chan os.Signal, 4)
	signal.Notify(from, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup would have us continue
		signal.Notify(from, syscall.SIGHUP)
	}
	return from
}

// watchSignals passes signals on, nil for none.
func watchSignals(from <-chan os.Signal, exit func(repl.Status)) *watch {
	w := &watch{signals: make(chan os.Signal), stuck: stuck, exit: exit}
	if from != nil {
		go w.pass(from)
	}
	return w
}

// restores says how the terminal, which has been taken, is given back.
func (w *watch) restores(f func()) { w.terminal.Store(&f) }

// pass passes signals on until one of them is not taken, or none can come.
func (w *watch) pass(from <-chan os.Signal) {
	for first := true; ; {
		sig, more := <-from
		if !more {
			return
		}
		if sig == os.Interrupt && w.terminal.Load() != nil {
			// It is meant for another program that has the terminal, which looks for Ctrl-C itself.
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

// end ends the program at once. A terminal that hangs does not keep it.
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

package cli

import (
	"os"
	"syscall"
	"testing"
	"time"

	"imapsh/repl"
)

// watching returns a watch, the channel of its signals, and a channel that gets the status with which it ends the
// program.
func watching() (w *watch, from chan os.Signal, ended chan repl.Status) {
	from, ended = make(chan os.Signal, 4), make(chan repl.Status, 1)
	w = &watch{signals: make(chan os.Signal), stuck: time.Hour, exit: func(st repl.Status) { ended <- st }}
	go w.pass(from)
	return w, from, ended
}

// endsAt asserts that the program ends with the status of an interrupt.
func endsAt(t *testing.T, ended chan repl.Status) {
	t.Helper()
	select {
	case st := <-ended:
		if st != repl.StatusInterrupted {
			t.Errorf("status %d, want %d", st, repl.StatusInterrupted)
		}
	case <-time.After(patience):
		t.Fatal("the program does not end")
	}
}

func TestASecondSignalEndsAProgramThatIsStuck(t *testing.T) {
	t.Parallel()
	_, from, ended := watching()
	from <- syscall.SIGTERM // nobody receives it
	from <- os.Interrupt
	endsAt(t, ended)
}

func TestASignalThatNobodyReceivesEndsTheProgramAfterAWhile(t *testing.T) {
	t.Parallel()
	from, ended := make(chan os.Signal, 1), make(chan repl.Status, 1)
	w := &watch{signals: make(chan os.Signal), stuck: time.Millisecond, exit: func(st repl.Status) { ended <- st }}
	go w.pass(from)
	from <- syscall.SIGTERM
	endsAt(t, ended)
}

func TestASecondSignalEndsAProgramThatHangsAfterTheFirst(t *testing.T) {
	t.Parallel()
	w, from, ended := watching()
	from <- os.Interrupt
	<-w.signals
	from <- os.Interrupt
	endsAt(t, ended)
}

func TestTheTerminalIsRestoredBeforeTheProgramEnds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		hangs bool
	}{{"it is restored", false}, {"restoring it hangs", true}} {
		t.Run(row.name, func(t *testing.T) {
			w, from, ended := watching()
			restored, hang := make(chan struct{}, 1), make(chan struct{})
			defer close(hang)
			w.restores(func() {
				restored <- struct{}{}
				if row.hangs {
					<-hang
				}
			})
			from <- syscall.SIGTERM
			from <- syscall.SIGTERM
			endsAt(t, ended)
			<-restored
		})
	}
}

func TestSignalsArePassedOnInOrder(t *testing.T) {
	t.Parallel()
	w, from, _ := watching()
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		from <- sig
		if got := <-w.signals; got != sig {
			t.Errorf("got %v, want %v", got, sig)
		}
	}
}

//go:build linux || darwin

package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long Close waits for a screen that does not take its last output.
const patience = time.Second

// stopping is how long this process may be running yet after it was told to stop.
const stopping = 500 * time.Millisecond

// full is the Terminal with line editing. One goroutine reads and decodes keys at all times, so that
// Ctrl-C is seen whatever else hangs; one (loop.go) applies them to the line and draws.
type full struct {
	cfg     Config
	tty     *tty
	screen  *screen
	answers *answers
	history *history

	mu       sync.Mutex
	keys     []key // typed, not yet applied; they wait while no question is open
	gone     error // why nothing else will be typed
	question Question
	asked    int  // counts questions
	open     bool // the question is
	turned   bool // the question is new or of another kind: the line typed for another must go
	wish     *Answer
	edit     *Answer       // what Edit asks for; only with a wish
	lent     chan struct{} // closed when Lend is over; nil when it is not under way
	parked   chan struct{} // closed by the reader when it has stopped for Lend
	deaf     chan struct{} // closed by the reader when it has stopped for good

	loan    sync.Mutex    // held by whoever gives the terminal away
	wake    chan struct{} // something for the editing goroutine
	resumed chan struct{} // the process was stopped, and continues
	quit    chan struct{}
	once    sync.Once
	stuck   sync.Once
	failure error // of Close
	running sync.WaitGroup

	// The editing goroutine's own.
	line    *editor
	painted painted
}

// openFull takes the terminal and starts its goroutines.
func openFull(c Config) (Terminal, error) {
	deadly := catchDeadly()
	t, err := newFull(c)
	if err != nil {
		signal.Stop(deadly)
		return nil, err
	}
	sig := make(chan os.Signal, 4)
	signal.Notify(sig, unix.SIGWINCH, unix.SIGCONT)
	for _, f := range []func(){
		t.read, t.run, func() { t.signals(sig) }, func() { t.answers.run(t.quit) },
		func() { diesRestored(t, deadly, t.isLent, t.quit) },
	} {
		t.running.Go(f)
	}
	return t, nil
}

func newFull(c Config) (*full, error) {
	dev, err := openTTY(c.In)
	if err != nil {
		return nil, err
	}
	if err := dev.enter(); err != nil {
		dev.release()
		return nil, err
	}
	out := int(c.Out.Fd())
	h := newHistory(c.History)
	t := &full{
		cfg: c, tty: dev, answers: newAnswers(), history: h, line: newEditor(h),
		screen: newScreen(c.Out, func() (int, int) { return size(out) }),
		wake:   make(chan struct{}, 1), resumed: make(chan struct{}, 1), quit: make(chan struct{}),
		deaf: make(chan struct{}),
	}
	t.screen.take()
	return t, nil
}

func (t *full) Answers() <-chan Answer { return t.answers.out }
func (t *full) Remember(line string)   { t.history.add(line) }
func (t *full) Size() (cols, rows int) { return t.screen.size() }

func (t *full) Ask(q Question) {
	t.mu.Lock()
	if !t.open || q.Secret != t.question.Secret {
		t.turned, t.wish, t.edit = true, nil, nil
	}
	t.question, t.open = q, true
	t.asked++
	t.mu.Unlock()
	nudge(t.wake)
}

func (t *full) Edit(line string, pos int) {
	wish := t.answers.lastWish()
	t.mu.Lock()
	if t.wish != nil && t.wish == wish { // else there is a newer one, which this does not answer
		t.edit = &Answer{Text: line, Pos: pos}
	}
	t.mu.Unlock()
	nudge(t.wake)
}

// Write blocks while the terminal is slow and much waits for it.
func (t *full) Write(p []byte) (int, error) {
	n, err := t.screen.add(p)
	t.mu.Lock()
	open := t.open
	t.mu.Unlock()
	if open {
		nudge(t.wake)
	} else {
		t.screen.draw()
	}
	return n, err
}

// Lend also keeps Ctrl-C from ending the program while f has the terminal.
func (t *full) Lend(f func() error) (err error) {
	t.loan.Lock()
	defer t.loan.Unlock()
	lent, parked := make(chan struct{}), make(chan struct{})
	t.mu.Lock()
	t.lent, t.parked = lent, parked
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		t.lent, t.parked = nil, nil
		t.mu.Unlock()
		close(lent)
		nudge(t.wake)
	}()
	t.tty.wake()
	select {
	case <-parked:
	case <-t.deaf:
	case <-t.quit:
	}
	// Caught, not ignored: a program that f starts would inherit the latter.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, unix.SIGINT, unix.SIGQUIT)
	defer signal.Stop(interrupts)

	t.screen.hold()
	defer t.screen.retake()
	defer func() { err = errors.Join(err, t.tty.enter()) }()
	if err := t.tty.leave(); err != nil {
		return err
	}
	return f()
}

// suspend is Ctrl-Z: it stops the process group, as the system would have done by itself.
func (t *full) suspend() {
	t.loan.Lock()
	defer t.loan.Unlock()
	select {
	case <-t.resumed:
	default:
	}
	t.screen.hold()
	t.tty.leave()
	unix.Kill(0, unix.SIGTSTP)
	// The signal may take effect a moment later, or, where no shell could resume us, not at all. To go
	// on before SIGCONT was heard would draw the question twice.
	came(stopping, t.resumed, t.quit)
	t.tty.enter()
	t.screen.retake()
}

// Close waits for the last output, but not forever.
func (t *full) Close() error {
	t.once.Do(func() {
		t.failure = t.tty.close()
		close(t.quit)
		t.tty.wake()
		done := make(chan struct{})
		go func() {
			t.screen.finish()
			t.running.Wait()
			close(done)
		}()
		came(patience, done, nil)
	})
	return t.failure
}

// fail is for a panic in one of the goroutines: the terminal is restored, and the panic an answer.
func (t *full) fail(doing string) {
	if p := recover(); p != nil {
		t.tty.close()
		t.screen.finish()
		t.answers.post(&Answer{Kind: Failed, Err: fmt.Errorf("%s: %v", doing, p)})
	}
}

func (t *full) isLent() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lent != nil
}

// signals waits for another size, and for going on after a stop.
func (t *full) signals(c chan os.Signal) {
	defer signal.Stop(c)
	for {
		select {
		case s := <-c:
			if s == unix.SIGWINCH {
				t.answers.post(&Answer{Kind: Resize})
			} else {
				nudge(t.resumed)
			}
			nudge(t.wake)
		case <-t.quit:
			return
		}
	}
}

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

// patience is how long Close waits for the last output to be written.
const patience = time.Second

// stopping is how long this process may continue to run after SIGTSTP.
const stopping = 500 * time.Millisecond

// full is the Terminal with line editing. One goroutine always reads and decodes keys, so that Ctrl-C is noticed
// whatever else hangs; another one (loop.go) applies them to the line and draws.
type full struct {
	cfg     Config
	tty     *tty
	screen  *screen
	answers *answers
	history *history

	mu       sync.Mutex
	keys     []key // typed but not applied yet; they wait while no question is open
	gone     error // why nothing more can be read
	question Question
	asked    int           // how many times Ask was called
	open     bool          // the question is open
	turned   bool          // the question is new or of another kind, so the line typed for the old one must be dropped
	wish     *Answer       // the last Complete, not answered yet
	edit     *Answer       // the argument of Edit; only if wish is set
	lent     chan struct{} // closed when Lend ends; nil if it is not running
	parked   chan struct{} // closed by the reader when it has stopped for Lend
	deaf     chan struct{} // closed by the reader when it has stopped for good

	loan    sync.Mutex    // held while the terminal is lent, or the program is suspended
	wake    chan struct{} // the editing goroutine has something to do
	resumed chan struct{} // the process was stopped and now continues
	quit    chan struct{}
	once    sync.Once
	stuck   sync.Once
	failure error // the result of Close
	running sync.WaitGroup

	// Used only by the editing goroutine.
	line    *editor
	painted painted
	tabbed  bool // the last key was Tab
}

// openFull takes over the terminal and starts the goroutines.
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
	if t.wish != nil && t.wish == wish { // otherwise there is a newer one, which this does not answer
		t.edit = &Answer{Text: line, Pos: pos}
	}
	t.mu.Unlock()
	nudge(t.wake)
}

// Write blocks while too much output is waiting for a slow terminal.
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

// Lend also prevents Ctrl-C from ending this program while f has the terminal.
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
	// Caught rather than ignored, because programs that f starts would inherit that they are ignored.
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

// suspend performs Ctrl-Z: it stops the process group, as the system would do in cooked mode.
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
	// The signal may take effect a moment later or, if there is no shell to resume us, not at all. Continuing before
	// SIGCONT has arrived would draw the question twice.
	came(stopping, t.resumed, t.quit)
	t.tty.enter()
	t.screen.retake()
}

// Close waits for the last output, but not longer than patience.
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

// fail handles a panic in one of the goroutines: it restores the terminal, and posts the panic as an answer.
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

// signals waits for changes of size, and for the process to continue after a stop.
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

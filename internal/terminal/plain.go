package terminal

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"
)

// lull is how long plain waits after output before it shows the prompt again.
const lull = 20 * time.Millisecond

// plain is the Terminal without line editing: the system reads complete lines, and echoes them unless they are
// secret. There is no completion, hint or history, and nothing is ever erased.
type plain struct {
	cfg     Config
	answers *answers
	asked   chan struct{} // a question was opened
	quit    chan struct{}
	once    sync.Once
	again   *time.Timer // shows the prompt after the output

	mu       sync.Mutex
	question Question
	open     bool
	prompted bool // the prompt is on the row of the cursor
	lent     bool
}

func openPlain(c Config) Terminal {
	t := &plain{cfg: c, answers: newAnswers(), asked: make(chan struct{}, 1), quit: make(chan struct{})}
	t.again = time.AfterFunc(time.Hour, t.reprompt)
	t.again.Stop()
	go t.answers.run(t.quit)
	go t.read()
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, os.Interrupt)
	go t.interrupts(sig)
	go diesRestored(t, catchDeadly(), t.isLent, t.quit)
	return t
}

func (t *plain) isLent() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lent
}

func (t *plain) Answers() <-chan Answer { return t.answers.out }
func (t *plain) Edit(string, int)       {}
func (t *plain) Remember(string)        {}
func (t *plain) Size() (cols, rows int) { return size(int(t.cfg.Out.Fd())) }

func (t *plain) Ask(q Question) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.prompted && q.Prompt != t.question.Prompt {
		t.endRow()
	}
	if !t.open && q.Secret || t.open && q.Secret != t.question.Secret {
		SetEcho(int(t.cfg.In.Fd()), !q.Secret)
	}
	t.question, t.open = q, true
	t.prompt()
	nudge(t.asked)
}

func (t *plain) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endRow()
	n, err := t.cfg.Out.Write(p)
	if t.open {
		t.again.Reset(lull)
	}
	return n, err
}

func (t *plain) Lend(f func() error) error {
	t.mu.Lock()
	t.endRow()
	t.lent = true
	t.mu.Unlock()
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer func() {
		signal.Stop(interrupts)
		t.mu.Lock()
		t.lent = false
		t.prompt()
		t.mu.Unlock()
	}()
	return f()
}

func (t *plain) Close() error {
	t.once.Do(func() {
		close(t.quit)
		t.again.Stop()
		t.mu.Lock()
		defer t.mu.Unlock()
		t.answered()
	})
	return nil
}

// mu must be held for prompt, endRow and answered.

func (t *plain) prompt() {
	if t.open && !t.prompted && !t.lent {
		io.WriteString(t.cfg.Out, t.question.Prompt)
		t.prompted = true
	}
}

func (t *plain) endRow() {
	if t.prompted {
		io.WriteString(t.cfg.Out, "\n")
		t.prompted = false
	}
}

func (t *plain) answered() {
	if t.open && t.question.Secret {
		SetEcho(int(t.cfg.In.Fd()), true)
		t.endRow() // Enter was not echoed either
	}
	t.open, t.prompted = false, false
}

func (t *plain) reprompt() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prompt()
}

// read reads one line for each question. A line that arrives when its question is gone is kept for the next one.
func (t *plain) read() {
	in := bufio.NewReader(t.cfg.In)
	for t.awaitQuestion() {
		text, err := in.ReadString('\n')
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
		if !t.awaitQuestion() {
			return
		}
		a := Answer{Kind: Line, Text: text}
		switch {
		case err == nil:
		case !errors.Is(err, io.EOF):
			a = Answer{Kind: Failed, Err: err}
		case text == "":
			a.Kind = EOF
		}
		t.mu.Lock()
		t.answered()
		t.answers.post(&a)
		t.mu.Unlock()
	}
}

// awaitQuestion waits for a question; it returns false after Close.
func (t *plain) awaitQuestion() bool {
	for {
		t.mu.Lock()
		open := t.open
		t.mu.Unlock()
		if open {
			return true
		}
		select {
		case <-t.asked:
		case <-t.quit:
			return false
		}
	}
}

// interrupts makes Ctrl-C an answer; the system has dropped what was typed.
func (t *plain) interrupts(c chan os.Signal) {
	defer signal.Stop(c)
	for {
		select {
		case <-c:
		case <-t.quit:
			return
		}
		if t.isLent() {
			continue
		}
		if taken, waits := t.answers.pending(Interrupt); waits && t.cfg.Stuck != nil && t.answers.stalled(taken) {
			t.Close()
			t.cfg.Stuck()
			return
		}
		t.mu.Lock()
		t.endRow()
		t.answered()
		t.answers.post(&Answer{Kind: Interrupt})
		t.mu.Unlock()
	}
}

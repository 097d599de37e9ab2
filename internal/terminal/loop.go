//go:build linux || darwin

package terminal

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/chzyer/readline"
)

// read decodes what is typed, until the terminal goes away or is closed.
func (t *full) read() {
	defer t.tty.release()
	defer close(t.deaf)
	defer t.fail("reading the terminal")
	var d decoder
	var keys []key
	buf := make([]byte, 64<<10)
	for t.mayRead() {
		n, err := t.tty.read(buf)
		if err != nil {
			t.mu.Lock()
			t.gone = err
			t.mu.Unlock()
			nudge(t.wake)
			return
		}
		b, block, ok := buf[:n], []key(nil), false
		if d.mayBeLines(b) {
			b = t.tty.burst(b, len(buf))
			block, ok = lines(b)
		}
		keys = append(keys[:0], block...)
		if !ok {
			d.decode(b, func(k key) { keys = append(keys, k) })
		}
		if len(keys) > 0 {
			t.typed(keys)
		}
	}
}

// mayRead waits while the terminal is lent; it returns false after Close.
func (t *full) mayRead() bool {
	for {
		t.mu.Lock()
		lent := t.lent
		if t.parked != nil {
			close(t.parked)
			t.parked = nil
		}
		t.mu.Unlock()
		if lent == nil {
			break
		}
		select {
		case <-lent:
		case <-t.quit:
			return false
		}
	}
	select {
	case <-t.quit:
		return false
	default:
		return true
	}
}

func isInterrupt(k key) bool { return k.code == readline.CharInterrupt }

// typed queues the keys of one read, and watches for a Ctrl-C while another one is waiting.
func (t *full) typed(keys []key) {
	taken, waits := t.interrupts()
	suspicious := false // a Ctrl-C arrived while another one was waiting
	t.mu.Lock()
	for i, k := range keys {
		if isInterrupt(k) {
			suspicious = suspicious || waits
			waits = true
			if i > 0 && isInterrupt(keys[i-1]) {
				continue // the key was held down, or the machine is slow
			}
		}
		t.keys = append(t.keys, k)
	}
	t.mu.Unlock()
	nudge(t.wake)
	if suspicious && t.cfg.Stuck != nil {
		go func() { // not here: Close waits for this goroutine
			if t.hangs(taken) {
				t.Close()
				t.stuck.Do(t.cfg.Stuck)
			}
		}()
	}
}

// interrupts returns how many answers have been taken so far, and whether a Ctrl-C is waiting, as a key or as an
// answer.
func (t *full) interrupts() (taken int, waits bool) {
	taken, waits = t.answers.pending(Interrupt)
	t.mu.Lock()
	defer t.mu.Unlock()
	return taken, waits || slices.ContainsFunc(t.keys, isInterrupt)
}

// hangs waits a little, and reports whether a Ctrl-C is still waiting and no answer has been taken meanwhile.
func (t *full) hangs(taken int) bool {
	if !t.answers.stalled(taken) {
		return false
	}
	_, waits := t.interrupts() // a search handles Ctrl-C itself
	return waits
}

// run applies keys and draws, each time everything that has arrived since the last time.
func (t *full) run() {
	defer t.fail("editing the line")
	for {
		t.step()
		t.look()
		t.screen.draw()
		select {
		case <-t.wake:
		case <-t.quit:
			return
		}
	}
}

// step applies everything that is waiting to the line.
func (t *full) step() {
	select {
	case <-t.resumed:
		if t.loan.TryLock() { // otherwise Lend does the same when it ends
			t.tty.again()
			t.screen.retake()
			t.loan.Unlock()
		}
	default:
	}
	for {
		t.mu.Lock()
		if t.turned {
			t.line.reset(t.question.Secret)
			t.turned = false
		}
		if t.edit != nil {
			if t.wish != nil && t.wish.Text == t.line.text() {
				t.line.set(t.edit.Text, t.edit.Pos)
			}
			t.wish, t.edit = nil, nil
		}
		k, ok := t.next()
		t.mu.Unlock()
		if !ok {
			return
		}
		t.handle(k)
	}
}

// next returns the next key; mu must be held. While no question is open, keys wait, but a Ctrl-C drops what was typed
// before it and becomes an answer.
func (t *full) next() (key, bool) {
	if !t.open {
		for i := len(t.keys) - 1; i >= 0; i-- {
			if t.keys[i].code == readline.CharInterrupt {
				t.keys = slices.Delete(t.keys, 0, i+1)
				t.answers.post(&Answer{Kind: Interrupt})
				break
			}
		}
		return key{}, false
	}
	if len(t.keys) == 0 {
		return key{code: keyGone}, t.gone != nil
	}
	k := t.keys[0]
	t.keys[0] = key{} // it may be a secret
	t.keys = t.keys[1:]
	return k, true
}

// handle applies a key to the line, and does what else the key means.
func (t *full) handle(k key) {
	again := t.tabbed
	t.tabbed = false
	switch t.line.press(k) {
	case entered:
		a := Answer{Kind: Line, Text: t.line.text()}
		if strings.Contains(a.Text, "\n") {
			a.Kind = Paste
		}
		t.answer(a)
	case interrupted:
		t.answer(Answer{Kind: Interrupt, Text: t.line.text()})
	case ended:
		t.mu.Lock()
		gone := t.gone
		t.mu.Unlock()
		if k.code == keyGone && !errors.Is(gone, io.EOF) {
			t.answer(Answer{Kind: Failed, Err: gone})
		} else {
			t.answer(Answer{Kind: EOF})
		}
	case wished:
		text := t.line.text()
		pos := 0
		for range t.line.cursor() {
			_, n := utf8.DecodeRuneInString(text[pos:])
			pos += n
		}
		a := &Answer{Kind: Complete, Text: text, Pos: pos, Again: again}
		t.tabbed = true
		t.mu.Lock()
		if !t.turned {
			t.wish = a
			t.answers.post(a)
		}
		t.mu.Unlock()
	case cleared:
		t.screen.clear()
	case suspended:
		t.suspend()
	}
}

// answer closes the question, unless it has meanwhile been replaced by another kind of question, which a does not
// answer.
func (t *full) answer(a Answer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.turned {
		return
	}
	t.open, t.wish, t.edit = false, nil, nil
	if t.question.Secret && a.Kind == Line {
		t.screen.put(t.question.Prompt + "\n")
	}
	t.line.reset(false)
	t.painted = painted{}
	t.screen.show(nil)
	t.answers.post(&a)
}

// painted is what Paint returned for a line of a question; Paint is called again when one of them changes.
type painted struct {
	asked             int
	line, shown, hint string
}

// look makes the question and the line what the screen shows next.
func (t *full) look() {
	t.mu.Lock()
	q, asked, open, turned := t.question, t.asked, t.open, t.turned
	t.mu.Unlock()
	if !open || turned { // if turned, another step follows
		return
	}
	line := t.line.text()
	if p := &t.painted; p.asked != asked || p.line != line {
		*p = painted{asked: asked, line: line, shown: line}
		switch {
		case q.Paint != nil:
			p.shown, p.hint = q.Paint(line)
		case q.Secret:
			p.shown = strings.Repeat("•", min(len(line), 1)*secretDots) // not even its length is shown
		}
	}
	v := view{status: q.Status, prompt: q.Prompt, line: t.painted.shown, cursor: t.line.cursor(), hint: t.painted.hint}
	if q.Secret && q.Paint == nil {
		v.cursor = utf8.RuneCountInString(v.line)
	}
	if s := t.line.search; s != nil {
		v.prompt, v.hint = s.prompt(), ""
	}
	t.screen.show(&v)
}

// secretDots is how many dots are shown for a secret of any length.
const secretDots = 6

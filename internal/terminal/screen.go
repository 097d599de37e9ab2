//go:build linux || darwin

package terminal

import (
	"io"
	"strings"
	"sync"
)

const (
	// queued is how many bytes of output may wait to be drawn before Write blocks.
	queued = 256 << 10

	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
	eraseRow = "\x1b[K" // from the cursor on
	// eraseBelow does not touch the cursor's row. Erasing from the screen's first column down would be
	// simpler, but tmux moves what is there to its history then, prompt by prompt.
	eraseBelow = "\x1b[B\x1b[J\x1b[A"
)

// A screen shows lines that scroll by and below them, when there is one, the view of a question.
// Lines and views are set at any speed; each drawing shows what has gathered since the one before,
// in a single write.
type screen struct {
	out  io.Writer
	size func() (cols, rows int)

	mu    sync.Mutex // what is wanted
	room  sync.Cond  // signalled when text has been taken
	text  []byte
	view  *view
	fresh bool // the view has changed, or must be drawn again
	err   error
	shut  bool

	pen        sync.Mutex // held while drawing; what is there
	held       bool       // somebody else has the screen
	buf, spare []byte
	block      *block
	cols, rows int
	midline    bool // the text written last did not end its line
}

func newScreen(out io.Writer, size func() (cols, rows int)) *screen {
	s := &screen{out: out, size: size, held: true}
	s.room.L = &s.mu
	return s
}

// add queues text; it blocks while too much waits.
func (s *screen) add(p []byte) (int, error) {
	s.mu.Lock()
	for len(s.text) > 0 && len(s.text)+len(p) > queued && s.err == nil && !s.shut {
		s.room.Wait()
	}
	err, shut := s.err, s.shut
	if err == nil && !shut {
		s.text = append(s.text, p...)
	}
	s.mu.Unlock()
	switch {
	case err != nil:
		return 0, err
	case shut: // the terminal is as we found it: what is still to be said needs no care
		return s.out.Write(p)
	}
	return len(p), nil
}

// put is add for the goroutine that draws: it never waits.
func (s *screen) put(p string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p...)
}

// show sets the view; nil is none.
func (s *screen) show(v *view) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view == nil && v == nil || s.view != nil && v != nil && *s.view == *v {
		return
	}
	s.view, s.fresh = v, true
}

// draw brings the screen up to date.
func (s *screen) draw() {
	s.pen.Lock()
	defer s.pen.Unlock()
	if !s.held {
		s.paint(true, "")
	}
}

// clear empties the screen but for the view.
func (s *screen) clear() {
	s.pen.Lock()
	defer s.pen.Unlock()
	if !s.held {
		s.paint(true, "")
		s.block, s.midline = nil, false
		s.paint(true, "\x1b[H\x1b[2J")
	}
}

// hold draws what waits, takes the view away and leaves the screen to somebody else.
func (s *screen) hold() {
	s.pen.Lock()
	defer s.pen.Unlock()
	if !s.held {
		s.paint(false, pasteOff)
		s.held = true
	}
}

// take has the screen from now on, the cursor being at the start of a row.
func (s *screen) take() { s.takeWith("") }

// retake has the screen back, the cursor being wherever others left it. A row of spaces puts it at
// the start of one: of the same row if it was there, else, the terminal wrapping, of the next.
func (s *screen) retake() {
	cols, _ := s.size()
	s.takeWith(strings.Repeat(" ", cols) + "\r" + eraseRow)
}

func (s *screen) takeWith(control string) {
	s.pen.Lock()
	defer s.pen.Unlock()
	s.mu.Lock()
	shut := s.shut
	s.mu.Unlock()
	if !shut {
		s.held, s.block, s.midline = false, nil, false
		s.paint(true, control+pasteOn)
	}
}

// finish is hold for good: later text goes straight out.
func (s *screen) finish() {
	s.hold()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.text) > 0 {
		s.out.Write(s.text) // it came while somebody else had the screen
	}
	s.text, s.shut = nil, true
	s.room.Broadcast()
}

// paint draws, with pen held: text above the view, and the view below if it is wanted. Control
// sequences go before the text.
func (s *screen) paint(beneath bool, control string) {
	s.mu.Lock()
	text, v, fresh := s.text, s.view, s.fresh
	s.text, s.fresh = s.spare[:0], false
	s.room.Broadcast()
	s.mu.Unlock()
	s.spare = text
	if cap(s.spare) > 4*queued {
		s.spare = nil
	}
	if !beneath {
		v = nil
	}
	cols, rows := s.size()
	resized := cols != s.cols || rows != s.rows
	if len(text) == 0 && !fresh && !resized && control == "" {
		return
	}
	s.cols, s.rows = cols, rows

	b := s.buf[:0]
	if s.block != nil {
		b = append(move(b, s.block.above(cols), 'A'), '\r')
		b = append(b, eraseRow...)
		if s.block.height(cols) > 1 {
			b = append(b, eraseBelow...)
		}
		s.block = nil
	}
	b = append(b, control...)
	if len(text) > 0 {
		b = append(b, text...)
		s.midline = text[len(text)-1] != '\n'
	}
	if v != nil {
		if s.midline {
			b = append(b, '\n')
			s.midline = false
		}
		var block block
		b, block = lay(b, *v, cols, max(1, rows-1))
		s.block = &block
	}
	if s.buf = b; cap(b) > 4*queued {
		s.buf = nil
	}
	if _, err := s.out.Write(b); err != nil {
		s.mu.Lock()
		s.err = err
		s.room.Broadcast()
		s.mu.Unlock()
	}
}

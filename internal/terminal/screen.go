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
	eraseRow = "\x1b[K" // from the cursor to the end of the row
	// eraseBelow does not touch the row of the cursor. It would be simpler to erase from the first column of the
	// screen, but then tmux moves the erased rows, prompt by prompt, into its history.
	eraseBelow = "\x1b[B\x1b[J\x1b[A"
)

// A screen shows lines that scroll and, below them, the view of a question if there is one. Lines and views may be
// set at any speed; each drawing shows everything that has gathered since the last one, in a single write.
type screen struct {
	out  io.Writer
	size func() (cols, rows int)

	mu    sync.Mutex // guards what should be shown
	room  sync.Cond  // signalled when text has been taken
	text  []byte
	view  *view
	fresh bool // the view has changed, or must be drawn again
	err   error
	shut  bool

	pen        sync.Mutex // held while drawing; guards what is shown
	held       bool       // another program has the screen
	buf, spare []byte
	block      *block
	cols, rows int
	midline    bool // the last text written did not end its line
}

func newScreen(out io.Writer, size func() (cols, rows int)) *screen {
	s := &screen{out: out, size: size, held: true}
	s.room.L = &s.mu
	return s
}

// add queues text; it blocks while too much is waiting.
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
	case shut: // the terminal is restored, so plain output is enough
		return s.out.Write(p)
	}
	return len(p), nil
}

// put is like add, but never blocks; it is for the goroutine that draws.
func (s *screen) put(p string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p...)
}

// show sets the view; nil means none.
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

// clear clears the screen, except for the view.
func (s *screen) clear() {
	s.pen.Lock()
	defer s.pen.Unlock()
	if !s.held {
		s.paint(true, "")
		s.block, s.midline = nil, false
		s.paint(true, "\x1b[H\x1b[2J")
	}
}

// hold draws what is waiting, removes the view, and leaves the screen to another program.
func (s *screen) hold() {
	s.pen.Lock()
	defer s.pen.Unlock()
	if !s.held {
		s.paint(false, pasteOff)
		s.held = true
	}
}

// take takes over the screen, with the cursor at the start of a row.
func (s *screen) take() { s.takeWith("") }

// retake takes back the screen, with the cursor anywhere. A row of spaces puts it at the start of a row: the same one
// if it was there, and otherwise, because the terminal wraps, the next one.
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

// finish is like hold, but permanent: later text is written directly.
func (s *screen) finish() {
	s.hold()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.text) > 0 {
		s.out.Write(s.text) // it was added while another program had the screen
	}
	s.text, s.shut = nil, true
	s.room.Broadcast()
}

// paint draws the text above the view and, if below is set, the view. Control sequences are written before the text.
// pen must be held.
func (s *screen) paint(below bool, control string) {
	s.mu.Lock()
	text, v, fresh := s.text, s.view, s.fresh
	s.text, s.fresh = s.spare[:0], false
	s.room.Broadcast()
	s.mu.Unlock()
	s.spare = text
	if cap(s.spare) > 4*queued {
		s.spare = nil
	}
	if !below {
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

//go:build linux || darwin

package terminal

import (
	"strings"
	"sync"
)

// historyLimit is how many lines are remembered.
const historyLimit = 10_000

// A history is the lines remembered, oldest first, none twice in a row. Any goroutine may add.
type history struct {
	mu    sync.Mutex
	lines []string
}

func newHistory(lines []string) *history {
	h := &history{}
	for _, l := range lines {
		h.add(l)
	}
	return h
}

func (h *history) add(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.lines); line == "" || n > 0 && h.lines[n-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	if len(h.lines) > 2*historyLimit {
		h.lines = append([]string(nil), h.lines[historyLimit:]...)
	}
}

func (h *history) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.lines)
}

// at gives line i, counted from the newest as 1.
func (h *history) at(i int) (string, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i < 1 || i > min(len(h.lines), historyLimit) {
		return "", false
	}
	return h.lines[len(h.lines)-i], true
}

// A search walks the history for a text, as Ctrl-R and Ctrl-S do.
type search struct {
	text    string
	at      int  // the line found, counted from the newest; 0 before the first
	failing bool // nothing older (or newer) holds the text

	line []rune // what stood there before, and the cursor in it
	pos  int
}

// find moves to the next line that holds the text, step 1 towards older, -1 towards newer; with
// keep it may stay on the same line.
func (s *search) find(h *history, step int, stay bool) (line string, ok bool) {
	at := s.at
	if !stay || at == 0 {
		at += step
	}
	for ; ; at += step {
		line, ok := h.at(at)
		if !ok {
			s.failing = true
			return "", false
		}
		if s.text != "" && strings.Contains(strings.ToLower(line), strings.ToLower(s.text)) {
			s.at, s.failing = at, false
			return line, true
		}
	}
}

// prompt replaces the question's while searching.
func (s *search) prompt() string {
	if s.failing && s.text != "" {
		return "(no such line: " + s.text + ") "
	}
	return "(search: " + s.text + ") "
}

//go:build linux || darwin

package terminal

import (
	"strings"
	"sync"
)

// historyLimit is how many lines are remembered.
const historyLimit = 10_000

// A history is the lines remembered, oldest first, without repetitions in a row. Any goroutine may use it.
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

// at returns line i, where 1 is the newest, and whether it exists.
func (h *history) at(i int) (string, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i < 1 || i > min(len(h.lines), historyLimit) {
		return "", false
	}
	return h.lines[len(h.lines)-i], true
}

// A search is a search of the history for a text, as with Ctrl-R and Ctrl-S.
type search struct {
	text    string
	at      int  // the line found, where 1 is the newest; 0 before the first one
	failing bool // no older (or newer) line holds the text

	line []rune // the line before the search, and the cursor in it
	pos  int
}

// find moves to the next line that holds the text: step is 1 towards older lines, -1 towards newer ones. With stay,
// the current line may be found again.
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

// prompt returns the prompt shown while searching.
func (s *search) prompt() string {
	if s.failing && s.text != "" {
		return "(no such line: " + s.text + ") "
	}
	return "(search: " + s.text + ") "
}

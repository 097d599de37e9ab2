package repl

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// History is the file of remembered lines: mode 0600, the newest line last, no secrets.
type History struct {
	path  string
	lines []string
}

// historyLines is how many lines are kept.
const historyLines = 2000

// HistoryPath returns the path of the history file, in the XDG state folder.
func HistoryPath() (string, error) { return xdg.StateFile("imapsh/history") }

// OpenHistory reads the history file. A missing file is an empty history.
func OpenHistory(path string) (*History, error) {
	h := &History{path: path}
	f, err := ordinary(path)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the history: %w", err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, maxLine)
	for sc.Scan() {
		h.lines = append(h.lines, sc.Text())
	}
	if err := sc.Err(); err != nil { // else shortening it would lose the lines that follow
		return nil, fmt.Errorf("reading the history %s after line %d: %w", path, len(h.lines), err)
	}
	if len(h.lines) > historyLines {
		h.lines = h.lines[len(h.lines)-historyLines:]
		return h, h.rewrite()
	}
	return h, nil
}

// Lines returns the remembered lines, oldest first.
func (h *History) Lines() []string { return h.lines }

// Add appends a line to the history and its file. If the file cannot be written, the line is only remembered.
func (h *History) Add(line string) {
	if line == "" || strings.ContainsAny(line, "\r\n") || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	f, err := os.OpenFile(h.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	f.Chmod(0o600)
	f.WriteString(line + "\n")
}

func (h *History) rewrite() error {
	f, err := os.CreateTemp(filepath.Dir(h.path), "history-*")
	if err != nil {
		return fmt.Errorf("shortening the history: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(strings.Join(h.lines, "\n") + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("shortening the history: %w", err)
	}
	return os.Rename(f.Name(), h.path)
}

package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"imapsh/internal/terminal"
	"imapsh/internal/wire"
	"imapsh/render"
	"imapsh/repl"
)

// run opens the terminal, unless the input is a script, and runs the shell.
func (f *flags) run(opt repl.Options) error {
	if !f.scripted() {
		history, lines := f.history()
		opt.History = history
		t, err := terminal.Open(terminal.Config{
			In: f.stdin, Out: f.stdout, Term: f.environ.get("TERM"), History: lines,
			Stuck: func() { f.exit(int(repl.StatusInterrupted)) },
		})
		if err != nil {
			return err
		}
		defer t.Close()
		f.watch.restores(func() { t.Close() })
		opt.Terminal = t
		// Errors go to the terminal too, above the prompt.
		opt.Render.Out, opt.Render.Err, opt.Render.Terminal = t, t, true
		opt.Render.Width = func() int { cols, _ := t.Size(); return cols }
	}
	if isTerminal(f.stderr) {
		opt.Progress = &repl.Progress{
			To: f.stderr, WithOut: isTerminal(f.stdout),
			Width: func() int { cols, _, _ := term.GetSize(int(f.stderr.Fd())); return cols },
		}
	}
	f.status = repl.New(opt).Run()
	return nil
}

// history opens the history. If that fails, it says so and returns nil.
func (f *flags) history() (*repl.History, []string) {
	path, err := f.historyFile()
	if err == nil {
		var h *repl.History
		if h, err = repl.OpenHistory(path); err == nil {
			return h, h.Lines()
		}
	}
	fmt.Fprintln(f.stderr, "imapsh: the history is not saved: "+wire.EscapeString(err.Error()))
	return nil, nil
}

// columnsOf returns a function that returns the present width of a terminal; nil if the stream is not a terminal.
func columnsOf(stream *os.File) func() int {
	if !term.IsTerminal(int(stream.Fd())) {
		return nil
	}
	return func() int {
		cols, _, err := term.GetSize(int(stream.Fd()))
		if err != nil || cols < 1 {
			return 80
		}
		return cols
	}
}

// widthOf returns the columns of a terminal; 0 for anything else.
func widthOf(stream *os.File) int {
	if columns := columnsOf(stream); columns != nil {
		return columns()
	}
	return 0
}

// An escaped writes the output of another program so that it can neither control the terminal nor look like a line of
// imapsh.
type escaped struct{ w io.Writer }

func (e escaped) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if _, err := fmt.Fprintln(e.w, render.EscapeMark(wire.EscapeString(strings.TrimRight(line, "\r\n")))); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// A notes writes each line as a note of imapsh.
type notes struct{ w io.Writer }

func (n notes) Write(p []byte) (int, error) {
	_, err := fmt.Fprintln(n.w, "-- "+wire.EscapeString(strings.TrimRight(string(p), "\r\n")))
	return len(p), err
}

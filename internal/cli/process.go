package cli

import (
	"bytes"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/profile"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// A process holds everything that the program takes from its environment: arguments, streams, signals and so on. Run
// takes those of the system; a test makes its own.
type process struct {
	args    []string // without the name of the program
	environ *environment

	stdin, stdout, stderr *os.File

	// inherited returns an open file by its number, and keeps it from programs started later.
	inherited func(n int) (*os.File, error)
	deadly    <-chan os.Signal // the signals that end the program; nil for none
	exit      func(status int) // ends the program immediately

	home        func() (string, error) // returns the user's home directory
	profileFile string                 // the path of the file of profiles
	historyFile func() (string, error) // returns the path of the history
	keyring     vault

	local  func(net.Addr) bool // reports whether nobody can be in between to an address; nil for conn's own rule
	memory func(limit int64)   // sets the memory limit, unless the user has set one

	dialLeast, dialMost time.Duration
}

// systemProcess returns the process of the system.
func systemProcess() *process {
	p := &process{
		args: os.Args[1:], environ: &environment{vars: os.Environ(), gone: os.Unsetenv},
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		inherited: inherited, deadly: deadlySignals(), exit: os.Exit,
		home: os.UserHomeDir, profileFile: profile.Path(), historyFile: repl.HistoryPath,
		dialLeast: dialLeast, dialMost: dialMost,
		memory: func(limit int64) {
			if os.Getenv("GOMEMLIMIT") == "" {
				debug.SetMemoryLimit(limit)
			}
		},
	}
	p.keyring = systemKeyring{p.environ}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
	// SIGPIPE is caught and not ignored: so writing to a closed pipe is an error, and children still have the default.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return p
}

// An environment holds the environment variables.
type environment struct {
	vars  []string // NAME=VALUE; the last one with a name counts
	empty []string // the names that were taken and had an empty value
	gone  func(name string) error
}

// lookup returns the value of a variable.
func (e *environment) lookup(name string) (string, bool) {
	for _, v := range slices.Backward(e.vars) {
		if value, ok := strings.CutPrefix(v, name+"="); ok && name != "" {
			return value, true
		}
	}
	return "", false
}

// get returns the value of a variable; "" if it is not set.
func (e *environment) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

// take returns the value of a variable and removes it, so that programs started later do not inherit it.
func (e *environment) take(name string) string {
	value, ok := e.lookup(name)
	if ok && value == "" {
		e.empty = append(e.empty, name)
	}
	e.vars = slices.DeleteFunc(slices.Clone(e.vars), func(v string) bool { return strings.HasPrefix(v, name+"=") })
	e.gone(name)
	return value
}

// all returns the variables for a program to be started.
func (e *environment) all() []string { return slices.Clone(e.vars) }

// canAsk reports whether the user can be asked for a secret at the terminal.
func (p *process) canAsk() bool { return isTerminal(p.stdin) && isTerminal(p.stderr) }

func isTerminal(stream *os.File) bool { return term.IsTerminal(int(stream.Fd())) }

// coloured reports whether a stream is coloured: by --color, then NO_COLOR, then whether it is a terminal.
func (p *process) coloured(stream *os.File, when repl.Color) bool {
	if when != repl.ColorAuto {
		return when == repl.ColorAlways
	}
	return p.environ.get("NO_COLOR") == "" && p.environ.get("TERM") != "dumb" && isTerminal(stream)
}

// showsProgress lets a progress write to standard error, if that is a terminal that can erase a line.
func (p *process) showsProgress(on *check.Progress) {
	if width := columnsOf(p.stderr); width != nil && p.environ.get("TERM") != "dumb" {
		on.Out, on.Width = p.stderr, width
	}
}

// complain writes an error and its hint to standard error.
func (p *process) complain(err error) {
	for _, says := range []string{err.Error(), conn.Hint(err)} {
		if says != "" {
			p.stderr.Write(append(fitted(wire.EscapeText(nil, "imapsh: "+says), widthOf(p.stderr)), '\n'))
		}
	}
}

// fitted breaks lines that are too wide for a terminal between words, but no lines of a script, which are indented and
// have a caret below.
func fitted(says []byte, cols int) (out []byte) {
	for line := range bytes.Lines(says) {
		if !bytes.HasPrefix(line, []byte("imapsh:  ")) {
			line = []byte(text.Narrow(string(line), cols))
		}
		out = append(out, line...)
	}
	return out
}

// programs returns the environment and the streams of programs that the shell starts.
func (p *process) programs() repl.Programs {
	return repl.Programs{Environ: p.environ.all, Out: p.stdout, Err: p.stderr}
}

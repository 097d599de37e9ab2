package cli

import (
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
	"imapsh/internal/wire"
	"imapsh/repl"
)

// A process is what the program has of its surroundings. Run takes what the system gives; a test gives its own.
type process struct {
	args    []string // of the command line
	environ *environment

	stdin, stdout, stderr *os.File

	// inherited returns an open file by its number, which no program that is started inherits any longer.
	inherited func(n int) (*os.File, error)
	deadly    <-chan os.Signal // signals that are to end the program; nil for none
	exit      func(status int) // ends the program at once

	home        func() (string, error) // the user's directory
	profileFile string                 // the file of profiles
	historyFile func() (string, error) // the file of remembered lines
	keyring     vault

	local  func(net.Addr) bool // which addresses nobody is in between to; nil is as conn has it
	memory func(limit int64)   // takes when the collector is to work harder, unless the user has said that

	dialLeast, dialMost time.Duration
}

// systemProcess returns what the system gives.
func systemProcess() *process {
	p := &process{
		args: os.Args[1:], environ: &environment{os.Environ(), os.Unsetenv},
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
	// Taken, not ignored: a write to a closed pipe is an error here, and children keep their own.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return p
}

// An environment is the variables of the environment.
type environment struct {
	vars []string // NAME=VALUE; of a name that is there twice the last counts
	gone func(name string) error
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

// get returns the value of a variable, "" without it.
func (e *environment) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

// take takes a variable out, so that no program that is started inherits it.
func (e *environment) take(name string) string {
	value := e.get(name)
	e.vars = slices.DeleteFunc(slices.Clone(e.vars), func(v string) bool { return strings.HasPrefix(v, name+"=") })
	e.gone(name)
	return value
}

// all returns the variables for a program that is started.
func (e *environment) all() []string { return slices.Clone(e.vars) }

// canAsk reports whether a person can be asked for a secret.
func (p *process) canAsk() bool { return isTerminal(p.stdin) && isTerminal(p.stderr) }

func isTerminal(stream *os.File) bool { return term.IsTerminal(int(stream.Fd())) }

// coloured decides for one stream: --color, then NO_COLOR, then whether it is a terminal.
func (p *process) coloured(stream *os.File, when repl.Color) bool {
	if when != repl.ColorAuto {
		return when == repl.ColorAlways
	}
	return p.environ.get("NO_COLOR") == "" && p.environ.get("TERM") != "dumb" && isTerminal(stream)
}

// showsProgress gives a progress the terminal of standard error, if that is one that can take it.
func (p *process) showsProgress(on *check.Progress) {
	if width := columnsOf(p.stderr); width != nil && p.environ.get("TERM") != "dumb" {
		on.Out, on.Width = p.stderr, width
	}
}

// complain says on standard error what failed, and what would help.
func (p *process) complain(err error) {
	for _, text := range []string{err.Error(), conn.Hint(err)} {
		if text != "" {
			p.stderr.Write(append(wire.EscapeText(nil, "imapsh: "+text), '\n'))
		}
	}
}

// programs is what the programs have that the shell starts.
func (p *process) programs() repl.Programs {
	return repl.Programs{Environ: p.environ.all, Out: p.stdout, Err: p.stderr}
}

package repl

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// outside are the programs that the shell runs: the command of "|", the pager, the password command. At a terminal, a
// running program has the terminal. When the shell ends, it ends them.
type outside struct {
	context.Context
	with    Programs
	end     context.CancelFunc
	running sync.WaitGroup
	away    int    // programs whose end the loop has not handled yet
	giveUp  func() // called on Ctrl-C while a password command runs; nil if none does

	heard bool // Ctrl-C has reached the loop since a program got the terminal
	owed  bool // Ctrl-C ended a program, and has not reached the loop yet
}

// Programs is what a shell gives to the programs that it starts.
type Programs struct {
	Environ  func() []string // nil for the environment of this process
	Out, Err io.Writer       // output of programs that have the terminal; nil discards it
}

// lastWords is how long a program may take to end after SIGTERM.
const lastWords = 500 * time.Millisecond

func newOutside(with Programs) *outside {
	o := &outside{with: with}
	o.Context, o.end = context.WithCancel(context.Background())
	return o
}

// shellCommand returns a command line for the system's shell as a program that ends with the shell.
func (o *outside) shellCommand(line string) *exec.Cmd {
	cmd := exec.CommandContext(o, "sh", "-c", line)
	if runtime.GOOS == "windows" {
		cmd = exec.CommandContext(o, "cmd", "/C", line)
	} else {
		cmd.Cancel = func() error {
			time.AfterFunc(lastWords, func() { cmd.Process.Kill() })
			return cmd.Process.Signal(syscall.SIGTERM)
		}
	}
	if o.with.Environ != nil {
		cmd.Env = o.with.Environ()
	}
	return cmd
}

// lends runs a program in another goroutine, and calls then in the loop when it has ended. At a terminal, the program
// has the terminal meanwhile.
func (s *Shell) lends(run func() error, then func(error)) {
	lend := func(run func() error) error { return run() }
	if s.interactive() {
		lend = s.opt.Terminal.Lend
	}
	o := s.outside
	s.screen.Pause()
	if o.away == 0 {
		o.heard, o.owed = false, false
	}
	o.away++
	o.running.Add(1)
	go func() {
		err := lend(run)
		o.running.Done()
		s.hub.Post(func() {
			s.cameBack()
			o.owed = !o.heard && interrupted(err)
			then(err)
		})
	}()
}

// cameBack is called when a program has ended. A Ctrl-C that was not handled yet was meant for the program.
func (s *Shell) cameBack() {
	for more := true; more; {
		select {
		case sig := <-s.opt.Signals:
			s.signal(sig)
		default:
			more = false
		}
	}
	s.outside.away--
}

// interrupted reports whether the error of a program says that Ctrl-C ended it. The shell receives the same Ctrl-C,
// perhaps only after the end of the program.
func interrupted(err error) bool {
	exit := (*exec.ExitError)(nil)
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return exit.ExitCode() == int(StatusInterrupted) || ok && status.Signaled() && status.Signal() == syscall.SIGINT
}

// ends ends all programs, and waits a while for that.
func (o *outside) ends() {
	o.end()
	if o.away == 0 {
		return
	}
	gone := make(chan struct{})
	go func() { o.running.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-time.After(2 * lastWords):
	}
}

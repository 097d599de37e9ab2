package repl

import (
	"context"
	"io"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// outside is the programs that run for the shell: the command of "|", the pager, the one that gives a
// password. At a terminal each has it meanwhile. The end of the shell ends them.
type outside struct {
	context.Context
	with    Programs
	end     context.CancelFunc
	running sync.WaitGroup
	away    int    // of those, the ones that have not been taken back
	giveUp  func() // what a second Ctrl-C does, if a program need not take the first; nil for nothing
}

// Programs is what a shell gives to the programs that it starts.
type Programs struct {
	Environ  func() []string // nil for the environment of this process
	Out, Err io.Writer       // of those that have the terminal; nil for nowhere
}

// lastWords is how long a program may take to end once it is asked to.
const lastWords = 500 * time.Millisecond

func newOutside(with Programs) *outside {
	o := &outside{with: with}
	o.Context, o.end = context.WithCancel(context.Background())
	return o
}

// shellCommand is a line for the system's shell, as a program that ends when it is to.
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

// lends runs a program beside the loop, which continues with then. At a terminal the program has that.
func (s *Shell) lends(run func() error, then func(error)) {
	lend := func(run func() error) error { return run() }
	if s.interactive() {
		lend = s.opt.Terminal.Lend
	}
	o := s.outside
	s.screen.Pause()
	o.away++
	o.running.Add(1)
	go func() {
		err := lend(run)
		o.running.Done()
		s.hub.Post(func() {
			s.cameBack()
			then(err)
		})
	}()
}

// cameBack is called when a program has ended. A Ctrl-C that waits to be taken was meant for it.
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

// ends ends all programs, and waits for that a while.
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

package repl

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// "| CMD" takes what is shown of one command, without colour.

// openPipe turns the output into a spool until the command has been answered.
func (s *Shell) openPipe() *spool {
	s.out.Pause()
	k := newSpool(nil)
	o := s.out.Options()
	s.beforePipe = o
	o.Out, o.Terminal, o.Color = k, false, false
	s.out.Configure(o)
	return k
}

// runPipe gives the spooled output to the command behind "|", and waits for that.
func (s *Shell) runPipe(j *job) {
	k := j.pipe
	if k == nil {
		return
	}
	j.pipe = nil
	s.out.Configure(s.beforePipe)
	in, err := k.reader()
	if err != nil {
		s.out.Warn(err.Error())
		return
	}
	cmd := exec.Command("sh", "-c", j.re.pipe)
	if runtime.GOOS == "windows" {
		cmd = exec.Command("cmd", "/C", j.re.pipe)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, os.Stdout, os.Stderr
	if !s.interactive() {
		cmd.Stdout, cmd.Stderr = s.opt.Render.Out, s.opt.Render.Err
	}
	s.away = true
	go func() {
		var err error
		if s.interactive() {
			err = s.opt.Terminal.Lend(cmd.Run)
		} else {
			err = cmd.Run()
		}
		s.post(func() {
			s.away = false
			k.close()
			var exit *exec.ExitError
			switch {
			case errors.As(err, &exit) && j.re.pipe == pagerCommand:
				// Ctrl-C is one way to leave a pager; what else went wrong it has said itself.
			case errors.As(err, &exit):
				s.out.Warn(fmt.Sprintf("| %s: %s", j.re.pipe, exit))
			case err != nil:
				s.out.Warn(fmt.Sprintf("| %s: %v", j.re.pipe, err))
			}
			if err != nil && !s.interactive() {
				s.raise(StatusFailed)
			}
		})
	}()
}

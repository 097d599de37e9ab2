package repl

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/render"
)

// A pipe takes what is shown of the responses to one command, without colour, and gives it to the
// command of "|" when that is complete.
type pipe struct {
	*render.Renderer
	spool *spool
	cmd   string
}

// newPipe makes one that shows as the screen does. What is sent stays on the screen.
func (s *Shell) newPipe(cmd string) *pipe {
	k := newSpool(nil)
	o := s.set.Render
	o.Out, o.Err, o.Terminal, o.Color = k, nil, false, false
	return &pipe{render.New(o), k, cmd}
}

// Depth is that of values: each response must be known to be this command's.
func (p *pipe) Depth() trace.Depth { return trace.Values }

// Hear shows what the screen leaves out.
func (p *pipe) Hear(e *trace.Event) {
	if e.Elsewhere {
		p.Renderer.Hear(e)
	}
}

// ended gives the output to the command of "|"; nothing else is done before that has ended.
func (p *pipe) ended(s *Shell, _ *session.Job) {
	p.Pause()
	in, err := p.spool.reader()
	if err != nil {
		s.warn(err.Error())
		return
	}
	cmd := s.outside.shellCommand(p.cmd)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, s.outside.with.Out, s.outside.with.Err
	if !s.interactive() {
		cmd.Stdout, cmd.Stderr = s.set.Render.Out, s.set.Render.Err
	}
	s.lends(cmd.Run, func(err error) {
		p.spool.close()
		var exit *exec.ExitError
		switch {
		case errors.As(err, &exit) && p.cmd == pagerCommand:
			// Ctrl-C is one way to leave a pager; what else went wrong it has said itself.
		case errors.As(err, &exit):
			s.warn(fmt.Sprintf("| %s: %s", p.cmd, exit))
		case err != nil:
			s.warn(fmt.Sprintf("| %s: %v", p.cmd, err))
		}
		if err != nil && !s.interactive() {
			s.outcome.raise(StatusFailed)
			s.stopsOn("| " + p.cmd + " failed")
		}
	})
}

// pagerCommand shows what fits a screen at once, and else lets the user turn pages. Without the
// pager nothing is lost; Ctrl-C is the pager's own, so no sh waits for it.
const pagerCommand = `export LESS="${LESS--FRX}"; set -- ${PAGER:-less}; ` +
	`command -v "$1" >/dev/null || { echo "-- $1 not found; set PAGER to another" >&2; set -- cat; }; exec "$@"`

// page gives a text to the pager.
func (s *Shell) page(text string) {
	cmd := s.outside.shellCommand(pagerCommand)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), s.outside.with.Out, s.outside.with.Err
	s.lends(cmd.Run, func(err error) {
		if err != nil && !errors.As(err, new(*exec.ExitError)) {
			s.warn(err.Error())
		}
	})
}

// paged reports whether a command's output goes through the pager: if it has no other way to go,
// and a person looks on.
func (s *Shell) paged(r line.Redirection, m *command.Match) bool {
	return s.set.Pager && s.interactive() && r.Pipe == "" && r.Out == "" && !r.Background && m.Row().Long
}

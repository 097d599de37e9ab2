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

// A pipe collects what is shown of the responses to one command, without colour, and gives it to the command of "|"
// when it is complete.
type pipe struct {
	*render.Renderer
	spool *spool
	cmd   string
}

// newPipe returns a pipe that renders as the screen does. What is sent stays on the screen.
func (s *Shell) newPipe(cmd string) *pipe {
	k := newSpool(nil)
	o := s.set.Render
	o.Out, o.Err, o.Terminal, o.Color = k, nil, false, false
	return &pipe{render.New(o), k, cmd}
}

// Depth says that values are needed, to know which responses belong to the command.
func (p *pipe) Depth() trace.Depth { return trace.Values }

// Hear renders what the screen leaves out.
func (p *pipe) Hear(e *trace.Event) {
	if e.Elsewhere {
		p.Renderer.Hear(e)
	}
}

// ended runs the command of "|" on the output; nothing else happens until it has ended.
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
			// Ctrl-C is one way to leave a pager, and it reports other failures itself.
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

// pagerCommand prints what fits on one screen, and otherwise lets the user turn pages. Without a pager nothing is
// lost. With exec, Ctrl-C goes to the pager, and no sh waits for it.
const pagerCommand = `export LESS="${LESS--FRX}"; set -- ${PAGER:-less}; ` +
	`command -v "$1" >/dev/null || { echo "-- $1 not found; set PAGER to another" >&2; set -- cat; }; exec "$@"`

// page shows a text in the pager.
func (s *Shell) page(text string) {
	cmd := s.outside.shellCommand(pagerCommand)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), s.outside.with.Out, s.outside.with.Err
	s.lends(cmd.Run, func(err error) {
		if err != nil && !errors.As(err, new(*exec.ExitError)) {
			s.warn(err.Error())
		}
	})
}

// paged reports whether a command's output goes through the pager: it is not redirected, and a person is reading.
func (s *Shell) paged(r line.Redirection, m *command.Match) bool {
	return s.set.Pager && s.interactive() && r.Pipe == "" && r.Out == "" && !r.Background && m.Row().Long
}

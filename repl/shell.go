// Package repl is the user's side of the shell: the prompt and what is typed at it, scripts, the shell's own
// commands, the screen and the exit status. It owns the loop and the sessions, which handle what happens on the
// connections.
package repl

import (
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"imapsh/internal/latency"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/trace"
	"imapsh/internal/wait"
	"imapsh/render"
)

// task is code that the user has started and that waits (see package wait).
type task = wait.Task

// A Shell is one run of the shell. All of it belongs to the loop's goroutine, which is that of Run.
type Shell struct {
	opt Options
	set Settings

	hub      *session.Hub
	events   trace.Stream
	sessions []*session.Session // in the order of opening; the first is main
	front    *session.Session   // the one that lines without a connection name go to

	screen *screen
	aside  *render.Renderer // the screen's own renderer, while a shell command writes to "|"; nil otherwise
	log    *logFile         // nil if no transcript is written
	quiet  *spool           // holds back the output; nil if -q is not given
	bar    *bar             // shows a script's progress; nil if it is not shown
	// measured records how long commands took.
	measured latency.Record
	outcome  outcome

	tasks  wait.Tasks
	script scripted
	driver *Driver // nil if lines are run
	input  queue
	user   person
	doing  doing
	// outside are the programs that run for the shell.
	outside *outside
	// pouring is how many pipes and devices are still reading what was saved to them.
	pouring   int
	unread    int              // how many of them are no longer waited for
	since     int              // how many commands were sent without waiting
	kept      map[owner]Secret // the secrets of successful logins
	taught    bool             // a warning that is shorter the second time has been shown
	hinted    []string         // hints that have been shown and are not shown again
	onEnd     func(*session.Job)
	quit      bool
	inquiries inquiries
	view      atomic.Pointer[views] // for hints, which the terminal's goroutine paints
	preview   preview
}

// A person is the state of the dialogue with the user at the terminal.
type person struct {
	asked    terminal.Question // the open question
	isAsked  bool
	wants    *question // the question of a task; nil if there is none
	pressed  bool      // Ctrl-C was pressed and has not been handled yet
	presses  int       // how often it was pressed
	text     string    // what had been typed then
	queued   int       // how many lines it has dropped
	tabbed   tabbed
	listing  bool  // mailboxes are being listed for Tab
	wish     *wish // the Tab that is answered then; nil if there is none
	arriving meter
	unseen   []*hidden    // commands left with Ctrl-C whose responses are hidden
	unasked  int          // turns since the question was last updated
	warned   *session.Job // the next Ctrl-C closes the connection of this command
	paste    *paste       // the block of the line being run; nil if there is none
	due      *secretDue   // the secret that the next line may be; nil if it cannot be one
}

// doing is what the task that runs the lines is doing.
type doing struct {
	session  *session.Session
	job      *session.Job // the command it waits for; nil if there is none
	source   *input       // where a literal's bytes come from; nil if there is none
	watching bool
	restores bool // :reconnect logs in as before
}

// New returns a shell; Run runs it.
func New(opt Options) *Shell {
	s := &Shell{opt: opt, set: opt.Settings, outside: newOutside(opt.Programs), inquiries: inquiries{over: make(chan struct{})}}
	s.set.ReadOnly = s.set.ReadOnly || opt.ByProgram
	ropt := &s.set.Render
	if s.set.Quiet {
		s.quiet = newSpool(ropt.Out)
		ropt.Print = ropt.Out
		ropt.Out = s.quiet
	}
	s.input.interactive = s.interactive()
	if opt.Progress != nil && !s.interactive() && !s.set.Quiet {
		s.bar = newBar(opt.Progress)
		ropt.Out, ropt.Err = s.bar.guard(ropt.Out, opt.Progress.WithOut), s.bar.guard(ropt.Err, true)
	}
	if s.interactive() && s.set.Session.Stall == 0 {
		s.set.Session.Stall = stallAfter
	}
	s.hub = session.NewHub(opt.Now, &s.events)
	s.outcome.s, s.onEnd = s, s.ended
	s.screen = &screen{Renderer: render.New(*ropt), refused: func() bool { return s.interactive() && !s.outcome.opened }}
	s.events.Join(&s.outcome)
	s.events.Join(s.screen)
	s.events.Join(&found{s: s})
	s.events.Join(stopwatch{&s.measured})
	if opt.Target != nil {
		s.front = session.New("", *opt.Target, s.hub, &s.set.Session)
		s.sessions = []*session.Session{s.front}
	}
	s.script.begin(opt.Vars)
	if opt.Drive != nil {
		s.driver = &Driver{s: s}
		s.events.Join(&s.driver.heard)
	}
	return s
}

// stallAfter is how long a response may pause before a note at the terminal says so.
const stallAfter = 3 * time.Second

func (s *Shell) interactive() bool { return s.opt.Terminal != nil }

// Run connects, runs the loop to its end, and returns the exit status. It must be called only once.
func (s *Shell) Run() Status {
	defer close(s.inquiries.over)
	if s.set.Log != "" {
		if err := s.openLog(s.set.Log); err != nil {
			s.fail(err.Error())
			s.screen.Flush()
			return StatusUsage
		}
	}
	if !s.judgeScripts() {
		s.screen.Flush()
		s.closeLog()
		return s.outcome.status
	}
	s.tasks.Go(s.lines)
	for !s.quit {
		s.turn()
	}
	s.cleanAfter()
	if s.opt.Stats {
		s.screen.Latencies(s.measured.Summaries(), true)
	}
	s.close()
	return s.outcome.status
}

// askEvery is how many turns may pass before the prompt is updated during a flood of responses, so that it stays
// usable.
const askEvery = 8

// turn does everything that can be done now, then waits for one thing to happen.
func (s *Shell) turn() {
	moved := s.tasks.Run()
	if s.quit {
		return
	}
	for _, ss := range s.sessions {
		moved = ss.Turn() || moved
	}
	s.progress()
	if s.user.unasked++; !moved || s.interactive() && s.user.unasked > askEvery {
		s.flush()
		s.ask()
		if s.quit {
			return
		}
	}
	if moved { // there may be more to do; do not wait
		select {
		case sig := <-s.opt.Signals:
			s.signal(sig)
		case a := <-s.answers():
			s.answer(a)
		case f := <-s.hub.Posted():
			f()
		case <-s.hub.Alarm():
			s.hub.Ring()
		default:
		}
		return
	}
	var filled <-chan struct{}
	in := s.doing.source
	if in == nil || !in.filling {
		in = s.input.filling()
	}
	if in != nil && in.filling {
		filled = in.wake()
	}
	select {
	case <-s.hub.Moved():
	case a := <-s.answers():
		s.answer(a)
	case <-filled:
		in.took()
	case f := <-s.hub.Posted():
		f()
	case <-s.hub.Alarm():
		s.hub.Ring()
	case sig := <-s.opt.Signals:
		s.signal(sig)
	}
}

func (s *Shell) answers() <-chan terminal.Answer {
	if !s.interactive() {
		return nil
	}
	return s.opt.Terminal.Answers()
}

// lines is the main task: it connects, runs the lines or the program in their place, and leaves.
func (s *Shell) lines(t *task) {
	if s.front != nil {
		s.connect(t, s.front)
	}
	if s.driver != nil {
		s.handOver(t)
	} else {
		s.runLines(t)
	}
	s.script.over = true
	s.settle()
	s.cleanUp(t)
	s.leave(t)
	s.quit = true
}

// runLines runs all lines, one after the other.
func (s *Shell) runLines(t *task) {
	s.runStartLines(t)
	if s.opt.ByProgram && !s.outcome.stopped {
		s.inquire(t)
	}
	began := s.now()
	for round := 1; !s.opt.ByProgram; round++ {
		for !s.quit {
			l, ok := s.next(t)
			if !ok {
				break
			}
			s.run(t, l)
		}
		if !s.again(t, began, round) {
			break
		}
	}
}

// flush writes what has been rendered, and ends the shell if the output cannot be written.
func (s *Shell) flush() {
	s.screen.Flush()
	if s.log != nil {
		s.log.Flush()
		if err := s.log.Err(); err != nil {
			s.logFailed(err)
		}
	}
	if err := s.screen.Err(); err != nil && !s.quit {
		s.outcome.raise(StatusPipe)
		if !errors.Is(err, syscall.EPIPE) && !errors.Is(err, os.ErrClosed) {
			s.fail("writing the output: " + err.Error())
		}
		s.quit = true
	}
}

// close releases everything.
func (s *Shell) close() {
	s.tasks.Stop()
	s.outside.ends()
	for _, ss := range s.sessions {
		ss.Close()
	}
	s.hub.Close() // closes a connection that was made too late
	s.progressEnds()
	s.closeLog()
	s.flush()
	if s.quiet != nil && s.outcome.status != StatusOK {
		if s.set.Render.Mode == render.Pretty && s.outcome.failure != nil {
			s.quiet.first = s.outcome.failure.head()
		}
		if err := s.quiet.release(); err != nil {
			s.outcome.raise(StatusPipe)
		}
	}
}

func (s *Shell) signal(sig os.Signal) {
	if s.outside.away > 0 && s.interactive() && sig == os.Interrupt {
		s.outside.heard = true
		if s.outside.giveUp != nil {
			s.outside.giveUp()
		}
		return // it was meant for the program
	}
	if s.interactive() && sig == os.Interrupt {
		if s.outside.owed {
			s.outside.owed = false
			return // it ended a program before it came here
		}
		s.interrupt("") // Ctrl-C on a terminal that is not in raw mode
		return
	}
	s.outcome.raise(StatusInterrupted)
	s.note("interrupted")
	s.quit = true
}

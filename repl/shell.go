// Package repl is the user's side of the shell: the prompt and what is typed at it, scripts, the
// shell's own commands, the screen and the exit status. It owns the loop and the sessions; what
// happens on a connection is theirs.
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

// task is a straight line of waits: what the user has asked for, as it goes.
type task = wait.Task

// A Shell is one run of the shell. Its loop owns all of it.
type Shell struct {
	opt Options
	set Settings

	hub      *session.Hub
	events   trace.Stream
	sessions []*session.Session // in the order of opening; the first is main
	front    *session.Session   // the one that lines without a name go to

	screen *screen
	aside  *render.Renderer // the screen's own, while a command of the shell shows to "|"; nil otherwise
	log    *logFile         // nil if there is none
	quiet  *spool           // holds the output back; nil without -q
	bar    *bar             // shows a script's progress; nil if there is none
	// measured is how long the commands took.
	measured latency.Record
	outcome  outcome

	tasks  wait.Tasks
	script scripted
	driver *Driver // nil for lines
	input  queue
	user   person
	doing  doing
	// outside is the programs that run for the shell.
	outside *outside
	// pouring is how many pipes and devices are being given what was saved for them.
	pouring   int
	since     int              // commands sent without waiting
	kept      map[owner]Secret // of logins that were right
	taught    bool             // a warning that is short the second time has been said
	onEnd     func(*session.Job)
	quit      bool
	inquiries inquiries
	view      atomic.Pointer[views] // for what is painted while a line is typed
	preview   preview
}

// A person is what passes between the shell and whoever is at the terminal.
type person struct {
	asked    terminal.Question // as it is open
	isAsked  bool
	wants    *question // one that a task has asked; nil if there is none
	pressed  bool      // Ctrl-C, not taken yet
	text     string    // what had been typed when it was
	queued   int       // lines that it has dropped
	tabbed   tabbed
	listing  bool // Tab waits for mailboxes to be listed
	arriving meter
	unseen   []*hidden    // of commands that were left
	unasked  int          // turns since the question was last made what it should be
	warned   *session.Job // Ctrl-C has said that the next one closes its connection
	paste    *paste       // that the line being run is of; nil if there is none
	due      *secretDue   // what the next line may be, rather than a command
}

// doing is what the task of lines is at.
type doing struct {
	session  *session.Session
	job      *session.Job // that it waits for; nil if there is none
	source   *input       // that a literal's bytes come from; nil if there is none
	watching bool
	restores bool // :reconnect logs in as before
}

// New makes a shell; Run runs it.
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

// stallAfter is how long a response may pause before the terminal says so.
const stallAfter = 3 * time.Second

func (s *Shell) interactive() bool { return s.opt.Terminal != nil }

// Run connects and runs the loop to its end.
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

// askEvery is how many turns a flood may take before the prompt is asked again: it stays usable.
const askEvery = 8

// turn does what can be done now, then waits for one thing to happen.
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
	if moved { // there may be more: the output can wait
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

// lines is the straight line of a run: connect, then run line after line or the program in their place, then leave.
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

// runLines runs line after line.
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

// flush shows what has been rendered, and ends the shell when nobody reads it.
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

// close gives everything back.
func (s *Shell) close() {
	s.tasks.Stop()
	s.outside.ends()
	for _, ss := range s.sessions {
		ss.Close()
	}
	s.hub.Close() // a connection made too late is closed
	s.progressEnds()
	s.closeLog()
	s.flush()
	if s.quiet != nil && s.outcome.status != StatusOK {
		if err := s.quiet.release(); err != nil {
			s.outcome.raise(StatusPipe)
		}
	}
}

func (s *Shell) signal(sig os.Signal) {
	if s.outside.away > 0 && s.interactive() && sig == os.Interrupt {
		if s.outside.giveUp != nil {
			s.outside.giveUp()
		}
		return // meant for the program
	}
	if s.interactive() && sig == os.Interrupt {
		s.interrupt("") // a terminal that is not raw sends Ctrl-C so
		return
	}
	s.outcome.raise(StatusInterrupted)
	s.note("interrupted")
	s.quit = true
}

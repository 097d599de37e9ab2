// Package repl is the shell: one loop that owns the connection's tagger, the
// renderer and the session, its two fronts (a terminal, a script) and its ":"
// commands. It never blocks on a socket.
package repl

import (
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/terminal"
	"imapsh/render"
	"imapsh/tagger"
)

// Shell is a session of the shell. Its loop owns all of it.
type Shell struct {
	opt         Options
	out         *screen
	quiet       *spool // holds the output back; nil without -q
	logFile     *os.File
	dial        *dialling // nil while none is under way
	dialConn    dialFunc
	conn        *conn.Conn // nil while not connected
	target      conn.Target
	dialled     time.Time // when the connection stood
	everGreeted bool
	tag         *tagger.Tagger
	hold        layer // STARTTLS, COMPRESS under way

	inputs   []*input    // scripts, the one being read first
	ahead    []inputLine // lines to run before all others
	typed    []inputLine // typed at the terminal, waiting their turn
	ended    bool        // no line will be typed any more
	want     func(inputLine, inputState)
	wanted   *terminal.Question // what want asks at a terminal
	wantLine bool               // want takes a line of a script too, where the user is there to be asked
	start    []func()           // what is still to do after the greeting
	job      *job               // being sent, or waited for
	others   []*job             // sent with &, or left with Ctrl-C
	outbox   []conn.Op          // the writer's queue was full
	posted   chan func()        // results of other goroutines, run in the loop
	done     chan struct{}      // closed when the loop has ended
	timers   timers
	heard    time.Time // when the last byte came
	skipped  int       // lines of a transcript that were not sent

	status     Status
	failure    *failure
	stopped    bool // the script is not run any further
	silentEnd  bool // no LOGOUT is sent
	leaving    bool // LOGOUT has been sent by us, or needs not
	quit       bool
	greeted    bool
	waiting    bool // :wait holds the input back
	away       bool // the command behind "|" runs
	beforePipe render.Options
	view       atomic.Pointer[command.View] // for what is painted while a line is typed
	tlsAsked   bool                         // STARTTLS was sent
	consent    bool                         // the user agreed to send a secret in clear
	arriving   progress                     // of the literal that is coming
	bar        *bar                         // shows it in a script; nil without
	partial    bool                         // a response has begun and is not whole
	hungUp     string                       // why we end the connection, whose last batch is awaited
	pager      bool                         // :pager on
	hints      bool
	tabbed     tabbed
	listed     uint // tells whether all mailboxes have been listed: Forgotten then, and one
	listing    bool // they are being asked for
	confirm    bool // ask before what destroys

	asked    terminal.Question
	isAsked  bool
	watching *watch
}

// New makes a shell; Run runs it.
func New(opt Options) *Shell {
	s := &Shell{opt: opt, dialConn: conn.Dial, posted: make(chan func(), 16), done: make(chan struct{}), hints: true}
	ropt := opt.Render
	if opt.Quiet {
		s.quiet = newSpool(ropt.Out)
		ropt.Out = s.quiet
	}
	if opt.Progress != nil && !s.interactive() && !opt.Quiet {
		s.bar = newBar(opt.Progress)
		ropt.Out, ropt.Err = s.bar.guard(ropt.Out, opt.Progress.WithOut), s.bar.guard(ropt.Err, true)
	}
	s.out = &screen{Renderer: render.New(ropt)}
	s.tag = tagger.New("", opt.Now)
	s.tag.SetLiterals(opt.Literals)
	for _, sc := range opt.Scripts {
		s.inputs = append(s.inputs, newInput(sc.Name, sc.From))
	}
	return s
}

func (s *Shell) interactive() bool { return s.opt.Terminal != nil }

// Run connects and runs the loop to its end.
func (s *Shell) Run() Status {
	if s.opt.Log != "" {
		if err := s.openLog(s.opt.Log); err != nil {
			s.out.Error(err.Error())
			return StatusUsage
		}
	}
	if s.opt.Target != nil {
		s.connect(*s.opt.Target)
	}
	for !s.quit {
		s.loop()
	}
	s.close()
	return s.status
}

// loop does what can be done now, then waits for one thing to happen.
func (s *Shell) loop() {
	for s.step() {
	}
	if s.quit {
		return
	}
	s.ask()

	var batches <-chan *conn.Batch
	var queue chan<- conn.Op
	var op conn.Op
	if s.conn != nil {
		batches = s.conn.Batches()
		if len(s.outbox) > 0 {
			queue, op = s.conn.Queue(), s.outbox[0]
		}
	}
	select { // more input is at hand: the output can wait
	case b, ok := <-batches:
		s.receive(b, ok)
		return
	default:
		s.flush()
	}
	var answers <-chan terminal.Answer
	if s.interactive() {
		answers = s.opt.Terminal.Answers()
	}
	var filled <-chan struct{}
	if in := s.filling(); in != nil {
		filled = in.wake()
	}
	select {
	case b, ok := <-batches:
		s.receive(b, ok)
	case queue <- op:
		s.outbox = s.outbox[1:]
	case a := <-answers:
		s.answer(a)
	case <-filled:
		s.filling().took()
	case f := <-s.posted:
		f()
	case <-s.timers.C(s.opt.Now()):
		s.timers.fire(s.opt.Now())
	case sig := <-s.opt.Signals:
		s.signal(sig)
	}
}

// filling is the input that reads on in its goroutine.
func (s *Shell) filling() *input {
	if s.job != nil && s.job.feed != nil && s.job.feed.in != nil && s.job.feed.in.filling {
		return s.job.feed.in
	}
	if len(s.inputs) > 0 && s.inputs[0].filling {
		return s.inputs[0]
	}
	return nil
}

// step does one thing that needs no waiting, and tells whether it did.
func (s *Shell) step() bool {
	for len(s.outbox) > 0 && s.conn != nil {
		select {
		case s.conn.Queue() <- s.outbox[0]:
			s.outbox = s.outbox[1:]
		default:
			return false
		}
	}
	switch {
	case s.quit:
		return false
	case s.want != nil:
		return s.answerWant()
	case s.job != nil:
		return s.advance()
	case s.dial != nil, s.conn != nil && !s.greeted, s.away:
		return s.peekQuit()
	case s.watching != nil:
		return s.watchLine()
	case s.waiting:
		s.waiting = len(s.tag.InFlight()) > 0
		return !s.waiting
	case s.leaving && s.conn != nil:
		return false
	case len(s.start) > 0:
		f := s.start[0]
		s.start = s.start[1:]
		f()
		return true
	}
	l, st := s.take()
	switch st {
	case inputHas:
		s.run(l)
		return true
	case inputWait:
		if s.interactive() && len(s.inputs) == 0 {
			s.saySkipped()
		}
		return false
	}
	return s.end()
}

// peekQuit lets a user leave while nothing else can be run.
func (s *Shell) peekQuit() bool {
	if s.ended && s.interactive() && !s.away {
		s.leave()
	}
	return false
}

// take gives the next line to run.
func (s *Shell) take() (inputLine, inputState) {
	if len(s.ahead) > 0 {
		l := s.ahead[0]
		s.ahead = s.ahead[1:]
		return l, inputHas
	}
	for len(s.inputs) > 0 {
		l, st, err := s.inputs[0].line()
		if err != nil {
			s.out.Warn(err.Error())
			s.raise(StatusUsage)
		}
		if st != inputEnd {
			return l, st
		}
		s.inputs = s.inputs[1:]
	}
	if !s.interactive() {
		return inputLine{}, inputEnd
	}
	return s.takeTyped()
}

// takeTyped gives the next line typed at the terminal.
func (s *Shell) takeTyped() (inputLine, inputState) {
	if len(s.typed) > 0 {
		l := s.typed[0]
		s.typed = s.typed[1:]
		return l, inputHas
	}
	if s.ended {
		return inputLine{}, inputEnd
	}
	return inputLine{}, inputWait
}

// answerWant gives the next line to whoever waits for it.
func (s *Shell) answerWant() bool {
	if s.interactive() && !s.wantLine {
		// Lines typed before the question was asked are no answer to it.
		if s.ended {
			s.reply(inputLine{}, inputEnd)
		}
		return s.ended
	}
	l, st := s.take()
	if st == inputWait {
		return false
	}
	s.reply(l, st)
	return true
}

// reply gives the answer to whoever asked.
func (s *Shell) reply(l inputLine, st inputState) {
	w := s.want
	s.want, s.wanted = nil, nil
	w(l, st)
}

// question asks for one line: at a terminal with this prompt, in a script the next line is it.
func (s *Shell) question(q terminal.Question, then func(inputLine, inputState)) {
	s.want, s.wanted, s.wantLine = then, &q, false
}

// end is reached when there is no line left: what is in flight is awaited, then the session ended.
func (s *Shell) end() bool {
	s.saySkipped()
	if s.conn == nil || s.leaving {
		if s.conn == nil {
			s.quit = true
		}
		return false
	}
	if len(s.tag.InFlight()) > 0 {
		s.waitTimer()
		return false
	}
	s.leave()
	return true
}

// leave ends the session: with LOGOUT where it is open.
func (s *Shell) leave() {
	if s.conn == nil || !s.greeted || s.tag.Session().State == command.Logout {
		s.quit = true
		return
	}
	if s.leaving || s.silentEnd {
		s.quit = true
		return
	}
	s.leaving = true
	s.command(tagger.Line{Text: "LOGOUT", Raw: true}, redirection{}, place{})
}

// flush shows what has been rendered, and ends the shell when nobody reads it.
func (s *Shell) flush() {
	s.out.Flush()
	if s.out.log != nil {
		s.out.log.Flush()
	}
	if err := s.out.Err(); err != nil && !s.quit {
		s.raise(StatusPipe)
		if !errors.Is(err, syscall.EPIPE) && !errors.Is(err, os.ErrClosed) {
			s.out.Error("writing the output: " + err.Error())
		}
		s.quit = true
	}
}

// close gives everything back.
func (s *Shell) close() {
	if s.dial != nil {
		s.dial.cancel()
		s.dial = nil
	}
	close(s.done)
	for len(s.posted) > 0 { // a connection made too late is closed
		(<-s.posted)()
	}
	for _, j := range append(s.others, s.job) {
		if j != nil {
			j.discard()
		}
	}
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
	s.progressEnds()
	s.flush()
	if s.quiet != nil && s.status != StatusOK {
		if err := s.quiet.release(); err != nil {
			s.raise(StatusPipe)
		}
	}
	s.closeLog()
}

func (s *Shell) signal(sig os.Signal) {
	if s.away && s.interactive() && sig == os.Interrupt {
		return // meant for the command behind "|"
	}
	if s.interactive() && sig == os.Interrupt {
		s.interrupt("") // a terminal that is not raw sends Ctrl-C so
		return
	}
	s.raise(StatusInterrupted)
	s.out.Note("interrupted")
	s.quit = true
}

// send puts an op behind what waits for the writer already.
func (s *Shell) send(op conn.Op) {
	if s.conn == nil {
		return
	}
	if len(s.outbox) == 0 {
		select {
		case s.conn.Queue() <- op:
			return
		default:
		}
	}
	s.outbox = append(s.outbox, op)
}

// post runs f in the loop, from another goroutine.
func (s *Shell) post(f func()) {
	select {
	case s.posted <- f:
	case <-s.done:
	}
}

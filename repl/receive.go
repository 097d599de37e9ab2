package repl

import (
	"fmt"
	"io"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/wire"
	"imapsh/render"
	"imapsh/tagger"
)

// receive takes what one read of the socket gave.
func (s *Shell) receive(b *conn.Batch, open bool) {
	if !open {
		s.disconnect(io.EOF)
		return
	}
	defer b.Release()
	s.heard = s.opt.Now()
	s.tag.Skim = s.out.Options().Mode == render.Raw && !s.opt.Strict && s.out.log == nil && (s.job == nil || s.job.sink == nil && s.job.heard == nil)
	shown := s.tag.Skim && s.out.Octets(b.Octets)
	for i := range b.Parts {
		p := &b.Parts[i]
		if !shown {
			s.part(p)
		}
		if p.Kind == wire.End {
			s.response(p.Frame)
		}
	}
	s.progressed(b)
	s.timers.clear(timeStall)
	s.partial = b.Pending > 0
	if b.Pending > 0 && s.interactive() {
		text, n := string(b.Unfinished), b.Pending
		s.timers.set(timeStall, s.heard.Add(stallAfter), func() {
			s.out.Note(fmt.Sprintf("unfinished (%d bytes): %s", n, safe(text)))
		})
	}
	if s.hold.answered && !b.Parked && !b.Switched && !s.hold.switching && s.conn != nil {
		s.guessed()
	}
	switch {
	case s.conn == nil: // closed while its last words were read
	case b.Parked:
		s.parked(b.Rest)
	case b.Switched:
		s.switched(b.Err)
	case b.Err != nil && s.hungUp != "":
		s.fatal(s.hungUp)
		s.hungUp = ""
		s.disconnect(nil)
	case b.Err != nil:
		s.disconnect(b.Err)
	default:
		s.waitTimer()
	}
}

// stallAfter is how long a response may pause before the terminal says so.
const stallAfter = 3 * time.Second

// part shows one run of received bytes.
func (s *Shell) part(p *wire.Part) {
	s.out.Part("", p)
	if s.job != nil && s.job.sink != nil {
		s.job.sink.part(p)
	}
}

// response takes a whole response.
func (s *Shell) response(f *wire.Frame) {
	if !s.greeted && s.conn != nil {
		s.sayConnected()
	}
	e := s.tag.Observe(f)
	if s.opt.Strict && len(e.Oddities) > 0 {
		s.raise(StatusFailed)
	}
	if !s.greeted {
		if _, wrong := conn.WrongDoor(s.target, f.Raw); wrong {
			e.Oddities = nil // of another protocol's grammar
		}
	}
	s.out.Event(e)
	if s.conn != nil { // else what came before it has closed the connection
		s.react(e)
	}
}

// react does what a response asks of the shell.
func (s *Shell) react(e *tagger.Event) {
	if !s.greeted {
		s.greeting(e)
		return
	}
	if j := s.job; j != nil && (j.sink != nil || j.heard != nil) && e.Command == j.cmd {
		if f, ok := e.Value.(*response.Fetch); ok {
			if j.sink != nil {
				j.sink.fetch(f, e.Frame)
			}
			if j.heard != nil {
				j.heard(f)
			}
		}
	}
	if j := s.job; j != nil && j.idling != nil && e.Idle {
		j.idling.count(e)
	}
	switch v := e.Value.(type) {
	case *response.Continuation:
		if e.Command != nil {
			s.continued(e.Command, v.Text)
		}
	case *response.Status:
		if v.Cond == response.BYE && v.Tag == nil {
			s.bye()
		}
	}
	if e.Done {
		s.completed(e.Command)
	}
}

// completed takes the tagged response of a command.
func (s *Shell) completed(c *tagger.Command) {
	s.noteOddities(c)
	j := s.job
	if j == nil || j.cmd != c {
		j = nil
		for _, o := range s.others {
			if o.cmd == c {
				j = o
			}
		}
		if j != nil {
			s.finish(j)
		}
		return
	}
	if j.idling != nil {
		s.idleEnded(j)
	}
	if c.Match.Row().After.OK == command.Logout && (c.Cond == response.OK || s.leaving) {
		s.loggedOut()
	}
	if j.barrier && s.hold.job == j {
		s.hold.answered = true
		return // the reader has stopped, or will not: parked and receive tell
	}
	j.barrier = false
	s.answered(j)
}

// loggedOut waits a moment for the server to close, then ends the connection.
func (s *Shell) loggedOut() {
	s.leaving = true
	s.timers.set(timeGone, s.opt.Now().Add(time.Second), func() { s.disconnect(nil) })
}

// bye takes the server's announcement that it will close (RFC 9051 §7.1.5).
func (s *Shell) bye() {
	for _, c := range s.tag.InFlight() {
		if c.Match.Row().After.OK == command.Logout {
			s.leaving = true
			return
		}
	}
	s.timers.set(timeGone, s.opt.Now().Add(2*time.Second), func() { s.disconnect(io.EOF) })
}

// disconnect ends the connection: cause is nil where we meant to, io.EOF where the server closed.
func (s *Shell) disconnect(cause error) {
	if s.conn == nil {
		return
	}
	s.drop(cause)
	if s.interactive() && !s.leaving {
		return
	}
	if len(s.inputs) > 0 && !s.interactive() && s.linesLeft() {
		if left := s.nextLine(); left != "" {
			if !s.leaving {
				s.out.Note("the rest of the script is not run")
			} else {
				s.out.Warn("the connection has ended: " + left + " and what follows it are not sent")
				s.raise(StatusConnection)
			}
		}
	}
	s.saySkipped()
	s.quit = true
}

// drop closes the connection and forgets what was under way on it.
func (s *Shell) drop(cause error) {
	c := s.conn
	s.conn = nil
	c.Close()
	for _, n := range []timerName{timeSilence, timeGreeting, timeWaiting, timeStall, timeRenew, timeIdleFor, timeGone} {
		s.timers.clear(n)
	}
	s.progressEnds()
	s.outbox, s.hold, s.start, s.watching = nil, layer{}, nil, nil
	s.want, s.wanted = nil, nil
	if cause != nil && !s.leaving {
		s.sayLost(cause)
	}
	for _, j := range append(s.others, s.job) {
		if j == nil {
			continue
		}
		if j.cmd.Cond == 0 && !s.leaving {
			s.out.Note(fmt.Sprintf("%s %s was not answered", j.cmd.Tag, j.cmd.Line))
		}
		s.tag.Forget(j.cmd)
		s.closeSink(j)
		s.runPipe(j)
		j.discard()
	}
	s.job, s.others = nil, nil
}

// nextLine is the next line of the script that would have been run, as far as it has been read.
func (s *Shell) nextLine() string {
	for len(s.inputs) > 0 || len(s.ahead) > 0 {
		l, st := s.take()
		if st != inputHas {
			return ""
		}
		text, heard := ours(strings.TrimSpace(l.text))
		if heard {
			s.skipped++
		} else if text != "" && text[0] != '#' {
			return command.Mask(text, command.MatchLine(text).Secrets)
		}
	}
	return ""
}

// sayLost says how a connection was lost.
func (s *Shell) sayLost(cause error) {
	text := "the connection is lost: " + cause.Error()
	if cause == io.EOF {
		text = "the server closed the connection"
	}
	if s.interactive() {
		text += " (:reconnect)"
	}
	s.fatal(text)
	s.raiseLost()
}

// fatal says what ends a script on standard error, and at a terminal where one looks.
func (s *Shell) fatal(text string) {
	if s.interactive() {
		s.out.Warn(text)
		return
	}
	s.out.Error(text)
	if s.out.log != nil {
		s.out.log.Warn(text)
	}
}

// raiseLost sets the status of a lost connection; a session at a terminal that did connect ends with 0.
func (s *Shell) raiseLost() {
	if !s.interactive() || !s.greeted {
		s.raise(StatusConnection)
	}
}

// waitTimer sets the limits of waiting: a script gives up, a terminal counts.
func (s *Shell) waitTimer() {
	s.timers.clear(timeSilence)
	s.timers.clear(timeWaiting)
	waiting := s.job != nil && !(s.job.idling != nil && s.job.idling.on) || s.job == nil && len(s.tag.InFlight()) > 0 && s.stopsAtEnd()
	if s.conn == nil || !waiting {
		return
	}
	now := s.opt.Now()
	if s.interactive() {
		s.timers.set(timeWaiting, now.Add(time.Second), s.waitTimer)
		return
	}
	if s.opt.Timeout > 0 {
		s.timers.set(timeSilence, now.Add(s.opt.Timeout), s.silent)
	}
}

// stopsAtEnd tells whether only what is in flight keeps a script from ending.
func (s *Shell) stopsAtEnd() bool { return !s.interactive() && len(s.inputs) == 0 }

// silent ends a script whose server says nothing.
func (s *Shell) silent() {
	if s.job != nil && s.job.feed != nil {
		s.waitTimer() // it is the input that lets wait
		return
	}
	what := "the server"
	if f := s.tag.InFlight(); len(f) > 0 {
		what = f[0].Tag + " " + f[0].Match.Name
	}
	s.hangUp(fmt.Sprintf("%s: no byte came for %s (--timeout)", what, s.opt.Timeout))
}

// hangUp ends the connection for a reason of ours; what has come of a response is shown before it is said.
func (s *Shell) hangUp(why string) {
	s.raise(StatusConnection)
	s.leaving = false
	s.hungUp = why
	s.conn.HangUp()
}

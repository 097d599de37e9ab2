package repl

import (
	"errors"
	"fmt"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/line"
	"imapsh/internal/response"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/internal/transcript"
)

// Status is an exit status.
type Status int

// The exit statuses. The program returns the most severe of those that occurred.
const (
	StatusOK          Status = 0
	StatusFailed      Status = 1
	StatusUsage       Status = 2
	StatusConnection  Status = 3
	StatusInterrupted Status = 130 // 128 + SIGINT, as in a shell
	StatusPipe        Status = 141 // 128 + SIGPIPE
)

// Statuses are all exit statuses and their meanings, as shown in the manual page and README.md.
var Statuses = []struct {
	Status  Status
	Meaning string
}{
	{StatusOK, "everything was answered OK"},
	{StatusFailed, "a command was answered NO or BAD, or was refused"},
	{StatusUsage, "wrong usage, or an unreadable script; nothing was sent"},
	{StatusConnection, "no connection, or it was lost"},
	{StatusInterrupted, "interrupted"},
	{StatusPipe, "standard output was closed"},
}

var gravity = map[Status]int{StatusFailed: 1, StatusUsage: 2, StatusConnection: 3, StatusInterrupted: 4, StatusPipe: 5}

// An outcome is the result of a run so far, and what a script may still do. It is a listener, since lost connections
// and, with --strict, protocol violations change the result.
type outcome struct {
	s      *Shell
	status Status
	// failure is the first failure of a script: after it, destructive commands are not sent.
	failure *Failure
	lost    *Failure // the first loss of a connection, or failure to make one; nil if there was none
	undone  int      // deferred lines that were not answered OK
	stopped bool     // the script was stopped
	silent  bool     // LOGOUT is not sent
	opened  bool     // a connection has been greeted
}

// raise sets the status if it is more severe than the current one.
func (o *outcome) raise(st Status) {
	if gravity[st] > gravity[o.status] {
		o.status = st
	}
}

// Depth says that values are needed if protocol violations count; otherwise frames are enough.
func (o *outcome) Depth() trace.Depth {
	if o.s.set.Strict {
		return trace.Values
	}
	return trace.Frames
}

// Hear raises the status according to what happens on any connection.
func (o *outcome) Hear(e *trace.Event) {
	switch e.Kind {
	case trace.Response:
		o.opened = o.opened || e.Seen.After.Greeted && e.Seen.After.State != command.Logout
		if o.s.set.Strict && len(e.Seen.Oddities) > 0 {
			o.raise(StatusFailed)
		}
	case trace.Lost:
		usage := (*conn.UsageError)(nil)
		switch {
		case e.Err == nil:
			return
		case errors.As(e.Err, &usage):
			o.raise(StatusUsage)
		case !o.s.interactive() && o.s.owesLost(e.Conn):
		case !o.s.interactive() || !o.opened: // at a terminal, a session that was connected ends with 0
			o.raise(StatusConnection)
		}
		if o.lost == nil {
			o.lost = &Failure{Text: e.Text, File: o.s.input.at.Name, Line: o.s.input.at.Line}
		}
	}
}

// failed records the failure of a command in a script, and stops the script if it must not continue.
func (s *Shell) failed(j *session.Job) {
	s.sayMissing(j)
	if s.interactive() {
		return
	}
	if s.script.cleaning {
		s.warn("deferred: " + whatFailed(j))
		s.outcome.undone++
		return
	}
	s.outcome.raise(StatusFailed)
	c, what := j.Command, whatFailed(j)
	s.outcome.fails(Failure{Text: what, Answer: c.Answer}, j.At)
	row := c.Match.Row()
	switch {
	case row.Layer == command.TLS:
		s.stop("%s failed", c.Match.Name)
		s.outcome.silent = true
	case row.LogsIn && s.opt.ByProgram:
		s.stop("%s failed", c.Match.Name)
		s.outcome.silent = true
	case row.LogsIn && !s.set.KeepGoing:
		s.stop("%s failed (--keep-going to continue)", c.Match.Name)
		s.outcome.silent = true
	default:
		s.stopsOn(what)
	}
}

// whatFailed says which command failed, and how.
func whatFailed(j *session.Job) string {
	what := j.Command.Match.Name
	if j.At.Line > 0 {
		what += " on " + j.At.String()
	}
	cond := "NO"
	if j.Command.Cond == response.BAD {
		cond = "BAD"
	}
	return what + " was answered " + cond
}

// failed records the first failure in a pasted block.
func (p *paste) failed(what string) {
	if p != nil && p.failure == "" {
		p.failure = what
	}
}

// failure records a failure that is not the answer to a command.
func (s *Shell) failure(what string) {
	s.user.paste.failed(what)
	if s.interactive() {
		return
	}
	s.outcome.raise(StatusFailed)
	s.outcome.fails(Failure{Text: what}, s.input.at)
	s.stopsOn(what)
}

// held reports whether a command must not be sent because it is destructive and something before it failed.
func (s *Shell) held(t *task, ss *session.Session, m command.Match, at line.Place) bool {
	if s.set.Force || s.script.cleaning || m.EffectOf(ss.View()) != command.Destroys {
		return false
	}
	if s.interactive() {
		return s.heldInPaste(t, m.Name)
	}
	if s.outcome.failure == nil {
		return false
	}
	where := ""
	if at.Line > 0 {
		where = " at " + at.String()
	}
	s.stop("stopped%s: %s not sent because %s; --force sends it anyway", where, m.Name, s.outcome.failure.Text)
	return true
}

// heldInPaste asks before a destructive command is sent after a failure in a pasted block. It reports whether the
// command must not be sent; then the rest of the block is dropped too.
func (s *Shell) heldInPaste(t *task, name string) bool {
	p := s.user.paste
	if p == nil || p.failure == "" {
		return false
	}
	s.warn("stopped before " + name + ": " + p.failure)
	if s.yes(t, "Send "+name+" anyway?") {
		p.failure = ""
		return false
	}
	says := name + " was not sent"
	if rest := s.dropPaste(p); rest != "" {
		says += ", nor was " + rest
	}
	s.note(says)
	return true
}

// stop stops a script: no further line of the input is run.
func (s *Shell) stop(format string, args ...any) {
	left := s.input.left()
	s.input.drop()
	s.outcome.stopped = true
	text := fmt.Sprintf(format, args...)
	if left {
		text += "; the rest of the script was skipped"
	}
	s.say(trace.Warning, "", text)
}

// abandoned reports the rest of a script that was not run because its connection has ended, as far as it has been
// read.
func (s *Shell) abandoned() {
	if s.interactive() || !s.input.left() {
		return
	}
	left, at := "", line.Place{}
	for left == "" && s.input.left() {
		l, st := s.take()
		if st != inputHas {
			return
		}
		text := line.Mend(l.text, isBareWord).Text
		switch {
		case l.replay != nil:
			left, at = "a transcript", l.at
		case text != "" && (l.stream == nil || l.stream.Line(l.text, l.at.Line) == transcript.Run):
			left, at = command.MaskLine(string(text)), l.at
		}
	}
	switch {
	case left == "":
	case s.front.LoggedOut():
		text := "the connection ended: " + left + " and the lines after it were not sent"
		s.warn(text)
		s.outcome.raise(StatusConnection)
		s.outcome.fails(Failure{Text: text}, at)
	default:
		s.note("the rest of the script was skipped")
	}
}

// notSent records that a line of a script could not be sent or run.
func (s *Shell) notSent(st Status) {
	s.user.paste.failed("a line before it was not sent")
	if s.interactive() {
		return
	}
	s.outcome.raise(st)
	what := "a line before it could not be run"
	if s.input.at.Line > 0 {
		what = s.input.at.String() + " could not be run"
	}
	s.outcome.fails(Failure{Text: what}, s.input.at)
	if st == StatusConnection && s.none() {
		s.input.drop()
		return
	}
	s.stopsOn(what)
}

// stopsOn stops a script after a failure, if --stop-on-error is set.
func (s *Shell) stopsOn(what string) {
	if s.set.StopOnError && !s.interactive() && !s.outcome.stopped {
		s.stop("stopped: %s (--stop-on-error)", what)
	}
}

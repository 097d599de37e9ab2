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

// The exit statuses; the most severe of those that happened is the program's.
const (
	StatusOK          Status = 0
	StatusFailed      Status = 1
	StatusUsage       Status = 2
	StatusConnection  Status = 3
	StatusInterrupted Status = 130 // 128 + SIGINT, as of a shell
	StatusPipe        Status = 141 // 128 + SIGPIPE
)

// Statuses are all of them and what they mean, as the manual page and README.md say it.
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

// An outcome is how a run has gone so far, and what a script may still do. It listens: a lost
// connection, and with --strict a deviation, are part of it.
type outcome struct {
	s      *Shell
	status Status
	// failure is the first failure of a script: while it holds, what is destructive is not sent.
	failure *Failure
	lost    *Failure // the first connection that was lost, or not made; nil if there is none
	undone  int      // deferred lines that were not answered OK
	stopped bool     // the script was stopped
	silent  bool     // no LOGOUT is sent
	opened  bool     // some connection was greeted
}

// raise keeps the most severe status.
func (o *outcome) raise(st Status) {
	if gravity[st] > gravity[o.status] {
		o.status = st
	}
}

// Depth is that of values where deviations count, which only they show.
func (o *outcome) Depth() trace.Depth {
	if o.s.set.Strict {
		return trace.Values
	}
	return trace.Frames
}

// Hear keeps the status of what happens on any connection.
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
		case !o.s.interactive() || !o.opened: // a session at a terminal that did connect ends with 0
			o.raise(StatusConnection)
		}
		if o.lost == nil {
			o.lost = &Failure{Text: e.Text, File: o.s.input.at.Name, Line: o.s.input.at.Line}
		}
	}
}

// failed notes the failure of a command of a script, and whether the script may continue.
func (s *Shell) failed(j *session.Job) {
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
	s.outcome.fails(Failure{Text: what}, j.At)
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

// whatFailed says which command failed.
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

// failed notes the first failure of a pasted block.
func (p *paste) failed(what string) {
	if p != nil && p.failure == "" {
		p.failure = what
	}
}

// failure notes a failure that is not a command's answer.
func (s *Shell) failure(what string) {
	s.user.paste.failed(what)
	if s.interactive() {
		return
	}
	s.outcome.raise(StatusFailed)
	s.outcome.fails(Failure{Text: what}, s.input.at)
	s.stopsOn(what)
}

// held reports whether a command must not be sent: it destroys, and something before it failed.
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

// heldInPaste asks before what is destructive in a pasted block after a failure, and reports whether it must
// not be sent, and what follows it neither.
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

// stop ends a script: nothing of the input is run from here on.
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

// abandoned says what of a script was not run because its connection has ended, as far as it has
// been read.
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

// notSent notes that a line of a script could not be sent, or not be run.
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

// stopsOn stops a script that is to stop at any failure, of ours as well as of the server's.
func (s *Shell) stopsOn(what string) {
	if s.set.StopOnError && !s.interactive() && !s.outcome.stopped {
		s.stop("stopped: %s (--stop-on-error)", what)
	}
}

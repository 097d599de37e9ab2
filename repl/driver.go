package repl

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/match"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/internal/transcript"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// A Driver is the shell in the hands of a program, in place of lines: Options.Drive gets it, in the shell's loop, and
// it is good for as long as that runs. Connections go by the names that events have: "" is the first.
type Driver struct {
	s     *Shell
	t     *task
	heard heard
}

// A Heard is a response as a program reads it.
type Heard struct {
	*match.Response
	Shown string // its beginning as it came, in one line, secrets masked
}

// A Piece is a literal of a line, and the text after it.
type Piece = transcript.Piece

// heard keeps what has come on each connection until somebody asks for it.
type heard struct {
	conns map[string]*arrived
	tree  wire.Tree
}

// arrived is what has come on one connection.
type arrived struct {
	greeting *Heard
	list     []*Heard
	size     int
	over     bool // more came than is kept
}

// maxHeard is how many bytes of responses are kept for a program.
const maxHeard = 64 << 20

func (h *heard) on(name string) *arrived {
	if h.conns == nil {
		h.conns = map[string]*arrived{}
	}
	r := h.conns[name]
	if r == nil {
		r = &arrived{}
		h.conns[name] = r
	}
	return r
}

// Depth is that of every frame.
func (*heard) Depth() trace.Depth { return trace.EveryFrame }

// Hear keeps a response.
func (h *heard) Hear(e *trace.Event) {
	if e.Kind != trace.Response || e.Seen.Frame == nil || e.Seen.Frame.Cut {
		return
	}
	frame := e.Seen.Frame
	if e.Came != nil {
		frame = e.Came
	}
	r := h.on(e.Conn)
	if r.size += len(frame.Raw); r.size > maxHeard {
		r.list, r.over = nil, true
		return
	}
	if after := e.Seen.After; after != nil {
		h.tree.UTF8 = slices.Contains(after.Enabled, "UTF8=ACCEPT") || slices.Contains(after.Enabled, "IMAP4REV2")
	}
	h.tree.Parse(frame)
	came := &Heard{match.ReadWhole(&h.tree), oneRow(e.Seen.Frame.Raw)}
	if r.greeting == nil {
		r.greeting = came
		return
	}
	r.list = append(r.list, came)
}

// mostShown is how much of a response is shown if it is one of a report.
const mostShown = 200

func oneRow(raw []byte) string {
	raw = bytes.TrimRight(raw, "\r\n")
	if len(raw) > mostShown {
		return string(raw[:mostShown]) + "…"
	}
	return string(raw)
}

// handOver lets the program run, if the first connection is as it was asked for.
func (s *Shell) handOver(t *task) {
	if s.front == nil || !s.front.Open() || s.outcome.status != StatusOK {
		return
	}
	s.driver.t = t
	s.opt.Drive(s.driver)
}

// Open connects again to the server of the first connection, and logs in unless user is "". It reports whether
// both went well.
func (d *Driver) Open(name, user string) bool {
	target := d.s.front.Target
	target.User, target.Note, target.Mailbox = user, "", ""
	ss := session.New(name, target, d.s.hub, &d.s.set.Session)
	d.s.sessions = append(d.s.sessions, ss)
	return d.s.connect(d.t, ss) && (user == "" || ss.State().State != command.NotAuthenticated)
}

// on returns a session by the name that its events have; nil if there is none.
func (d *Driver) on(name string) *session.Session {
	for _, ss := range d.s.sessions {
		if ss.Name == name {
			return ss
		}
	}
	return nil
}

// Offers reports whether the server of a connection has a capability, in capitals. It is asked if it has not said.
func (d *Driver) Offers(name, capability string) bool {
	ss := d.on(name)
	if ss == nil || !ss.Open() {
		return false
	}
	if ss.State().Caps == nil {
		d.s.do(d.t, ss, session.Request{Line: tagger.Line{Text: "CAPABILITY"}})
	}
	return ss.View().Has(capability)
}

// Greeting returns what the server of a connection has greeted with; nil if it has not.
func (d *Driver) Greeting(name string) *Heard { return d.heard.on(name).greeting }

// Send sends a command as it is, and returns its tag once all of it has been sent or the server has refused it; "" if
// it could not be sent. Nobody waits for its answer; an IDLE is ended at once.
func (d *Driver) Send(name string, text command.Text, pieces []Piece) (tag string) {
	s, ss := d.s, d.on(name)
	if ss == nil || !ss.Connected() {
		return ""
	}
	req := session.Request{Line: tagger.Line{Text: text, Raw: true}}
	if !s.consented(d.t, ss, req.Line.Match()) || s.untilServer(d.t, ss, ss.Free) != nil || !ss.Free() {
		return ""
	}
	j := ss.Begin(req)
	l := &transcript.Line{Name: j.Command.Match.Name, Pieces: pieces}
	s.driveTo(d.t, ss, j, l, left)
	if j.Idle() {
		j.EndIdle()
	}
	return j.Command.Tag
}

// Next returns the next response of a connection once it has come; nil if it never will.
func (d *Driver) Next(name string) *Heard {
	r, ss := d.heard.on(name), d.on(name)
	if len(r.list) == 0 && ss != nil {
		_ = d.s.untilServer(d.t, ss, func() bool { return len(r.list) > 0 || r.over })
	}
	if len(r.list) == 0 {
		return nil
	}
	h := r.list[0]
	r.list = r.list[1:]
	if len(r.list) == 0 {
		r.size = 0
	}
	return h
}

// Heard returns all that has come on a connection and was not asked for yet, and whether that is all.
func (d *Driver) Heard(name string) ([]*Heard, bool) {
	r := d.heard.on(name)
	list, all := r.list, !r.over
	r.list, r.size, r.over = nil, 0, false
	return list, all
}

// Step takes a step of a transcript, from a file, and reports whether the next one may follow. A command that is
// answered as it was in the transcript has not failed.
func (d *Driver) Step(l *transcript.Line, file string) bool {
	s, before := d.s, d.s.outcome
	at := line.Place{Name: file, Line: l.At}
	s.input.at = at
	went := s.step(d.t, s.front, l, at)
	for _, h := range d.heard.on(l.Conn).list {
		if h.Tag == l.Tag && h.Name == l.Answer.String() {
			s.outcome.status, s.outcome.failure, s.outcome.stopped, s.outcome.silent = before.status, before.failure, before.stopped, before.silent
		}
	}
	return went && !s.outcome.stopped
}

// LogIn logs a user in, and reports whether that went well.
func (d *Driver) LogIn(name, user string) bool {
	ss := d.on(name)
	switch {
	case ss == nil || !ss.Open():
		return false
	case ss.State().State != command.NotAuthenticated:
		return true
	}
	return d.s.login(d.t, ss, user) && ss.Open()
}

// Connected reports whether there is a connection of a name.
func (d *Driver) Connected(name string) bool {
	ss := d.on(name)
	return ss != nil && ss.Open()
}

// Known reports whether there has been a connection of a name.
func (d *Driver) Known(name string) bool { return d.on(name) != nil }

// Problem says in words why a connection is gone or could not be made.
func (d *Driver) Problem() string {
	o := &d.s.outcome
	switch {
	case o.lost != nil && o.lost.Text != "":
		return o.lost.Text
	case o.failure != nil:
		return o.failure.Text
	}
	return "the server closed the connection"
}

// Pause waits.
func (d *Driver) Pause(wait time.Duration) {
	_ = d.s.sleep(d.t, "pause", d.s.now().Add(wait), func() bool { return false })
}

// Say shows a note.
func (d *Driver) Say(text string) { d.s.note(text) }

// ConnName is the name of the connection of a number, from 0.
func ConnName(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n + 1)
}

// IsShellWord reports whether a word by itself is a command of the shell.
func IsShellWord(word string) bool { return isBareWord(word) }

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

// A Driver lets a program use the shell without typed lines. Options.Drive gets it; it may be used only from that
// function, until it returns. Connections are called by the names in their events: "" is the first.
type Driver struct {
	s     *Shell
	t     *task
	heard heard
}

// A Heard is a response as a program reads it. Its fields are raw; Shown is for people.
type Heard struct {
	*match.Response
	Shown string // its beginning as received, without the line end, secrets masked; not escaped
}

// A Piece is a literal of a command line, and the text after it.
type Piece = transcript.Piece

// heard keeps the responses of each connection until the program asks for them.
type heard struct {
	conns map[string]*arrived
	tree  wire.Tree
}

// arrived are the responses of one connection.
type arrived struct {
	greeting *Heard
	list     []*Heard
	size     int
	over     bool // some were dropped, because too many arrived
}

// maxHeard limits how many bytes of responses are kept for a program, per connection.
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

// Depth says that every frame is needed.
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

// mostShown is how many bytes of a response are shown in a report.
const mostShown = 200

func oneRow(raw []byte) string {
	raw = bytes.TrimRight(raw, "\r\n")
	if len(raw) > mostShown {
		return string(raw[:mostShown]) + "…"
	}
	return string(raw)
}

// handOver runs the program, if the first connection was made as requested.
func (s *Shell) handOver(t *task) {
	if s.front == nil || !s.front.Open() || s.outcome.status != StatusOK {
		return
	}
	s.driver.t = t
	s.opt.Drive(s.driver)
}

// Open connects again to the server of the first connection, under a new name, and logs in unless user is "". It
// reports whether it succeeded.
func (d *Driver) Open(name, user string) bool {
	target := d.s.front.Target
	target.User, target.Note, target.Mailbox = user, "", ""
	ss := session.New(name, target, d.s.hub, &d.s.set.Session)
	d.s.sessions = append(d.s.sessions, ss)
	return d.s.connect(d.t, ss) && (user == "" || ss.State().State != command.NotAuthenticated)
}

// on returns the session whose events have this name; nil if there is none.
func (d *Driver) on(name string) *session.Session {
	for _, ss := range d.s.sessions {
		if ss.Name == name {
			return ss
		}
	}
	return nil
}

// Offers reports whether the server of a connection has a capability, given in upper case. If the capabilities are
// not known, it asks for them.
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

// Greeting returns the greeting of a connection's server; nil if there was none.
func (d *Driver) Greeting(name string) *Heard { return d.heard.on(name).greeting }

// Send sends a command, and returns its tag once it has been sent completely or the server has refused it; "" if it
// could not be sent. It does not wait for the answer; an IDLE is ended as soon as the server agrees to it.
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

// Next returns the next response of a connection, and waits for it if necessary; nil if there will be none.
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

// Heard returns the responses of a connection that were not asked for yet, and whether none was dropped.
func (d *Driver) Heard(name string) ([]*Heard, bool) {
	r := d.heard.on(name)
	list, all := r.list, !r.over
	r.list, r.size, r.over = nil, 0, false
	return list, all
}

// Step performs a step of a transcript read from file, and reports whether the next one may follow. A command that
// fails with the same status as in the transcript does not count as failed.
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

// LogIn logs a user in, unless somebody is logged in already, and reports whether it succeeded.
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

// Connected reports whether the connection of that name is open.
func (d *Driver) Connected(name string) bool {
	ss := d.on(name)
	return ss != nil && ss.Open()
}

// Known reports whether there has been a connection of that name.
func (d *Driver) Known(name string) bool { return d.on(name) != nil }

// Problem says why a connection was lost or could not be made.
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

// Pause waits for a time; Ctrl-C ends the wait.
func (d *Driver) Pause(wait time.Duration) {
	_ = d.s.sleep(d.t, "pause", d.s.now().Add(wait), func() bool { return false })
}

// Say shows a note.
func (d *Driver) Say(text string) { d.s.note(text) }

// ConnName returns the name of the nth connection, counted from 0.
func ConnName(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n + 1)
}

// IsShellWord reports whether a word, by itself, is a shell command.
func IsShellWord(word string) bool { return isBareWord(word) }

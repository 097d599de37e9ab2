package session

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/testserver"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// patience is how long a test waits before it fails.
const patience = 2 * time.Minute

// A loop owns sessions in a test: it takes turns and writes down what it hears.
type loop struct {
	t      *testing.T
	hub    *Hub
	events trace.Stream
	opt    Options
	depth  trace.Depth
	heard  []string
	last   map[trace.Kind]trace.Event // the last event of each kind

	mu  sync.Mutex
	now time.Time
}

func newLoop(t *testing.T) *loop {
	l := &loop{t: t, depth: trace.Values, last: map[trace.Kind]trace.Event{}, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	l.hub = NewHub(l.clock, &l.events)
	l.opt.Conn.Now = l.clock
	l.events.Join(l)
	t.Cleanup(l.hub.Close)
	return l
}

func (l *loop) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// after moves the clock forward.
func (l *loop) after(d time.Duration) {
	l.mu.Lock()
	l.now = l.now.Add(d)
	l.mu.Unlock()
}

// Depth is what the test wants.
func (l *loop) Depth() trace.Depth { return l.depth }

// Hear writes an event down as one line.
func (l *loop) Hear(e *trace.Event) {
	name := ""
	if e.Conn != "" {
		name = e.Conn + " "
	}
	text := ""
	switch e.Kind {
	case trace.Octets, trace.Begun:
		return
	case trace.Response:
		text = "S: " + strings.ReplaceAll(strings.TrimSuffix(string(e.Seen.Frame.Raw), "\r\n"), "\r\n", "⏎")
		if e.Elsewhere {
			text += " (elsewhere)"
		}
	case trace.Sent:
		switch e.Step.Kind {
		case tagger.SendSource:
			text = fmt.Sprintf("C| %d from %q", e.Step.Size, e.Step.Name)
		default:
			text = "C: " + strings.TrimSuffix(string(e.Step.Bytes), "\r\n")
		}
	case trace.SentData:
		text = "C| " + string(e.Data)
	case trace.SentEnd:
		text = "C| end"
	case trace.Connected:
		text = "connected"
	case trace.Secured:
		text = "secured"
	case trace.Compressed:
		text = "compressed"
	case trace.Discarded:
		text = "discarded " + string(e.Data)
	case trace.Lost:
		text = "lost: " + e.Text
	case trace.Note:
		text = "-- " + e.Text
	case trace.Warning:
		text = "!! " + e.Text
	}
	if e.Info != nil {
		info := *e.Info
		kept := *e
		kept.Info = &info
		l.last[e.Kind] = kept
	}
	l.heard = append(l.heard, name+text)
}

// session returns a session that reaches the server, whatever its target says.
func (l *loop) session(name string, srv *testserver.Canned) *Session {
	s := New(name, conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"}, l.hub, &l.opt)
	l.reach(srv)
	l.t.Cleanup(s.Close)
	return s
}

func (l *loop) reach(srv *testserver.Canned) {
	l.opt.Dial = func(_ context.Context, t conn.Target, o conn.Options) (*conn.Conn, error) {
		link, err := net.Dial("tcp", srv.Addr())
		if err != nil {
			return nil, err
		}
		return conn.New(link, t, o), nil
	}
}

// until takes turns until a condition holds.
func (l *loop) until(what string, cond func() bool, sessions ...*Session) {
	l.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for !cond() {
		moved := false
		for _, s := range sessions {
			moved = s.Turn() || moved
		}
		if moved {
			continue
		}
		select {
		case <-l.hub.Moved():
		case f := <-l.hub.Posted():
			f()
		case <-l.hub.Alarm():
			l.hub.Ring()
		case <-late.C:
			l.t.Fatalf("never happened: %s\nheard:\n%s", what, strings.Join(l.heard, "\n"))
		}
	}
}

// opens dials, and waits for the greeting.
func (l *loop) opens(s *Session) {
	l.t.Helper()
	s.Dial()
	l.until("the greeting", s.Open, s)
}

// ends waits for the end of the connection.
func (l *loop) ends(s *Session) {
	l.t.Helper()
	l.until("the end", func() bool { return !s.Connected() && !s.Connecting() }, s)
}

// begins sends a line.
func (l *loop) begins(s *Session, line command.Text) *Job {
	l.t.Helper()
	return s.Begin(Request{Line: tagger.Line{Text: line}})
}

// runs sends a line and waits for its end.
func (l *loop) runs(s *Session, line command.Text) *Job {
	l.t.Helper()
	j := l.begins(s, line)
	l.until("the end of "+string(line), j.Ended, s)
	return j
}

// hears checks that these lines were heard in this order, perhaps with others between them.
func (l *loop) hears(lines ...string) {
	l.t.Helper()
	at := 0
	for _, line := range lines {
		for at < len(l.heard) && !strings.Contains(l.heard[at], line) {
			at++
		}
		if at == len(l.heard) {
			l.t.Fatalf("no %q, or not in this place; heard:\n%s", line, strings.Join(l.heard, "\n"))
		}
		at++
	}
}

// never checks that no line contains a text.
func (l *loop) never(texts ...string) {
	l.t.Helper()
	for _, text := range texts {
		for _, line := range l.heard {
			if strings.Contains(line, text) {
				l.t.Errorf("%q was heard; all:\n%s", text, strings.Join(l.heard, "\n"))
			}
		}
	}
}

// exactly checks everything that was heard.
func (l *loop) exactly(lines ...string) {
	l.t.Helper()
	if got, want := strings.Join(l.heard, "\n"), strings.Join(lines, "\n"); got != want {
		l.t.Errorf("heard:\n%s\nwant:\n%s", got, want)
	}
}

// A notebook is a command's listener.
type notebook struct {
	depth trace.Depth
	lines []string
	bytes strings.Builder // the bytes that the command asked for
}

// Depth is what the test wants.
func (n *notebook) Depth() trace.Depth { return n.depth }

// Hear writes down what came.
func (n *notebook) Hear(e *trace.Event) {
	switch {
	case e.Kind == trace.Response:
		line := strings.TrimSuffix(string(e.Seen.Frame.Raw), "\r\n")
		if e.Asked {
			line = "asked " + line
		}
		n.lines = append(n.lines, line)
	case e.Kind == trace.Octets && e.Part != nil:
		n.bytes.Write(e.Part.Bytes)
	case e.Kind == trace.Octets:
		n.bytes.Write(e.Data)
	}
}

const ready = "* OK [CAPABILITY IMAP4rev1 IDLE LITERAL+ STARTTLS COMPRESS=DEFLATE] ready\r\n"

func canned(t *testing.T, greeting string, steps ...testserver.Step) *testserver.Canned {
	t.Helper()
	steps = append([]testserver.Step{testserver.Send(greeting)}, steps...)
	return testserver.NewCanned(t, append(steps, testserver.Answer())...)
}

// gate is a channel and the function that opens it.
func gate() (<-chan struct{}, func()) {
	c := make(chan struct{})
	return c, sync.OnceFunc(func() { close(c) })
}

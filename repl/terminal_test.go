package repl

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/testserver"
	"imapsh/render"
)

// patience is how long a test waits before it fails.
const patience = 2 * time.Minute

// outOfPatience says that a test has waited so long. Those that fail for the same reason then wait less, as all of them
// would take longer than "go test" allows, and then it does not say why the first one failed.
var outOfPatience atomic.Bool

// A typist is a Terminal and the person at it, who types when asked and reads everything that is shown.
type typist struct {
	t       *testing.T
	answers chan terminal.Answer

	mu       sync.Mutex
	changed  *sync.Cond
	cols     int
	open     bool
	question terminal.Question
	asked    []string // every prompt, in order
	screen   strings.Builder
	read     int // how much of the screen has been checked
	edits    []string
	memory   []string
	lent     int     // not 0 while another program has the terminal
	status   *Status // the shell's status, once it has ended
}

func newTypist(t *testing.T) *typist {
	w := &typist{t: t, cols: 80, answers: make(chan terminal.Answer, 100)}
	w.changed = sync.NewCond(&w.mu)
	return w
}

func (w *typist) Ask(q terminal.Question) {
	w.change(func() { w.question, w.open, w.asked = q, true, append(w.asked, q.Prompt) })
}

func (w *typist) Answers() <-chan terminal.Answer { return w.answers }

func (w *typist) Write(p []byte) (int, error) {
	if len(p) > 0 && p[len(p)-1] != '\n' {
		w.t.Errorf("Write was called with an incomplete line: %q", p)
	}
	w.change(func() { w.screen.Write(p) })
	return len(p), nil
}

func (w *typist) Edit(line string, pos int) {
	w.change(func() { w.edits = append(w.edits, line[:pos]+"‸"+line[pos:]) })
}

func (w *typist) Lend(f func() error) error {
	w.change(func() { w.lent++ })
	defer w.change(func() { w.lent-- })
	return f()
}
func (w *typist) Remember(line string) { w.change(func() { w.memory = append(w.memory, line) }) }
func (w *typist) Close() error         { return nil }

func (w *typist) Size() (cols, rows int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cols, 24
}

func (w *typist) change(f func()) {
	w.mu.Lock()
	f()
	w.mu.Unlock()
	w.changed.Broadcast()
}

// until waits for a condition, which is evaluated whenever something has changed.
func (w *typist) until(what string, cond func() bool) {
	w.t.Helper()
	wait := patience
	if outOfPatience.Load() {
		wait /= 12
	}
	end := time.Now().Add(wait)
	late := time.AfterFunc(wait, func() { w.changed.Broadcast() })
	defer late.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for !cond() {
		if time.Now().After(end) {
			outOfPatience.Store(true)
		}
		if time.Now().After(end) || w.status != nil && what != "the end" {
			w.t.Fatalf("never happened: %s\nprompt %q (open: %v), prompts %q\nscreen:\n%s\nnot looked at yet:\n%s",
				what, w.question.Prompt, w.open, w.asked, w.screen.String(), w.screen.String()[w.read:])
		}
		w.changed.Wait()
	}
}

// does answers the open question, or does something that needs none (Tab, a resize).
func (w *typist) does(a terminal.Answer) {
	w.t.Helper()
	w.until("a question", func() bool { return w.open })
	switch a.Kind {
	case terminal.Complete, terminal.Resize:
	default:
		w.change(func() { w.open = false })
	}
	w.answers <- a
}

// typ types lines, each with Enter.
func (w *typist) typ(lines ...string) {
	w.t.Helper()
	for _, l := range lines {
		w.does(terminal.Answer{Kind: terminal.Line, Text: l})
	}
}

func (w *typist) paste(text string) {
	w.t.Helper()
	w.does(terminal.Answer{Kind: terminal.Paste, Text: text})
}
func (w *typist) ctrlC() { w.t.Helper(); w.does(terminal.Answer{Kind: terminal.Interrupt}) }
func (w *typist) ctrlD() { w.t.Helper(); w.does(terminal.Answer{Kind: terminal.EOF}) }

// nudge makes the loop check its conditions again.
func (w *typist) nudge() { w.t.Helper(); w.does(terminal.Answer{Kind: terminal.Resize}) }

// sees waits until texts are on the screen, in this order, after those that were seen before.
func (w *typist) sees(texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		searched := 0 // up to where the text is known not to begin
		w.until(fmt.Sprintf("%q", text), func() bool {
			from := max(w.read, searched)
			i := strings.Index(w.screen.String()[from:], text)
			if i < 0 {
				searched = w.screen.Len() - len(text) + 1
				return false
			}
			w.read = from + i + len(text)
			return true
		})
	}
}

// asks waits until a question with this prompt is open.
func (w *typist) asks(prompt string) terminal.Question {
	w.t.Helper()
	var q terminal.Question
	fits := w.asksFor(prompt)
	w.until("the prompt "+prompt, func() bool { q = w.question; return fits() })
	return q
}

// asksFor returns a condition for until: a question with this prompt is open.
func (w *typist) asksFor(prompt string) func() bool {
	return func() bool { return w.open && w.question.Prompt == prompt }
}

// shown returns everything shown so far.
func (w *typist) shown() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.screen.String()
}

// prompts returns every prompt so far, in order.
func (w *typist) prompts() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked)
}

// asking returns the latest question.
func (w *typist) asking() terminal.Question {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.question
}

func (w *typist) neverShown(texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		if strings.Contains(w.shown(), text) {
			w.t.Errorf("%q is on the screen:\n%s", text, w.shown())
		}
	}
}

func (w *typist) remembers(lines ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if got, want := strings.Join(w.memory, "\n"), strings.Join(lines, "\n"); got != want {
		w.t.Errorf("remembered:\n%s\nwant:\n%s", got, want)
	}
}

// ends waits for the shell to end.
func (w *typist) ends(want Status) {
	w.t.Helper()
	w.until("the end", func() bool { return w.status != nil })
	if *w.status != want {
		w.t.Errorf("status %d, want %d; screen:\n%s", *w.status, want, w.shown())
	}
}

// A clock stops until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 12, 4, 31, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.mu.Unlock()
}

// later lets time pass once the shell has done everything that follows from what it has shown, such as setting an alarm:
// its loop takes nothing more from the terminal before.
func (s *sitting) later(d time.Duration) {
	s.t.Helper()
	s.nudge()
	for end := time.Now().Add(patience); len(s.answers) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatal("the loop takes nothing from the terminal")
		}
	}
	s.clock.add(d)
	s.nudge()
}

// lasts lets time pass, again and again, until cond: the shell may begin to measure it only after the first time.
func (s *sitting) lasts(d time.Duration, what string, cond func() bool) {
	s.t.Helper()
	met := make(chan struct{})
	go func() {
		for {
			s.clock.add(d)
			s.nudge()
			select {
			case <-met:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	defer close(met)
	s.until(what, cond)
}

// A sitting is a running shell, its typist and the folder with its files.
type sitting struct {
	*typist
	clock   *clock
	dir     string
	signals chan os.Signal
}

// far is a connection to an address of another machine.
type far struct{ net.Conn }

func (far) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 10), Port: 143} }

// setting changes how a session is started.
type setting func(*Options, *Shell)

// begin runs a shell that is connected to a server which it calls mail.example.net, over a trusted connection unless
// a setting says otherwise.
func begin(t *testing.T, srv *testserver.Canned, settings ...setting) *sitting {
	t.Helper()
	s := &sitting{typist: newTypist(t), clock: newClock(), dir: t.TempDir(), signals: make(chan os.Signal, 1)}
	history, err := OpenHistory(filepath.Join(s.dir, "history"))
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{
		Target: &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"},
		Settings: Settings{
			Session: session.Options{Conn: conn.Options{Now: s.clock.Now}, Keepalive: 28 * time.Minute},
			Render:  render.Options{Out: s.typist, Terminal: true, Width: func() int { c, _ := s.Size(); return c }, Now: s.clock.Now, Local: time.UTC},
		},
		Terminal: s.typist, History: history,
		Signals: s.signals, Now: s.clock.Now,
	}
	for _, f := range settings {
		f(&opt, nil)
	}
	shell := New(opt)
	dials(shell, srv)
	for _, f := range settings {
		f(&opt, shell)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		st := shell.Run()
		s.change(func() { s.status = &st })
	}()
	t.Cleanup(func() {
		s.signals <- terminated{}
		<-ended
	})
	return s
}

// dialTo connects to the server, whatever the target says.
func dialTo(srv *testserver.Canned, wrap func(net.Conn) net.Conn) session.DialFunc {
	return func(_ context.Context, t conn.Target, o conn.Options) (*conn.Conn, error) {
		link, err := net.Dial("tcp", srv.Addr())
		if err != nil {
			return nil, err
		}
		link.(*net.TCPConn).SetWriteBuffer(256 << 10) // soon full, if the server does not read
		if o.MaxLiteral > 0 || o.MaxKept > 0 {
			link = inPieces{link}
		}
		return conn.New(wrap(link), t, o), nil
	}
}

// inPieces is a connection that is read in small pieces, which end at every place of a text that is repeated.
type inPieces struct{ net.Conn }

func (c inPieces) Read(p []byte) (int, error) { return c.Conn.Read(p[:min(len(p), 1021)]) }

// kept is how much of a literal or a response is kept in memory if a test says so with keeping.
const kept = 64 << 10

// keeping makes connections keep only so much of a literal and of a response in memory (0: as much as usual), and read it in
// pieces, so that what is too large to be kept need not be large.
func keeping(literal, response int) setting {
	return func(o *Options, s *Shell) {
		if s == nil {
			o.Session.Conn.MaxLiteral, o.Session.Conn.MaxKept = int64(literal), response
		}
	}
}

// dials makes a shell reach the server, whatever its target says.
func dials(s *Shell, srv *testserver.Canned) {
	s.set.Session.Dial = dialTo(srv, func(c net.Conn) net.Conn { return c })
}

// inClear makes the server one that is reached through a network.
func inClear(srv *testserver.Canned) setting {
	return func(_ *Options, s *Shell) {
		if s != nil {
			s.set.Session.Dial = dialTo(srv, func(c net.Conn) net.Conn { return far{c} })
		}
	}
}

func user(name string) setting {
	return func(o *Options, s *Shell) {
		if s == nil {
			o.Target.User = name
		}
	}
}

const greeting = "* OK [CAPABILITY IMAP4rev1 IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN] ready\r\n"

// preauth is a greeting that makes a login unnecessary.
const preauth = "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready\r\n"

// canned plays a greeting and steps, then answers every further command.
func canned(t *testing.T, greeting string, steps ...testserver.Step) *testserver.Canned {
	t.Helper()
	steps = append([]testserver.Step{testserver.Send(greeting)}, steps...)
	return testserver.NewCanned(t, append(steps, testserver.Answer())...)
}

// gate is a channel and the function that opens it.
func gate() (<-chan struct{}, func()) {
	c := make(chan struct{})
	return c, func() { close(c) }
}

// expect is a step for a line, in upper or lower case.
func expect(pattern string) testserver.Step { return testserver.Expect("(?i)" + pattern) }

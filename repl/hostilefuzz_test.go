package repl

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/wire"
	"imapsh/render"
)

// A stage is a Terminal that keeps everything it is given, and whose user types lines: the next one as soon as the
// shell asks for it and nothing is under way.
type stage struct {
	answers chan terminal.Answer
	lines   []string
	harm    string // the first thing given that controls a terminal
}

func (s *stage) Ask(q terminal.Question) {
	s.keep(q.Prompt)
	s.keep(q.Status)
	if q.Paint != nil {
		shown, hint := q.Paint("select b")
		s.keep(shown)
		s.keep(hint)
	}
	if strings.Contains(q.Prompt, "…") || q.Prompt == "connecting> " {
		return
	}
	next := terminal.Answer{Kind: terminal.EOF}
	if len(s.lines) > 0 {
		next = terminal.Answer{Kind: terminal.Line, Text: s.lines[0]}
		s.lines = s.lines[1:]
	}
	select {
	case s.answers <- next:
	default:
	}
}

// keep checks output as it arrives, since a run writes a lot.
func (s *stage) keep(text string) {
	if s.harm == "" {
		if what := harmful(text); what != "" {
			s.harm = what + " in " + text
		}
	}
}

func (s *stage) Write(p []byte) (int, error)     { s.keep(string(p)); return len(p), nil }
func (s *stage) Edit(line string, _ int)         { s.keep(line) }
func (s *stage) Answers() <-chan terminal.Answer { return s.answers }
func (s *stage) Lend(f func() error) error       { return f() }
func (s *stage) Remember(string)                 {}
func (s *stage) Size() (cols, rows int)          { return 80, 24 }
func (s *stage) Close() error                    { return nil }

// session runs a shell on the stage, connected to a server that says only this.
func (s *stage) session(said []byte, mode render.Mode) {
	ours, theirs := net.Pipe()
	go io.Copy(io.Discard, theirs)
	go func() {
		theirs.Write(said)
		theirs.Close()
	}()
	now := newClock().Now
	shell := New(Options{
		Target:   &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"},
		Settings: Settings{Session: session.Options{Conn: conn.Options{Now: now}}, Render: render.Options{Out: s, Terminal: true, Mode: mode, Now: now, Local: time.UTC, Width: func() int { return 80 }}},
		Terminal: s, Now: now,
	})
	shell.set.Session.Dial = func(_ context.Context, t conn.Target, o conn.Options) (*conn.Conn, error) {
		return conn.New(ours, t, o), nil
	}
	shell.Run()
}

// played are lines whose answers are shown in special ways.
func played() []string {
	return []string{`list "" *`, "select " + evilBox, "fetch 1:* (flags envelope bodystructure)", "read 1", ":caps", ":oddities", ":last"}
}

// hostileSessions are what a server might answer to these lines.
func hostileSessions() []string {
	return []string{
		preauth + "* LIST () \"/\" \"box" + evil + "\"\r\na001 OK " + evil + "\r\n* FLAGS (" + evil + ")\r\n* 1 EXISTS\r\na002 OK [" + evil + "] " + evil +
			"\r\n* 1 FETCH (ENVELOPE (NIL \"" + encodedEvil() + "\" NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 1))\r\na003 OK\r\n* 1 FETCH (BODY[1] " + literalOf(evil) + ")\r\na004 OK\r\n",
		"* OK [ALERT] " + evil + "\r\n* BYE " + evil + "\r\n",
		preauth + mebibyte() + "a001 OK done\r\n",
		evil,
	}
}

func FuzzAHostileServerChangesNothingOnTheTerminal(f *testing.F) {
	for i, said := range hostileSessions() {
		f.Add([]byte(said), uint8(i))
	}
	f.Fuzz(func(t *testing.T, said []byte, mode uint8) {
		s := &stage{answers: make(chan terminal.Answer, 1), lines: played()}
		s.session(said, render.Mode(int(mode)%len(render.Modes())))
		if s.harm != "" {
			t.Fatal(s.harm)
		}
	})
}

func TestTheLineOfOneMebibyteHasThatSize(t *testing.T) {
	t.Parallel()
	if n := len(mebibyte()); n != 1<<20 {
		t.Errorf("%d bytes", n)
	}
	if !strings.Contains(mebibyte(), "\x1b]0;owned\x07") || string(wire.Escape(nil, []byte("\x1b"))) == "\x1b" {
		t.Error("it is harmless")
	}
}

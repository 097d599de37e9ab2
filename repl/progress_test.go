package repl

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/session"
	. "imapsh/internal/testserver"
	"imapsh/render"
)

func TestTheBarFillsTheRowAndNeverMore(t *testing.T) {
	t.Parallel()
	start := newClock().Now()
	for _, c := range []struct {
		name       string
		size, left int64
		after      time.Duration
		cols       int
		want       string
	}{
		{"on a wide terminal", 64 << 20, 48 << 20, 2 * time.Second, 80, "16 MB of 64 MB, 8.0 MB/s, 6 s left [##########..............................]"},
		{"on a narrow terminal", 64 << 20, 48 << 20, 2 * time.Second, 40, "16 MB/64 MB 8.0 MB/s 6 s [###.........]"},
		{"before any data", 64 << 20, 64 << 20, time.Second, 40, "0 B/64 MB 0 B/s ? [" + strings.Repeat(".", 19) + "]"},
		{"if it takes hours", 1 << 40, 1<<40 - 100<<20, 10 * time.Second, 60, ""},
		{"without room for the bar", 64 << 20, 48 << 20, 2 * time.Second, 20, "16 MB/64 MB 8.0 MB/"},
		{"without any columns", 64 << 20, 48 << 20, 2 * time.Second, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := meter{Arrival: session.Arrival{Size: c.size, Left: c.left, Began: start}}
			got := p.line(start.Add(c.after), c.cols)
			if len(got) > max(0, c.cols-1) {
				t.Errorf("%d columns of %d: %q", len(got), c.cols, got)
			}
			if c.want != "" && got != c.want {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
		})
	}
}

// ticking is a clock that advances each time it is read.
func ticking(c *clock) func() time.Time {
	return func() time.Time { c.add(10 * time.Millisecond); return c.Now() }
}

// arriving is a server that sends a literal of 1 MiB, the smallest that is measured, one quarter at a time when it is allowed to.
func arriving(t *testing.T) (*Canned, func()) {
	more := make(chan struct{})
	quarter := strings.Repeat(strings.Repeat("x", 62)+"\r\n", 1<<12)
	steps := []Step{expect("fetch"), Send(fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n", 1<<20))}
	for range 4 {
		steps = append(steps, Send(quarter), Wait(more))
	}
	return canned(t, preauth, append(steps, Send(")\r\n{tag} OK done\r\n"))...), func() { more <- struct{}{} }
}

// showsStatus waits for a status row above the prompt.
func (w *typist) showsStatus(what string, fits func(string) bool) {
	w.t.Helper()
	w.until(what, func() bool { return fits(w.question.Status) })
}

func TestALargeLiteralIsMeasuredAboveThePromptWhileItArrives(t *testing.T) {
	t.Parallel()
	srv, more := arriving(t)
	s := begin(t, srv, func(o *Options, _ *Shell) {
		o.Now = ticking(newClock())
	})
	s.typ("fetch 1 body[] > " + filepath.Join(s.dir, "big.eml"))
	s.showsStatus("a quarter", func(st string) bool { return strings.HasPrefix(st, "256 KB of 1.0 MB, ") })
	more()
	s.showsStatus("a half", func(st string) bool {
		return strings.HasPrefix(st, "512 KB of 1.0 MB, ") && strings.Contains(st, "[####")
	})
	more()
	more()
	more()
	s.sees("S: a001 OK done")
	s.showsStatus("no bar", func(st string) bool { return st == "" })
	s.neverShown("512 KB of")
}

func TestALiteralThatArrivesQuicklyIsNotMeasured(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth, expect("fetch"), Send(fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s)\r\n{tag} OK done\r\n", 1<<20, strings.Repeat("x", 1<<20)))))
	s.typ("fetch 1 body[]")
	s.sees("S: a001 OK done")
	s.until("no bar", func() bool { return s.question.Status == "" })
}

// row plays what a bar writes to a row of a terminal.
func row(written string) (rows []string) {
	for _, line := range strings.Split(written, "\n") {
		var row []byte
		for _, over := range strings.Split(line, "\r") {
			row = append([]byte(over), row[min(len(row), len(over)):]...)
		}
		rows = append(rows, strings.TrimRight(string(row), " "))
	}
	return rows
}

func TestTheBarIsGoneBeforeAnythingElseIsWritten(t *testing.T) {
	t.Parallel()
	var screen bytes.Buffer
	b := newBar(&Progress{To: &screen, Width: func() int { return 40 }})
	out := b.guard(&screen, true)
	b.draw("16 MB of 64 MB")
	b.draw("17 MB")
	if got := row(screen.String()); got[0] != "17 MB" {
		t.Errorf("a shorter bar leaves %q", got)
	}
	io.WriteString(out, "S: one\nS: two")
	b.draw("18 MB")
	io.WriteString(out, " continues\n")
	b.draw("19 MB")
	b.erase()
	if got := fmt.Sprint(row(screen.String())); got != "[S: one S: two continues ]" {
		t.Errorf("got %q", got)
	}
	if b.guard(io.Discard, false) != io.Discard {
		t.Error("a file was guarded")
	}
}

func TestAScriptDrawsTheBarOnlyOnStandardError(t *testing.T) {
	t.Parallel()
	srv, more := arriving(t)
	clock := newClock()
	now := ticking(clock)
	drawn := make(chan string, 100)
	var out bytes.Buffer
	shell := New(Options{
		Target: &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"}, Now: now,
		Settings: Settings{Session: session.Options{Conn: conn.Options{Now: clock.Now}}, Render: render.Options{Mode: render.Raw, Out: &out, Now: now}},
		Scripts:  []Script{{Name: "-e", From: strings.NewReader("fetch 1 body[]\n")}},
		Progress: &Progress{To: told(drawn), Width: func() int { return 40 }},
	})
	dials(shell, srv)
	ended := make(chan Status)
	go func() { ended <- shell.Run() }()
	var all strings.Builder
	until := func(text string) {
		t.Helper()
		late := time.After(patience)
		for !strings.Contains(all.String(), text) {
			select {
			case d := <-drawn:
				all.WriteString(d)
			case <-late:
				t.Fatalf("never drawn: %q, but %q", text, all.String())
			}
		}
	}
	until("256 KB/1.0 MB")
	more()
	until("512 KB/1.0 MB")
	more()
	more()
	more()
	if st := <-ended; st != StatusOK {
		t.Errorf("status %d", st)
	}
	for len(drawn) > 0 {
		all.WriteString(<-drawn)
	}
	if got := row(all.String()); len(got) != 1 || got[0] != "" {
		t.Errorf("left on the terminal: %q", got)
	}
	if strings.Contains(out.String(), "MB/") {
		t.Error("the bar was written to standard output")
	}
}

// told is a writer that sends what is written to a channel.
type told chan string

func (w told) Write(p []byte) (int, error) { w <- string(p); return len(p), nil }

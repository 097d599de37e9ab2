package repl

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	. "imapsh/internal/testserver"
	"imapsh/internal/trace"
	"imapsh/render"
)

// many returns the responses to "fetch from:to envelope".
func many(from, to int) Step {
	var b strings.Builder
	for n := from; n <= to; n++ {
		fmt.Fprintf(&b, "* %d FETCH (ENVELOPE (NIL \"subject %d\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n", n, n)
	}
	return Send(b.String())
}

func TestCtrlCStopsTheShowingOfAFlood(t *testing.T) {
	t.Parallel()
	for _, mode := range []render.Mode{render.Pretty, render.Raw, render.JSON} {
		t.Run(fmt.Sprint(mode), func(t *testing.T) {
			rest, open := gate()
			srv := canned(t, preauth, expect("fetch"), many(1, 1000), Wait(rest), Send("* 2000 EXISTS\r\n"), many(1001, 3500), Send("{tag} OK fetched\r\n"), expect("a002 noop"), Send("{tag} OK two\r\n"))
			log := filepath.Join(t.TempDir(), "log")
			s := begin(t, srv, func(o *Options, _ *Shell) { o.Render.Mode, o.Log = mode, log })
			s.typ("fetch 1:* envelope")
			s.sees("subject 1000")
			s.ctrlC()
			s.asks("a002 mail.example.net> ")
			open()
			if mode == render.Pretty {
				s.sees("a001 FETCH continues", "S: * 2000 EXISTS", "the responses to a001 FETCH are no longer shown; they still arrive (:show",
					"S: a001 OK fetched", "-- 2,500 responses to a001 FETCH not shown")
			}
			if mode == render.Raw {
				s.sees("* 2000 EXISTS", "a001 OK fetched")
			}
			s.asks("a002 mail.example.net> ")
			s.typ("noop")
			s.sees("two")
			s.neverShown("subject 1001", "subject 2500", "subject 3500")
			s.asks("a003 mail.example.net> ")
			if st := s.question.Status; st != "" {
				t.Errorf("the row above the prompt is still %q", st)
			}
			s.typ("quit")
			s.ends(StatusOK)
			kept, err := os.ReadFile(log)
			if err != nil || !strings.Contains(string(kept), "subject 1001") || !strings.Contains(string(kept), "subject 3500") {
				t.Errorf("the transcript (%v) lacks what was not shown", err)
			}
		})
	}
}

func TestShowAllShowsWhatStillArrives(t *testing.T) {
	t.Parallel()
	second, openSecond := gate()
	third, openThird := gate()
	srv := canned(t, preauth, expect("fetch"), many(1, 3), Wait(second), many(4, 6), Wait(third), many(7, 9), Send("{tag} OK fetched\r\n"))
	s := begin(t, srv)
	s.typ("fetch 1:9 envelope")
	s.sees("subject 3")
	s.ctrlC()
	s.asks("a002 mail.example.net> ")
	openSecond()
	s.until("the status", func() bool { return s.question.Status == "3 responses not shown; they still arrive (:show all)" })
	s.typ(":show all")
	s.sees("show is all")
	openThird()
	s.sees("subject 7", "subject 9", "S: a001 OK fetched", "3 responses to a001 FETCH not shown")
	s.neverShown("subject 4", "subject 6")
}

func TestOnlyTheDataOfACommandThatWasLeftIsHidden(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	srv := canned(t, preauth, expect("fetch"), many(1, 2), Wait(ready), expect("a002 status"), Send("* STATUS x (MESSAGES 7)\r\n* 3 FETCH (FLAGS (\\Seen))\r\n"+"{tag} OK two\r\n"))
	s := begin(t, srv)
	s.typ("fetch 1:9 envelope")
	s.sees("subject 2")
	s.ctrlC()
	open()
	s.typ("status x (messages)")
	s.sees("* STATUS x (MESSAGES 7)", "* 3 FETCH (FLAGS (\\Seen))", "S: a002 OK two")
}

// floodBegins is what a server sends before a flood.
const floodBegins = "* OK it begins\r\n"

// A flood is a connection on which the same line arrives again and again after floodBegins was read and before the next
// step of the server, and a listener that makes sure that there is always more: it holds the loop back until the reader is
// ahead.
type flood struct {
	net.Conn
	line string
	head []byte // what was read before
	ends <-chan struct{}

	mu         sync.Mutex
	ahead      *sync.Cond
	over       bool
	read, seen int // lines
}

func (f *flood) Read(p []byte) (int, error) {
	over := isOpen(f.ends)
	floods := bytes.HasSuffix(f.head, []byte(floodBegins)) && !over
	f.mu.Lock()
	f.over = over
	if floods {
		f.read++
	}
	f.mu.Unlock()
	f.ahead.Broadcast()
	if floods {
		return copy(p, f.line), nil
	}
	n, err := f.Conn.Read(p)
	f.head = append(f.head, p[:n]...)
	return n, err
}

func (f *flood) Depth() trace.Depth { return trace.Frames }

func (f *flood) Hear(e *trace.Event) {
	if e.Kind != trace.Response || string(e.Seen.Frame.Raw) != f.line {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.seen++; !f.over && f.read < f.seen+2; {
		f.ahead.Wait()
	}
}

// flooded starts a shell whose server floods it with a line after some steps, until end is called and the server continues.
func flooded(t *testing.T, line string, before, after []Step) (s *sitting, end func()) {
	t.Helper()
	ends, end := gate()
	f := &flood{line: line, ends: ends}
	f.ahead = sync.NewCond(&f.mu)
	steps := append(before, Send(floodBegins), Wait(ends))
	srv := canned(t, preauth, append(steps, after...)...)
	return begin(t, srv, func(_ *Options, s *Shell) {
		if s != nil {
			s.events.Join(f)
			s.set.Session.Dial = dialTo(srv, func(c net.Conn) net.Conn { f.Conn = c; return f })
		}
	}), end
}

// isOpen reports whether a gate has been opened.
func isOpen(gate <-chan struct{}) bool {
	select {
	case <-gate:
		return true
	default:
		return false
	}
}

func TestThePromptCanBeUsedDuringAFlood(t *testing.T) {
	t.Parallel()
	s, end := flooded(t, "* 1 FETCH (ENVELOPE (NIL \"subject"+strings.Repeat(".", 1000)+"\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
		[]Step{expect("fetch")}, []Step{Send("a001 OK fetched\r\n"), expect("a002 noop"), Send("a002 OK two\r\n")})
	s.typ("fetch 1:* envelope")
	s.sees("subject")
	s.ctrlC()
	s.sees("a001 FETCH continues")
	s.asks("a002 mail.example.net> ")
	s.typ(":pending")
	s.sees("-- a001 fetch 1:* envelope")
	s.typ("noop")
	s.asks("a002 …> ")
	end()
	s.sees("S: a001 OK fetched", "S: a002 OK two")
}

func TestAFloodDoesNotHoldBackAlarms(t *testing.T) {
	t.Parallel()
	s, end := flooded(t, "* OK still here"+strings.Repeat(".", 1000)+"\r\n",
		[]Step{expect("IDLE"), Send("+ idling\r\n")}, []Step{Expect("^DONE$"), Send("a001 OK idled\r\n")})
	s.typ("idle --for 5s")
	s.sees("ends by itself after 5s", "* OK still here")
	s.later(5 * time.Second)
	s.sees("C: DONE")
	end()
	s.sees("S: a001 OK idled")
}

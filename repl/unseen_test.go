package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "imapsh/internal/testserver"
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

func TestThePromptCanBeUsedDuringAFlood(t *testing.T) {
	stop, end := gate()
	srv := canned(t, preauth, expect("fetch"), Flood("* 1 FETCH (ENVELOPE (NIL \"subject"+strings.Repeat(".", 1000)+"\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n", stop), Send("a001 OK fetched\r\n"), expect("a002 noop"), Send("a002 OK two\r\n"))
	s := begin(t, srv)
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
	stop, end := gate()
	srv := canned(t, preauth, expect("IDLE"), Send("+ idling\r\n"), Flood("* OK still here"+strings.Repeat(".", 1000)+"\r\n", stop), Expect("^DONE$"), Send("a001 OK idled\r\n"))
	s := begin(t, srv)
	s.typ("idle --for 5s")
	s.sees("ends by itself after 5s", "* OK still here")
	s.clock.add(5 * time.Second)
	s.sees("C: DONE")
	end()
	s.sees("S: a001 OK idled")
}

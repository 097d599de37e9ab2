package repl

import (
	"strings"
	"testing"
	"time"

	. "imapsh/internal/testserver"
)

// idles answers an IDLE, up to DONE.
func idles() []Step {
	return []Step{expect("IDLE"), Send("+ idling\r\n")}
}

func TestIdleLastsUntilALineIsTyped(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		end  func(*sitting)
	}{
		{"Enter", func(s *sitting) { s.typ("") }},
		{"done", func(s *sitting) { s.typ("done") }},
		{"DONE", func(s *sitting) { s.typ("DONE") }},
		{"Ctrl-C", (*sitting).ctrlC},
		{"Ctrl-D", (*sitting).ctrlD},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := begin(t, canned(t, preauth, append(idles(), Send("* 2 EXISTS\r\n* 1 RECENT\r\n"), Expect("^DONE$"), Send("a001 OK idled\r\n"), expect("^a002 noop$"), Send("{tag} OK two\r\n"))...))
			s.typ("idle")
			s.sees("C: a001 idle", "S: + idling", `-- idle since 12:04:31; Enter or "done" ends it; renewed at 12:32:31`, "S: * 2 EXISTS", "S: * 1 RECENT")
			s.asks("idle> ")
			s.later(121 * time.Second)
			row.end(s)
			s.sees("C: DONE", "S: a001 OK idled", "-- idled 2m1s")
			s.asks("a002 mail.example.net> ")
			s.typ("noop")
			s.sees("S: a002 OK two")
		})
	}
}

func TestAnotherLineFirstEndsIdleThenRuns(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth, append(idles(), Expect("^DONE$"), Send("a001 OK idled\r\n"), expect("^a002 noop$"), Send("{tag} OK two\r\n"))...))
	s.typ("idle")
	s.asks("idle> ")
	s.typ("noop")
	s.sees("C: DONE", "S: a001 OK idled", "C: a002 noop", "S: a002 OK two")
}

func TestALineTypedBeforeIdleIsAgreedToEndsIt(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	s := begin(t, canned(t, preauth, expect("IDLE"), Wait(ready), Send("+ idling\r\n"), Expect("^DONE$"), Send("a001 OK idled\r\n"), expect("^a002 noop$"), Send("{tag} OK two\r\n")))
	s.typ("idle")
	s.asks("a001 …> ")
	s.typ("noop")
	open()
	s.sees("S: + idling", "C: DONE", "S: a001 OK idled", "C: a002 noop", "S: a002 OK two")
}

func TestIdleIsRenewedVisibly(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("^a001 IDLE"), Send("+ idling\r\n"), Expect("^DONE$"), Send("a001 OK idled\r\n"),
		Expect("^a002 IDLE$"), Send("+ idling on\r\n* 3 EXISTS\r\n"), Expect("^DONE$"), Send("a002 OK idled twice\r\n"))
	s := begin(t, srv, func(o *Options, _ *Shell) { o.Session.Keepalive = 5 * time.Minute })
	s.typ("idle")
	s.sees("renewed at 12:09:31")
	s.asks("idle> ")
	s.later(5 * time.Minute)
	s.sees("-- renewing IDLE after 5m", "C: DONE", "S: a001 OK idled", "C: a002 IDLE", "S: + idling on", "S: * 3 EXISTS")
	s.asks("idle> ")
	s.later(time.Minute)
	s.typ("")
	s.sees("C: DONE", "S: a002 OK idled twice", "-- idled 6m0s")
	s.asks("a003 mail.example.net> ")
	if n := strings.Count(s.shown(), "idle since"); n != 1 {
		t.Errorf("the beginning was reported %d times", n)
	}
}

func TestALineTypedWhileIdleIsRenewedStillEndsIt(t *testing.T) {
	t.Parallel()
	ready, open := gate()
	srv := canned(t, preauth, expect("^a001 IDLE"), Send("+ idling\r\n"), Expect("^DONE$"), Wait(ready), Send("a001 OK idled\r\n"),
		Expect("^a002 IDLE$"), Send("+ idling on\r\n"), Expect("^DONE$"), Send("a002 OK idled twice\r\n"), expect("a003 noop"), Send("{tag} OK three\r\n"))
	s := begin(t, srv, func(o *Options, _ *Shell) { o.Session.Keepalive = 5 * time.Minute })
	s.typ("idle")
	s.asks("idle> ")
	s.later(5 * time.Minute)
	s.sees("C: DONE")
	s.typ("noop")
	open()
	s.sees("S: a001 OK idled", "C: a002 IDLE", "C: DONE", "S: a002 OK idled twice", "S: a003 OK three")
}

func TestAnIdleThatMustNotBeRenewedIsNot(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, typed string
		keepalive   time.Duration
	}{
		{"an IDLE with the user's own tag", "x1 IDLE", 5 * time.Minute},
		{"no keepalive", "idle", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			ready, open := gate()
			srv := canned(t, preauth, append(idles(), Wait(ready), Send("* 4 EXISTS\r\n"), Expect("^DONE$"), Send(strings.Fields(strings.Replace(row.typed, "idle", "a001", 1))[0]+" OK idled\r\n"))...)
			s := begin(t, srv, func(o *Options, _ *Shell) { o.Session.Keepalive = row.keepalive })
			s.typ(row.typed)
			s.sees("-- idle since")
			s.asks("idle> ")
			s.later(time.Hour)
			open()
			s.sees("S: * 4 EXISTS")
			s.neverShown("DONE", "renewed")
			s.typ("done")
			s.sees("C: DONE", "OK idled")
		})
	}
}

func TestAnIdleThatIsRefusedIsOver(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth, expect("IDLE"), Send("{tag} BAD no\r\n"), expect("noop"), Send("{tag} OK two\r\n")))
	s.typ("idle", "noop")
	s.sees("S: a001 BAD no", "S: a002 OK two")
	s.neverShown("DONE")
}

func TestIdleForEndsByItself(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth, append(idles(), Expect("^DONE$"), Send("a001 OK idled\r\n"))...))
	s.typ("idle --for 5s")
	s.sees("ends by itself after 5s")
	s.asks("idle> ")
	s.later(5 * time.Second)
	s.sees("C: DONE", "S: a001 OK idled", "-- idled 5s")
}

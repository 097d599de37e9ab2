package repl

import (
	"context"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	. "imapsh/internal/testserver"
)

// Ctrl-C ends the wait for an answer, which is over in the same moment; what was to follow it must not be sent then.
func TestWhatWasToFollowAnAnswerIsNotSentAfterCtrlC(t *testing.T) {
	t.Parallel()
	const bare = "* OK ready\r\n"
	for _, row := range []struct {
		name, greeting string
		set            func(*Options)
		first          []Step // what comes before the command that is not answered
		does           func(*sitting)
		waits          string // that command
		says           []string
		wrong          string // what must not be shown; "" if nothing
	}{
		{name: "the next lines of the configuration", greeting: preauth,
			set: func(o *Options) {
				o.StartLines = []StartLine{{"noop", "config.toml", 2}, {"search all", "config.toml", 3}, {"search unseen", "config.toml", 4}}
			},
			waits: "a001 noop", says: []string{"-- 2 lines of config.toml skipped"}},
		{name: "the lines of the configuration, after the login", greeting: bare,
			set: func(o *Options) {
				o.StartLines = []StartLine{{"search all", "config.toml", 2}}
				o.Target.User, o.Password = "alice", func(context.Context, conn.Target, sasl.Needs) (Secret, error) { return Secret{Text: "secret"}, nil }
			},
			waits: "a001 LOGIN alice secret", says: []string{"-- 1 line of config.toml skipped"}},
		{name: "the command that expect repeats", greeting: preauth, first: []Step{expect("a001 search all"), Send("* SEARCH\r\na001 OK none\r\n")},
			does: func(s *sitting) {
				s.typ("search all")
				s.sees("a001 OK none")
				s.typ("expect within 10m * SEARCH 5")
				s.until("the wait", func() bool { return s.open })
				s.later(2 * time.Second)
			},
			waits: "a002 NOOP", says: []string{"got       interrupted"}},
		{name: "the line that ended IDLE", greeting: preauth, first: idles(),
			does: func(s *sitting) {
				s.typ("idle")
				s.asks("idle> ")
				s.typ("search all")
			},
			waits: "DONE", says: []string{"-- typed ahead, not sent: 1 line"}},
		{name: "CREATE, after the question for the delimiter", greeting: preauth, does: func(s *sitting) { s.typ("create INBOX.x") },
			waits: `a001 LIST "" ""`, says: []string{"-- CREATE was not sent"}},
		{name: "LOGIN, after the question for the capabilities", greeting: bare,
			set:   func(o *Options) { o.Settings.Mech, o.Target.User = "auto", "alice" },
			waits: "a001 CAPABILITY", says: []string{"-- nobody was logged in"}, wrong: "Password"},
		{name: "AUTHENTICATE, after the question for the capabilities", greeting: bare, does: func(s *sitting) { s.typ(":auth") },
			waits: "a001 CAPABILITY", says: []string{"-- nobody was logged in"}, wrong: "no mechanism"},
		{name: "a judgement on capabilities that did not come", greeting: "* PREAUTH ready\r\n", does: func(s *sitting) { s.typ(":require MOVE") },
			waits: "a001 CAPABILITY", wrong: "does not offer"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			ready, open := gate()
			steps := append(row.first, expect("^"+row.waits+"$"), expect("check$"), Wait(ready), Send("{tag} OK checked\r\n"))
			s := begin(t, canned(t, row.greeting, steps...), func(o *Options, sh *Shell) {
				if sh == nil && row.set != nil {
					row.set(o)
				}
			})
			if row.does != nil {
				row.does(s)
			}
			s.sees("C: " + strings.ReplaceAll(row.waits, "secret", "••••••"))
			s.ctrlC()
			s.sees(row.says...)
			s.typ("check")
			s.sees(" check")
			open()
			s.sees("OK checked")
			if row.wrong != "" {
				s.neverShown(row.wrong)
			}
		})
	}
}

func TestCtrlCEndsTheDeferredLines(t *testing.T) {
	t.Parallel()
	reached, reach := gate()
	s := begin(t, canned(t, preauth, expect("^a001 noop$"), Reached(reach), Stall()))
	s.asks("a001 mail.example.net> ")
	s.typ(":defer search all", ":defer search unseen", ":defer noop")
	s.ctrlD()
	s.sees("C: a001 noop")
	<-reached
	s.ctrlC()
	s.sees("-- 2 deferred lines skipped")
	s.ctrlC()
	s.ends(StatusInterrupted)
	s.neverShown("C: a002 search")
}

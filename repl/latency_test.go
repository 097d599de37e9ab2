package repl

import (
	"testing"

	. "imapsh/internal/testserver"
	"imapsh/render"
)

func TestStatsAndTimingSayWhatTheConnectionHasCarried(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, expect("login"), Send("{tag} OK in\r\n"), expect("noop"), Send("{tag} NO not now\r\n"), expect("noop"), Send("{tag} OK done\r\n"))
	s := begin(t, srv)
	s.typ("login alice secret", "noop", "noop")
	s.sees("S: a003 OK")
	s.typ(":stats")
	s.sees("-- sent      3 commands, 47 B of IMAP, 47 B on the wire", "-- received  ", "-- 3 round trips in", "-- command", "-- LOGIN", "-- NOOP     2       1")
	s.typ(":timing")
	s.sees("connect", "greeting", "in all")
	s.typ(":timing on", ":timing")
	s.sees("-- timing is on", "in all")
	s.typ(":stats now")
	s.sees("!! usage: :stats")
}

func TestStatsOfAClosedConnectionAreItsLast(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("noop"), Send("{tag} OK done\r\n"), Close())
	s := begin(t, srv)
	s.typ("noop")
	s.sees("!! the server closed the connection")
	s.typ(":stats", ":timing")
	s.sees("-- sent      1 command, 11 B of IMAP", "-- 1 round trip in", "in all")
}

func TestStatsInJSONAreObjects(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("noop"), Send("{tag} OK done\r\n"))
	s := begin(t, srv, func(o *Options, _ *Shell) { o.Render.Mode = render.JSON })
	s.typ("noop")
	s.sees("OK done") // a command that is still in flight has made no round trip
	s.typ(":stats", ":timing")
	s.sees(`"type":"traffic"`, `"commands":1,"round_trips":1,"sent":{"imap":11,"wire":11}`, `{"type":"latency","command_name":"NOOP","answered":1,"failed":0`, `"type":"timing"`)
}

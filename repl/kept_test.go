package repl

import (
	"testing"

	. "imapsh/internal/testserver"
)

func TestAPasswordIsKeptForReconnectUntilForget(t *testing.T) {
	t.Parallel()
	in := []Step{Send(greeting), Expect(`^a\d+ LOGIN alice "?geheim"?$`), Send("{tag} OK in\r\n"), Stall()}
	servers := []*Canned{NewCanned(t, in...), NewCanned(t, in...), NewCanned(t, Send(greeting), Stall())}
	s := begin(t, servers[0], user("alice"), func(_ *Options, sh *Shell) {
		if sh != nil {
			n := 0
			sh.set.Session.Dial = dialOf(func(string) *Canned { n++; return servers[n-1] })
		}
	})
	s.asks("Password for alice@mail.example.net: ")
	s.typ("geheim")
	s.sees("S: a001 OK in")
	s.typ(":reconnect")
	s.sees("C: a002 LOGIN alice ••••••", "S: a002 OK in")
	s.typ(":forget")
	s.sees("-- no password is kept any longer; :reconnect asks again")
	s.typ(":reconnect")
	s.asks("Password for alice@mail.example.net: ")
	s.hides("geheim")
}

package repl

import (
	"imapsh/internal/conn"
	"imapsh/internal/sasl"
)

// An owner identifies a secret: one user's at one server.
type owner struct {
	user  string
	at    conn.Target
	needs sasl.Needs
}

func ownerOf(t conn.Target, user string, needs sasl.Needs) owner {
	return owner{user, conn.Target{Scheme: t.Scheme, Host: t.Host, Port: t.Port, Path: t.Path}, needs}
}

// keep keeps a secret for :reconnect if it was right, and drops it if it was wrong.
func (s *Shell) keep(o owner, secret Secret, right bool) {
	delete(s.kept, o)
	if !right || secret.Text == "" {
		return
	}
	if s.kept == nil {
		s.kept = map[owner]Secret{}
	}
	s.kept[o] = secret
}

// forget performs ":forget".
func (s *Shell) forget(*task, call) {
	s.kept = nil
	if s.opt.Forget != nil {
		s.opt.Forget()
	}
	s.note("no password is kept any longer; :reconnect asks again")
}

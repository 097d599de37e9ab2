package repl

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
)

// consented reports whether a command may be sent: one that reveals a secret needs a trusted connection, or the
// user's consent.
func (s *Shell) consented(t *task, ss *session.Session, m *command.Match) bool {
	if !ss.Connected() && !s.reach(t, ss, m.Name) { // the connection may have been lost while the user was asked
		return false
	}
	if by := m.Row().ForbiddenBy; by != "" && ss.View().Has(by) {
		s.warn("the server does not allow " + m.Name + " here (" + by + "); the password would be exposed for nothing")
	}
	name := m.Name
	if (m.Row().LogsIn || m.Reveals()) && s.exposed(ss) {
		s.refuse(name, "STARTTLS was requested but TLS did not start; an attacker may be blocking it")
		return false
	}
	switch {
	case !m.Reveals(), ss.Trusted(), ss.Consented():
		return true
	case !s.interactive():
		if !s.set.PlaintextAuth {
			s.refuse(name, "the password would be sent unencrypted; use STARTTLS, imaps:// or --plaintext-auth")
		}
		return s.set.PlaintextAuth
	}
	s.warn(fmt.Sprintf("%s would send the password unencrypted to %s; anyone on the network path could read it", name, ss.Info().Remote))
	if !s.yes(t, "Send it unencrypted?") {
		s.note(name + " was not sent")
		return false
	}
	if !s.reach(t, ss, name) { // the connection may have been lost meanwhile
		return false
	}
	ss.Consent()
	return true
}

// exposed reports whether TLS was requested, by a flag or a command, and is not active: then no credentials are sent,
// whatever the host and whatever the user would agree to.
func (s *Shell) exposed(ss *session.Session) bool {
	return ss.Exposed() || (s.set.StartTLS || ss.Target.Found) && ss.Info().State == nil
}

// refuse says that a secret was not sent, and why.
func (s *Shell) refuse(name, why string) {
	s.outcome.raise(StatusFailed)
	if s.interactive() {
		s.warn(name + " was not sent: " + why)
		return
	}
	s.stop("%s was not sent: %s", name, why)
}

// ErrOtherPassword says that the current password belongs to another user; only the user can give this one.
var ErrOtherPassword = errors.New("the password belongs to another user")

// ErrNoSecret says that no password is known; only the user can give it.
var ErrNoSecret = errors.New("no password is known")

// A Secret is a password or a token, decoded. From says where it comes from; it is "" if it was typed.
type Secret struct{ Text, From string }

// asksSecret asks for a password; an empty one is refused.
func (s *Shell) asksSecret(t *task, prompt string) (Secret, bool) {
	secret, ok := s.asks(t, terminal.Question{Prompt: prompt, Secret: true})
	if ok && secret == "" {
		s.note("no password: nothing was sent")
		return Secret{}, false
	}
	return Secret{Text: secret}, ok
}

// inVain warns if a command that logs in is not allowed in the present state. If it asks for a secret at a terminal, it
// then reports true, and says that the command was not sent: nobody should type a secret that cannot be used.
func (s *Shell) inVain(ss *session.Session, m *command.Match, asks bool) bool {
	w, wrong := m.Misplaced(ss.View())
	if !wrong {
		return false
	}
	s.doubt(m, w)
	if !asks || !s.interactive() {
		return false
	}
	s.note(m.Name + " was not sent; :open NAME URL logs in on another connection")
	return true
}

// secretFor returns the password that is missing in a line.
func (s *Shell) secretFor(t *task, ss *session.Session, ask *command.Ask, l inputLine) (string, bool) {
	if s.inVain(ss, command.MatchLine(string(l.text)), ask.Secret) {
		return "", false
	}
	if s.interactive() {
		secret, ok := s.asks(t, terminal.Question{Prompt: safe(ask.Prompt) + ": ", Secret: ask.Secret})
		if !ok || ask.Secret && secret == "" {
			s.note(command.MatchLine(string(l.text)).Name + " was not sent")
			return "", false
		}
		return secret, ok
	}
	s.user.due = passwordOfLogin
	if user := ss.Target.User; user == "" || strings.HasSuffix(string(l.text), " "+user) {
		if pw, known, ok := s.password(t, ss.Target, sasl.Password); known {
			return pw.Text, ok
		}
	}
	s.warn(command.MaskLine(string(l.text)) + " was not sent: a script cannot ask for a password; " + s.givesSecret(sasl.Password))
	s.notSent(StatusUsage)
	return "", false
}

// givesSecret says what would give a secret to a script.
func (s *Shell) givesSecret(needs sasl.Needs) string {
	option := "--password-command"
	if needs == sasl.Token {
		option = "--token-command"
	}
	if s.opt.Env != nil {
		if secret, ok := s.opt.Env(PasswordVariable); ok && secret == "" {
			return PasswordVariable + " is empty; set it or use " + option
		}
	}
	return "set " + PasswordVariable + " or use " + option
}

// password returns the password from the options, or from the password command, which may ask at the terminal and
// take time. known is false if there is none; ok is false if getting it failed.
func (s *Shell) password(t *task, target conn.Target, needs sasl.Needs) (pw Secret, known, ok bool) {
	if s.opt.Password == nil {
		return pw, false, false
	}
	var err error
	ctx, cancel := context.WithCancel(s.outside)
	defer cancel()
	run := func() error {
		pw, err = s.opt.Password(ctx, target, needs)
		return err
	}
	if s.opt.Waits == nil && s.set.PasswordCommand == "" || s.opt.Waits != nil && !s.opt.Waits(target, needs) {
		run()
	} else {
		done, pressed := false, false
		s.outside.giveUp = func() {
			if pressed {
				cancel()
			}
			pressed = true
		}
		s.lends(run, func(e error) { err, done = e, true })
		t.Until(func() bool { return done })
		s.outside.giveUp = nil
	}
	if err == nil && pw.Text == "" {
		err = errors.New("the password is empty")
	}
	switch {
	case err == nil:
		return pw, true, true
	case errors.Is(err, ErrOtherPassword):
		s.warn(err.Error())
		return Secret{}, false, false
	case errors.Is(err, ErrNoSecret):
		return Secret{}, false, false
	}
	s.outcome.raise(StatusUsage)
	if s.interactive() {
		s.warn(err.Error() + ": nothing was sent")
	} else {
		s.warn(err.Error())
		s.stop("no password, so nothing was sent")
		s.outcome.silent = true
	}
	return Secret{}, true, false
}

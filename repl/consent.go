package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
)

// consented reports whether a command may be sent: one that reveals a secret needs a link that can
// be trusted, or consent.
func (s *Shell) consented(t *task, ss *session.Session, m *command.Match) bool {
	if by := m.Row().ForbiddenBy; by != "" && ss.View().Has(by) {
		s.warn("the server forbids " + m.Name + " here (" + by + "): the password is exposed for nothing")
	}
	if !m.Reveals() {
		return true
	}
	name := m.Name
	switch {
	case ss.Exposed() || s.set.StartTLS && ss.Info().State == nil:
		s.refuse(name, "STARTTLS was asked for and did not come about: someone in between may have taken it away")
		return false
	case ss.Trusted() || ss.Consented():
		return true
	case !s.interactive():
		if !s.set.PlaintextAuth {
			s.refuse(name, "it would send the secret in clear (starttls first, imaps://, or --plaintext-auth)")
		}
		return s.set.PlaintextAuth
	}
	s.warn(fmt.Sprintf("%s sends the secret in clear to %s: whoever is in between can read it", name, ss.Info().Remote))
	if !s.yes(t, "Send it in clear?") {
		s.note(name + " was not sent")
		return false
	}
	ss.Consent()
	return true
}

// refuse says that a secret is not sent, and why.
func (s *Shell) refuse(name, why string) {
	s.outcome.raise(StatusFailed)
	if s.interactive() {
		s.warn(name + " was not sent: " + why)
		return
	}
	s.stop("%s was not sent: %s", name, why)
}

// secret returns the password of a session's user: from where the options say, else as the user types it.
func (s *Shell) secret(t *task, ss *session.Session, prompt string) (string, bool) {
	if s.opt.Password != nil {
		pw, err := s.opt.Password(ss.Target)
		if err == nil {
			return pw, true
		}
		s.warn(err.Error())
	}
	if !s.interactive() {
		s.outcome.raise(StatusUsage)
		s.stop("a script cannot be asked for a password: --password-command or IMAPSH_PASSWORD give it")
		return "", false
	}
	return s.asks(t, terminal.Question{Prompt: safe(prompt) + ": ", Secret: true})
}

// secretFor returns the password that a line lacks.
func (s *Shell) secretFor(t *task, ss *session.Session, ask *command.Ask, l inputLine) (string, bool) {
	if s.interactive() {
		secret, ok := s.asks(t, terminal.Question{Prompt: ask.Prompt + ": ", Secret: ask.Secret})
		if !ok {
			s.note(command.MatchLine(l.text).Name + " was not sent")
		}
		return secret, ok
	}
	if user := ss.Target.User; s.opt.Password != nil && (user == "" || strings.HasSuffix(l.text, " "+user)) {
		pw, err := s.opt.Password(ss.Target)
		if err == nil {
			return pw, true
		}
		s.warn(err.Error())
	}
	s.warn("a script cannot be asked for a password: " + command.MaskLine(l.text) + " was not sent; --password-command or IMAPSH_PASSWORD give it")
	s.notSent(StatusUsage)
	return "", false
}

package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/terminal"
)

// consented goes on with then once a command may be sent: one that reveals a
// secret needs a link that can be trusted, or consent.
func (s *Shell) consented(m command.Match, then func()) {
	if by := m.Row().ForbiddenBy; by != "" && s.tag.View().Has(by) {
		s.out.Warn("the server forbids " + m.Name + " here (" + by + "): the password is exposed for nothing")
	}
	if _, reveals := m.Reveals(); !reveals || s.conn.Info().Trust != conn.Clear {
		then()
		return
	}
	name := m.Name
	switch {
	case s.tlsAsked || s.opt.Connect.StartTLS:
		s.refuseSecret(name, "STARTTLS was asked for and did not come about: someone in between may have taken it away")
	case s.consent:
		then()
	case !s.interactive():
		if s.opt.PlaintextAuth {
			then()
			return
		}
		s.refuseSecret(name, "it would send the secret in clear (starttls first, imaps://, or --plaintext-auth)")
	default:
		s.out.Warn(fmt.Sprintf("%s sends the secret in clear to %s: whoever is in between can read it", name, s.conn.Info().Remote))
		s.question(terminal.Question{Prompt: "Send it in clear? [y/N] "}, func(l inputLine, st inputState) {
			if a := strings.ToLower(strings.TrimSpace(l.text)); st == inputHas && (a == "y" || a == "yes") {
				s.consent = true
				then()
				return
			}
			s.out.Note(name + " was not sent")
			s.start = nil
		})
	}
}

func (s *Shell) refuseSecret(name, why string) {
	s.start = nil
	s.raise(StatusFailed)
	if s.interactive() {
		s.out.Warn(name + " was not sent: " + why)
		return
	}
	s.stop("%s was not sent: %s", name, why)
}

// secret gets a secret: from the options, else from the user.
func (s *Shell) secret(prompt string, then func(string)) {
	if s.opt.Password != nil {
		pw, err := s.opt.Password()
		if err == nil {
			then(pw)
			return
		}
		s.out.Warn(err.Error())
	}
	if !s.interactive() {
		s.raise(StatusUsage)
		s.stop("a script cannot be asked for a password: --password-command or IMAPSH_PASSWORD give it")
		return
	}
	s.question(terminal.Question{Prompt: safe(prompt) + ": ", Secret: true}, func(l inputLine, st inputState) {
		if st == inputHas {
			then(l.text)
		} else {
			s.start = nil
		}
	})
}

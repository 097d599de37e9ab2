package repl

import (
	"encoding/base64"
	"strings"

	"github.com/emersion/go-sasl"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/terminal"
	"imapsh/tagger"
)

// A saslExchange answers the challenges of one AUTHENTICATE.
type saslExchange interface {
	// answer takes a challenge, decoded, and gives what is to be sent, not yet encoded.
	answer(challenge []byte) ([]byte, error)
}

// mechanisms are the exchanges that need only a user name and a password.
var mechanisms = map[string]func(user, password string) sasl.Client{
	"PLAIN": func(user, password string) sasl.Client { return sasl.NewPlainClient("", user, password) },
	"LOGIN": sasl.NewLoginClient,
}

// client is an exchange of the SASL library.
type client struct {
	c       sasl.Client
	started bool
}

func (c *client) answer(challenge []byte) ([]byte, error) {
	if !c.started {
		c.started = true
		_, ir, err := c.c.Start()
		if err != nil || ir != nil {
			return ir, err
		}
	}
	return c.c.Next(challenge)
}

// authenticateAsked tells whether an AUTHENTICATE typed at a terminal is to be
// answered by us, after asking for the user and the password.
func (s *Shell) authenticateAsked(line tagger.Line, m command.Match, at place) bool {
	if !s.interactive() || line.Tag != "" || m.Row().Continues != command.SASL || len(m.Words) != 2 {
		return false
	}
	mech := strings.ToUpper(m.Words[1].Text)
	if mechanisms[mech] == nil {
		return false
	}
	s.consented(m, func() {
		s.question(terminal.Question{Prompt: "User name: "}, func(l inputLine, st inputState) {
			if st != inputHas || l.text == "" {
				return
			}
			user := strings.TrimSpace(l.text)
			s.secret("Password for "+user, func(pw string) { s.authenticate(line.Text, mech, user, pw, at) })
		})
	})
	return true
}

// authenticate sends AUTHENTICATE and answers what it is asked.
func (s *Shell) authenticate(text, mech, user, password string, at place) {
	j := s.command(tagger.Line{Text: text, Raw: true}, redirection{}, at)
	if j == nil {
		return
	}
	j.cmd.User = user
	j.sasl = &client{c: mechanisms[mech](user, password)}
	j.then = func(ok bool) {
		if !ok {
			s.start = nil
		}
	}
}

// challenge answers a continuation request of AUTHENTICATE: the exchange does, or
// the user by hand, in base64 as it goes over the wire ("*" cancels, RFC 9051 §6.2.2).
func (s *Shell) challenge(j *job, text []byte) {
	if j.sasl == nil {
		q := terminal.Question{Prompt: "answer in base64 (* cancels): ", Secret: true}
		j.asking = true
		s.question(q, func(l inputLine, st inputState) {
			j.asking = false
			if st != inputHas {
				l.text = "*"
			}
			s.answerChallenge(j, strings.TrimPrefix(l.text, "C: "))
		})
		s.wantLine = true
		return
	}
	answer := "*"
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		s.out.Warn("the challenge is not base64: " + err.Error())
	} else if a, err := j.sasl.answer(raw); err != nil {
		s.out.Warn("the exchange cannot go on: " + err.Error())
	} else {
		answer = base64.StdEncoding.EncodeToString(a)
	}
	s.answerChallenge(j, answer)
}

func (s *Shell) answerChallenge(j *job, answer string) {
	if j.done {
		return
	}
	st := tagger.Step{Kind: tagger.SendText, Bytes: []byte(answer + "\r\n")}
	if answer != "*" && answer != "" {
		st.Secrets = []command.Span{{Start: 0, End: len(answer)}}
	}
	s.showSent(st)
	s.send(conn.Op{Bytes: st.Bytes})
	s.waitTimer()
}

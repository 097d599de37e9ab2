package repl

import (
	"encoding/base64"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/terminal"
	"imapsh/tagger"
)

// authenticateAsked tells whether an AUTHENTICATE typed at a terminal is to be
// answered by us, after asking for the user and the password.
func (s *Shell) authenticateAsked(line tagger.Line, m command.Match, at place) bool {
	if !s.interactive() || line.Tag != "" || m.Row().Continues != command.SASL || len(m.Words) != 2 {
		return false
	}
	mech := sasl.Lookup(m.Words[1].Text)
	if mech == nil || mech.New == nil || mech.Needs != sasl.Password {
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
func (s *Shell) authenticate(text string, mech *sasl.Mechanism, user, password string, at place) {
	exchange, err := mech.New(sasl.Credentials{User: user, Secret: password}, sasl.Binding{})
	if err != nil {
		s.out.Warn(mech.Name + " cannot begin: " + err.Error())
		s.start = nil
		return
	}
	j := s.command(tagger.Line{Text: text, Raw: true}, redirection{}, at)
	if j == nil {
		return
	}
	j.cmd.User = user
	j.sasl = exchange
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
	} else if a, err := j.sasl.Next(raw); err != nil {
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

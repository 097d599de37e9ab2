package session

import (
	"encoding/base64"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// challenged answers a continuation request of AUTHENTICATE: the exchange does, or the user by
// hand, in base64 as it goes over the wire ("*" cancels, RFC 9051 §6.2.2).
func (j *Job) challenged(text []byte) {
	if j.cancelled && j.exchange != nil {
		j.GoesOn()
		return
	}
	if j.exchange == nil {
		j.challenge, j.asking = append(make([]byte, 0, len(text)+1), text...), true
		return
	}
	answer := "*"
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		j.life.s.warn("the challenge is not base64: " + err.Error())
	} else if a, err := j.exchange.Next(raw); err != nil {
		j.life.s.warn("the exchange cannot go on: " + err.Error())
	} else {
		answer = base64.StdEncoding.EncodeToString(a)
	}
	j.answers(answer)
}

// AnswerBy has an exchange answer the challenge at hand and those after it. User is who logs in, and
// secret what the answers hold, which is masked where the server echoes it.
func (j *Job) AnswerBy(x sasl.Exchange, user, secret string) {
	j.life.echo.secrets([]string{secret})
	j.exchange, j.Command.User = x, user
	if j.asking {
		j.challenged(j.challenge)
	}
}

// Answer answers a challenge by hand: base64, or "*" to cancel.
func (j *Job) Answer(typed command.Text) { j.answers(string(typed)) }

func (j *Job) answers(answer string) {
	j.asking = false
	if j.answered || j.ended {
		return
	}
	j.cancelled = answer == "*"
	st := trace.Answer(answer, "\r\n")
	j.life.show(&st)
	j.life.send(conn.Op{Bytes: st.Bytes})
}

// Cancelled reports whether the last answer was "*": the server must refuse the command then.
func (j *Job) Cancelled() bool { return j.cancelled }

// GoesOn ends the connection of an exchange that the server goes on with although it was cancelled:
// that would never end.
func (j *Job) GoesOn() {
	j.life.s.HangUp(j.Command.Tag + " " + j.Command.Match.Name + ": the server goes on though it was cancelled")
}

// Say sends a line that belongs to no command.
func (s *Session) Say(text command.Text, secrets []command.Span) {
	if l := s.life; l != nil {
		st := tagger.Step{Kind: tagger.SendText, Bytes: []byte(text + "\r\n"), Secrets: secrets}
		l.show(&st)
		l.send(conn.Op{Bytes: st.Bytes})
	}
}

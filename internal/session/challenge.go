package session

import (
	"encoding/base64"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/line"
	"imapsh/internal/sasl"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// challenged handles a continuation request of AUTHENTICATE: the exchange answers it, or the user does by hand, in
// base64 as on the wire ("*" cancels, RFC 9051 §6.2.2).
func (j *Job) challenged(text []byte) {
	if j.cancelled && j.exchange != nil {
		j.GoesOn()
		return
	}
	raw, bad := sasl.Decode(strings.TrimSpace(string(text)))
	var read sasl.Reading
	if bad == nil && j.reader != nil {
		read = j.reader.Server(raw)
	}
	if j.exchange == nil {
		j.says(true, read)
		j.warnAll(read.Wrong)
		if bad != nil {
			j.life.s.warn("the challenge is " + bad.Error())
		}
		j.challenge, j.asking = append(make([]byte, 0, len(text)+1), text...), true
		return
	}
	j.respond(raw, bad, read)
}

// respond lets the exchange answer a challenge.
func (j *Job) respond(raw []byte, bad error, read sasl.Reading) {
	var answer []byte
	why := ""
	if bad != nil {
		why = "the challenge is " + bad.Error()
	} else if a, err := j.exchange.Next(raw); err != nil {
		why = "the exchange cannot continue: " + err.Error()
	} else {
		answer = a
	}
	if p, ok := j.exchange.(sasl.Prover); ok && p.Proved() && !j.proved {
		j.proved = true
		read.Fields = append(read.Fields, sasl.Field{Name: "verified", Value: "the server knows the password"})
	}
	j.says(true, read)
	j.warnAll(read.Wrong)
	if why != "" {
		j.life.s.warn(j.life.echo.mask.OfString(why) + "; it is cancelled")
		j.answers("*")
		return
	}
	j.answers(base64.StdEncoding.EncodeToString(answer))
}

// wayIn returns how a command logs in: "LOGIN" or the name of a mechanism; "" if it does not log in.
func wayIn(c *tagger.Command) string {
	args := c.Match.Args()
	switch row := c.Match.Row(); {
	case !row.LogsIn:
		return ""
	case row.Continues != command.SASL:
		return c.Match.Name
	case len(args) > 0:
		return strings.ToUpper(args[0].Text)
	}
	return ""
}

// Tried returns the ways in which a login has been tried on this connection: names of mechanisms, and LOGIN.
func (s *Session) Tried() []string {
	if s.life == nil {
		return nil
	}
	return s.life.tried
}

// readsInitial returns the initial response of an AUTHENTICATE, in base64, and whether it has one.
func (j *Job) readsInitial() (text string, has bool) {
	m := j.Command.Match
	args := m.Args()
	if m.Row().Continues != command.SASL || len(args) == 0 {
		return "", false
	}
	j.reader = sasl.NewReader(args[0].Text, j.life.s.hub.Now)
	if len(args) < 2 || m.Literal != nil {
		return "", false
	}
	if text = args[1].Text; text == "=" {
		text = "" // RFC 4959 §3
	}
	return text, true
}

// readAnswer reads an answer that is about to be sent, and warns of what is wrong with it. ok is false if it is not
// base64.
func (j *Job) readAnswer(text string) (read sasl.Reading, ok bool) {
	raw, err := sasl.Decode(text)
	if err != nil {
		j.life.s.warn("the answer is " + err.Error())
		return read, false
	}
	read = j.reader.Client(raw)
	j.life.echo.secrets(read.Secrets())
	read = j.masked(read)
	j.warnAll(read.Wrong)
	return read, true
}

// masked returns a reading without the secrets that are known by now. It changes the reading in place.
func (j *Job) masked(read sasl.Reading) sasl.Reading {
	mask := &j.life.echo.mask
	for i := range read.Fields {
		f := &read.Fields[i]
		f.Name, f.Value = mask.OfString(f.Name), mask.OfString(f.Value)
	}
	for i := range read.Wrong {
		read.Wrong[i] = mask.OfString(read.Wrong[i])
	}
	return read
}

// says shows what a message of the exchange says.
func (j *Job) says(server bool, read sasl.Reading) {
	if server {
		read = j.masked(read)
	}
	if len(read.Fields) == 0 {
		return
	}
	l := j.life
	name := strings.ToUpper(j.Command.Match.Args()[0].Text)
	l.s.hear(&trace.Event{Kind: trace.Exchange, At: l.s.hub.Now(), Of: j.Command, Message: &trace.Message{Mechanism: name, Server: server, Fields: read.Fields}})
}

func (j *Job) warnAll(wrong []string) {
	for _, w := range wrong {
		j.life.s.warn(w)
	}
}

// AnswerBy lets an exchange answer the current challenge and those after it. user is who logs in; secret is what the
// answers hold, and is masked if the server echoes it.
func (j *Job) AnswerBy(x sasl.Exchange, user, secret string) {
	j.life.echo.secrets([]string{secret})
	j.exchange, j.Command.User = x, user
	if j.asking { // the challenge has been read already
		raw, bad := sasl.Decode(strings.TrimSpace(string(j.challenge)))
		j.respond(raw, bad, sasl.Reading{})
	}
}

// Answer answers a challenge by hand, with base64 or with "*" to cancel.
func (j *Job) Answer(typed command.Text) { j.answers(string(typed)) }

func (j *Job) answers(answer string) {
	j.asking = false
	if j.answered || j.ended {
		return
	}
	j.cancelled = answer == "*"
	st := trace.Answer(answer, "\r\n")
	var read sasl.Reading
	if !j.cancelled && j.reader != nil {
		read, st.Read = j.readAnswer(answer)
	}
	j.show(&st)
	j.says(false, read)
	j.life.send(conn.Op{Bytes: st.Bytes})
}

// Cancelled reports whether the last answer was "*"; the server must then refuse the command.
func (j *Job) Cancelled() bool { return j.cancelled }

// GoesOn closes the connection because the server continues a cancelled exchange, which would never end.
func (j *Job) GoesOn() {
	j.life.s.HangUp(j.Command.Tag + " " + j.Command.Match.Name + ": the server continues although it was cancelled")
}

// Say sends a line that belongs to no command. secrets are its secret parts, as offsets in bytes.
func (s *Session) Say(text command.Text, secrets []command.Span) {
	if l := s.life; l != nil {
		st := tagger.Step{Kind: tagger.SendText, Bytes: []byte(text + "\r\n"), Secrets: secrets}
		l.show(&st, s.hub.Now(), nil, line.Place{})
		l.send(conn.Op{Bytes: st.Bytes})
	}
}

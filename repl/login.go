package repl

import (
	"cmp"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/sasl"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/text"
	"imapsh/internal/transcript"
	"imapsh/tagger"
)

// connect connects a session and does everything that precedes its first line. It reports whether the connection is
// open afterwards.
func (s *Shell) connect(t *task, ss *session.Session) bool {
	if note := ss.Target.Note; note != "" {
		s.paragraph(note)
	}
	before := s.doing
	s.doing = doing{session: ss, restores: before.restores}
	defer func() { s.doing = before }()
	ss.Dial()
	if s.until(t, func() bool { return !ss.Connecting() }) != nil {
		if ss.Connected() { // the server has sent no greeting
			s.note("quit without waiting for the server")
		} else {
			s.note("gave up connecting")
		}
		ss.Close()
		if !s.outcome.opened {
			s.outcome.raise(StatusInterrupted)
			s.quit = true
		}
		return false
	}
	if !ss.Open() {
		s.quit = s.none() && (!s.outcome.opened || !s.interactive())
		return false
	}
	s.opening(t, ss)
	return ss.Open()
}

// opening does what the command line asks for: STARTTLS, the login, the mailbox. Each step needs the one before.
func (s *Shell) opening(t *task, ss *session.Session) {
	target := ss.Target
	if (s.set.StartTLS || target.Found) && ss.Info().State == nil && !s.demandTLS(t, ss) {
		return
	}
	if target.Found && !s.vouched(t, ss) {
		return
	}
	switch {
	case target.User == "" && mechanismOf(target.Auth, s.set.Mech) == "":
	case ss.State().PreAuth:
		s.note("already logged in by the server (PREAUTH); not logging in as " + cmp.Or(target.User, "anybody"))
	case !s.login(t, ss, target.User):
		return
	}
	if target.Mailbox == "" {
		return
	}
	verb := command.Text("EXAMINE")
	if s.set.Select && !s.set.ReadOnly {
		verb = "SELECT"
	}
	mailbox, err := command.MailboxValue(target.Mailbox)
	if err != nil {
		s.usage(err.Error())
		return
	}
	s.do(t, ss, session.Request{Line: tagger.Line{Text: verb, Values: []command.Value{mailbox}}})
}

// demandTLS performs STARTTLS. If that fails, it closes the connection, which must not be used.
func (s *Shell) demandTLS(t *task, ss *session.Session) bool {
	if ss.State().PreAuth {
		s.warn("STARTTLS is not possible after PREAUTH, but " + s.demanded(ss) + " requires it; closing the connection")
		s.outcome.raise(StatusConnection)
	} else if s.do(t, ss, session.Request{Line: tagger.Line{Text: "STARTTLS"}}) || !ss.Connected() {
		return ss.Connected()
	} else {
		s.warn(s.demanded(ss) + " requires it; closing the connection")
		s.outcome.raise(StatusFailed)
	}
	ss.Close()
	s.quit = s.none()
	return false
}

// demanded says what requires TLS.
func (s *Shell) demanded(ss *session.Session) string {
	if ss.Target.Found && !s.set.StartTLS {
		return "a server that DNS has named (RFC 8314)"
	}
	return "--starttls"
}

// vouched reports whether it is safe to log in to a server that DNS has named: its certificate belongs to the mail
// domain, or the user agrees. Otherwise a forged DNS record could steal a password.
func (s *Shell) vouched(t *task, ss *session.Session) bool {
	info := ss.Info()
	target := ss.Target
	if info.Vouches(target.Domain) {
		return true
	}
	domain := safe(target.Domain)
	why := "DNS says that the mail of " + domain + " is at " + safe(target.Host) + ", but its certificate names neither " + domain + " nor a host below it"
	if !info.Verified && !info.Pinned {
		why = "DNS says that the mail of " + domain + " is at " + safe(target.Host) + ", and its certificate is not verified"
	}
	s.warn(why + ": a forged DNS record would look the same")
	if s.interactive() && s.yes(t, "Log in to "+safe(target.Host)+"?") {
		return true
	}
	there := target
	there.Domain, there.Found = "", false
	s.note("nobody was logged in; a URL names the server itself: " + there.String())
	s.outcome.raise(StatusConnection)
	ss.Close()
	s.quit = s.none()
	return false
}

// login logs a user in: with LOGIN, or with a mechanism if one is chosen or LOGIN is disabled.
func (s *Shell) login(t *task, ss *session.Session, user string) bool {
	m, ok := s.wayIn(t, ss)
	switch {
	case !ok:
		return false
	case m != nil:
		return s.logInBy(t, ss, authenticateLine(m), m, user, line.Place{})
	case user == "":
		if user = s.asksUser(t, ss); user == "" {
			return false
		}
	}
	if !s.consented(t, ss, command.MatchLine("LOGIN x x")) {
		return false
	}
	secret, ok := s.secretForUser(t, ss, user, sasl.Password)
	if !ok {
		return false
	}
	values, err := loginValues(user, secret.Text)
	if err != nil {
		s.refuse("LOGIN", err.Error())
		return false
	}
	ok = s.do(t, ss, session.Request{Line: tagger.Line{Text: "LOGIN", Values: values}, SecretFrom: secret.From})
	s.keep(ownerOf(ss.Target, user, sasl.Password), secret, ok)
	return ok
}

// loginValues returns the arguments of LOGIN.
func loginValues(user, secret string) ([]command.Value, error) {
	name, err := command.AStringValue("the user's name", user)
	if err != nil {
		return nil, err
	}
	password, err := command.SecretValue(secret)
	return []command.Value{name, password}, err
}

// challenged lets the user answer a challenge by hand, in base64 as on the wire. In a script or a paste, the next
// line is the answer only if it looks like one; otherwise it may be a command.
func (s *Shell) challenged(t *task, ss *session.Session, j *session.Job) {
	if j.Cancelled() && !s.interactive() { // no line of a script can be an answer now
		j.GoesOn()
		_ = s.until(t, j.Ended)
		return
	}
	q := terminal.Question{Prompt: "answer in base64 (* cancels): ", Secret: true}
	l, st := s.asksLine(t, q, func() bool { return j.Wants() != session.Answer })
	switch {
	case st == inputWait: // the server has answered the command meanwhile
	case st == inputEnd && j.Cancelled(): // the second Ctrl-C
		s.abandon(ss, j)
	case st == inputEnd:
		j.Answer("*")
	case l.stream != nil && l.stream.Line(l.text, l.at.Line) != transcript.Run:
		if begun := s.begins(t, l); begun != nil {
			s.goesOn(t, ss, j, begun)
		} else {
			j.Answer("*")
		}
	case (l.at.Name != "" || l.of != nil) && !isAnswer(string(l.text)):
		s.input.putAhead(l)
		s.note("the next line is not an answer to the challenge; the exchange was cancelled")
		j.Answer("*")
	default:
		j.Answer(l.text)
	}
}

// isAnswer reports whether a line can answer a challenge, and is not a command.
func isAnswer(text string) bool { return transcript.IsAnswer(text) && command.Lookup(text) == nil }

// refusedAnswers drops lines that were typed ahead or pasted to answer an AUTHENTICATE that was refused before the
// server sent a challenge: they are secrets, and must not be run as commands.
func (s *Shell) refusedAnswers(t *task, j *session.Job) {
	if !j.Answered() || j.Asked() || j.OK() || len(j.Command.Match.Words) != 2 {
		return
	}
	dropped := 0
	for s.input.ready() || len(s.input.inputs) > 0 && s.until(t, s.input.ready) == nil {
		l, st := s.take()
		if st != inputHas {
			break
		}
		if l.replay != nil || !answers(string(l.text)) || l.stream != nil && l.stream.Line(l.text, l.at.Line) != transcript.Run {
			s.input.putAhead(l)
			break
		}
		dropped++
	}
	if dropped > 0 {
		s.note(text.Plural(dropped, "line") + " for the refused " + j.Command.Match.Name + " dropped, not sent")
	}
}

// answers reports whether a line may be an answer in an exchange: one word that is not a command.
func answers(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && !strings.ContainsAny(line, " \t") && line[0] != '#' && !isBareWord(line) && command.Lookup(line) == nil
}

// leave ends the sessions once the input has ended: it waits for commands in flight, and sends LOGOUT on open
// sessions.
func (s *Shell) leave(t *task) {
	defer s.delivered(t)
	s.unread = 0
	for _, ss := range s.sessions {
		if !ss.Connected() || s.quit {
			continue
		}
		if s.waitsFor(t, ss) != nil || !s.outcome.silent && !s.logOut(t, ss) {
			s.leftNow()
			return
		}
	}
}

// waitsFor waits for everything in flight on a session, except an IDLE.
func (s *Shell) waitsFor(t *task, ss *session.Session) error {
	return s.untilServer(t, ss, func() bool { return len(ss.InFlight()) == 0 || ss.Idling() != nil && len(ss.InFlight()) == 1 })
}

// leftNow handles Ctrl-C while leaving.
func (s *Shell) leftNow() {
	s.note("quit without waiting for the server")
	s.outcome.raise(StatusInterrupted)
}

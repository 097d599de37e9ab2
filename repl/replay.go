package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/line"
	"imapsh/internal/sasl"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/text"
	"imapsh/internal/transcript"
	"imapsh/tagger"
)

// mayReplay returns why a transcript must not run in a script; nil if it may. It must not if it contains nothing to
// run, or needs a password that cannot be asked for.
func (s *Shell) mayReplay(b *transcript.Block, name string) error {
	runs := false
	for i := range b.Lines {
		l := &b.Lines[i]
		runs = runs || l.Kind == transcript.Command
		if l.Asks && s.opt.Password == nil {
			return fmt.Errorf("%s, line %d: %s needs a password that is not in the transcript; %s", name, l.At, l.Name, s.givesSecret(sasl.Password))
		}
		if l.Asks && l.User != "" && !s.isTargets(l.User) {
			return fmt.Errorf("%s, line %d: %s needs the password of %s, who is not the user on the command line", name, l.At, l.Name, safe(l.User))
		}
	}
	if !runs {
		return fmt.Errorf("%s is a transcript: %s", name, strings.Join(b.Notes, "; "))
	}
	return nil
}

// isTargets reports whether the password that the options know belongs to this user.
func (s *Shell) isTargets(user string) bool {
	target := s.opt.Target
	return target != nil && (target.User == "" || target.User == user)
}

// replay runs a transcript: it sends each step unchanged, once the one before has been answered.
func (s *Shell) replay(t *task, l inputLine) {
	b := l.replay
	if !s.interactive() {
		if err := s.mayReplay(b, l.at.Name); err != nil {
			s.notSent(StatusUsage)
			s.stop("%s; none of it was sent", err)
			return
		}
	}
	s.note(announced(b))
	for _, n := range b.Notes {
		s.note(n)
	}
	front := s.front
	for i := range b.Lines {
		step := &b.Lines[i]
		at := l.at
		at.Line = step.At
		s.input.at = at
		if s.step(t, front, step, at) && !s.quit && !s.outcome.stopped {
			continue
		}
		if n := len(b.Lines) - i - 1; n > 0 {
			s.note(fmt.Sprintf("the rest of the transcript was skipped: %s", text.Plural(n, "step")))
		}
		return
	}
}

// step performs one step of a transcript, and reports whether the next one may follow.
func (s *Shell) step(t *task, ss *session.Session, l *transcript.Line, at line.Place) bool {
	if l.Conn != "" {
		if ss = s.named(l.Conn); ss == nil || !ss.Connected() {
			s.warn(fmt.Sprintf("%s: no connection is named %s", at, safe(l.Conn)))
			s.notSent(StatusUsage)
			return false
		}
	}
	if ss == nil || !ss.Connected() {
		s.warn(fmt.Sprintf("not connected: %s was not sent (:reconnect)", l.Name))
		s.notSent(StatusConnection)
		return false
	}
	s.sayMended(line.Mended{Notes: l.Notes, Odd: l.Odd})
	switch l.Kind {
	case transcript.Doubt:
		s.warn(l.Says)
		s.failure(l.Says)
		return true
	case transcript.Done:
		return s.endIdle(t, ss)
	case transcript.AsIs:
		if l.Destroys && !s.mayDestroyAsIs(t, ss, l, at) {
			return false
		}
		return s.sendsAsIs(t, ss, l.Bytes, at)
	}
	return s.stepCommand(t, ss, l, at)
}

// endIdle ends the IDLE of a session, and reports whether the next line may follow.
func (s *Shell) endIdle(t *task, ss *session.Session) bool {
	var j *session.Job
	if ss != nil {
		j = ss.Idling()
	}
	if j == nil {
		s.note("DONE was not sent: no IDLE is running")
		return true
	}
	j.EndIdle()
	return s.untilServer(t, ss, j.Ended) == nil || !s.given(ss, j)
}

// stepCommand sends a command of a transcript, and waits for its end.
func (s *Shell) stepCommand(t *task, ss *session.Session, l *transcript.Line, at line.Place) bool {
	if l.Tag == "" { // it was sent with :send
		ss.Say(l.Text, command.MatchLine(string(l.Text)).Secrets)
		return true
	}
	rest := l.Text[len(l.Tag):].TrimLeft()
	cmd := tagger.Line{Tag: l.Text[:len(l.Tag)], Blank: l.Text[len(l.Tag) : len(l.Text)-len(rest)], Text: rest}
	m := cmd.Match()
	if why := needless(ss, l, m); why != "" {
		s.note(fmt.Sprintf("%s: %s was not sent, %s", at, m.Name, why))
		return true
	}
	if !s.reach(t, ss, m.Name) || !s.readOnly(ss, &cmd) || s.held(t, ss, *m, at) || !s.forced(t, l, at) {
		return false
	}
	if l.Asks {
		return s.logsIn(t, ss, cmd, l, at)
	}
	if !s.confirmed(t, ss, m) || !s.consented(t, ss, m) {
		return false
	}
	req := session.Request{Line: cmd, At: at}
	if m.Row().Continues == command.Idle {
		req.Hears = append(req.Hears, &idler{s: s, on: ss})
	}
	s.sayDoubts(ss, &cmd)
	return s.drive(t, ss, s.start(ss, req), l)
}

// needless returns why a command need not be sent: the connection has what it would give, or it was refused in the
// transcript before it was complete. It returns "" if the command must be sent.
func needless(ss *session.Session, l *transcript.Line, m *command.Match) string {
	row := m.Row()
	switch {
	case row.Layer == command.TLS && ss.Info().State != nil:
		return "TLS is already active"
	case row.Layer == command.Deflate && ss.Info().Compressed:
		return "the connection is already compressed"
	case row.LogsIn && ss.State().State != command.NotAuthenticated:
		return "the connection is already logged in"
	case m.Literal != nil && len(l.Pieces) == 0 && !l.Asks:
		return "it was refused before its literal was sent"
	}
	return ""
}

// forced reports whether a command may be sent although it is doubtful that the client sent it in the transcript.
func (s *Shell) forced(t *task, l *transcript.Line, at line.Place) bool {
	if !l.NeedsForce || s.set.Force {
		return true
	}
	if !s.interactive() {
		s.notSent(StatusUsage)
		s.stop("stopped at %s: %s not sent; in a transcript without marks it needs --force", at, l.Name)
		return false
	}
	if s.yes(t, fmt.Sprintf("%s: send %s?", at, l.Name)) {
		return true
	}
	s.note(l.Name + " was not sent")
	return false
}

// drive gives a command the bytes and answers that a transcript has for it, and waits for its end. It reports whether
// the next step may follow.
func (s *Shell) drive(t *task, ss *session.Session, j *session.Job, l *transcript.Line) bool {
	return s.driveTo(t, ss, j, l, (*session.Job).Ended)
}

// driveTo is like drive, but stops as soon as enough returns true.
func (s *Shell) driveTo(t *task, ss *session.Session, j *session.Job, l *transcript.Line, enough func(*session.Job) bool) bool {
	before := s.doing
	s.doing = doing{session: ss, job: j, watching: before.watching}
	defer func() { s.doing = before }()
	pieces, answers := l.Pieces, l.Answers
	for !j.Ended() && !enough(j) {
		switch j.Wants() {
		case session.Octets, session.Rest:
			switch {
			case j.Refused():
				j.Drop()
			case len(pieces) == 0:
				s.warn(l.Name + " cannot continue: the transcript does not have the rest; closing the connection")
				s.failure(l.Name + " could not continue")
				s.outcome.raise(StatusUsage)
				ss.Fail(nil)
			case j.Wants() == session.Octets:
				j.Feed(pieces[0].Octets)
			default:
				next := pieces[0].Text
				pieces = pieces[1:]
				j.Continue(next)
			}
		case session.Answer:
			if len(answers) == 0 {
				s.note("the transcript has no answer to this; the exchange was cancelled")
				j.Answer("*")
				continue
			}
			next := answers[0]
			answers = answers[1:]
			j.Answer(next)
		case session.Pushes:
			return true
		default:
			turned := func() bool { return j.Ended() || enough(j) || j.Wants() != session.Nothing }
			if s.untilServer(t, ss, turned) != nil && s.given(ss, j) {
				return false
			}
		}
	}
	return true
}

// logsIn performs a login for which the transcript has no secret that could be sent again.
func (s *Shell) logsIn(t *task, ss *session.Session, cmd tagger.Line, l *transcript.Line, at line.Place) bool {
	reveals := command.MatchLine("LOGIN x x")
	if l.Mechanism != "" {
		reveals = command.MatchLine(string(cmd.Text))
	}
	mech := sasl.Lookup(l.Mechanism)
	if l.Mechanism != "" && (mech == nil || mech.New == nil || mech.Needs == sasl.Nothing) {
		if mech == nil || mech.Needs != sasl.Password {
			text := fmt.Sprintf("%s: AUTHENTICATE %s cannot be replayed", at, safe(l.Mechanism))
			s.warn(text)
			s.failure(text)
			return true
		}
		s.note(fmt.Sprintf("%s: an exchange of %s cannot be replayed; logging in another way", at, mech.Name))
		user, ok := s.userOf(t, ss, l)
		return ok && s.login(t, ss, user)
	}
	if !s.consented(t, ss, reveals) {
		return false
	}
	user, ok := s.userOf(t, ss, l)
	if !ok {
		return false
	}
	needs := sasl.Password
	if mech != nil {
		needs = mech.Needs
	}
	secret, ok := s.secretOf(t, ss, user, needs)
	if !ok {
		return false
	}
	if mech != nil {
		s.exchange(t, ss, cmd, mech, s.credentials(ss, user, secret), at)
		return ss.Connected()
	}
	if cmd.Secret = &secret.Text; len(cmd.Match().Words) == 1 { // the user's name was a literal
		values, err := loginValues(user, secret.Text)
		if err != nil {
			s.refuse("LOGIN", err.Error())
			return false
		}
		cmd.Values = values
	}
	return s.drive(t, ss, s.start(ss, session.Request{Line: cmd, At: at}), l)
}

// userOf returns the user that a transcript logs in, or asks for the name.
func (s *Shell) userOf(t *task, ss *session.Session, l *transcript.Line) (string, bool) {
	switch {
	case l.User != "":
		return l.User, true
	case ss.Target.User != "" || !s.interactive():
		return ss.Target.User, ss.Target.User != ""
	}
	user, ok := s.asks(t, terminal.Question{Prompt: "User name: "})
	user = strings.TrimSpace(user)
	return user, ok && user != ""
}

// secretOf returns the password of a user named in a transcript. The options know only the password of the user on
// the command line.
func (s *Shell) secretOf(t *task, ss *session.Session, user string, needs sasl.Needs) (Secret, bool) {
	if s.isTargets(user) && sameServer(ss.Target, *s.opt.Target) {
		target := ss.Target
		target.User = user
		if pw, known, ok := s.password(t, target, needs); known {
			return pw, ok
		}
	}
	if !s.interactive() {
		s.notSent(StatusUsage)
		s.stop("a script cannot be asked for the %s of %s; %s", needs, safe(user), s.givesSecret(needs))
		return Secret{}, false
	}
	return s.asksSecret(t, needs.Title()+" for "+safe(user)+": ")
}

func sameServer(a, b conn.Target) bool {
	return a.Host == b.Host && a.Port == b.Port && a.Path == b.Path
}

// goesOn gives a command that is under way what a transcript, which has begun meanwhile, has for it.
func (s *Shell) goesOn(t *task, ss *session.Session, j *session.Job, l *transcript.Line) {
	mech := sasl.Lookup(l.Mechanism)
	if l.Asks && (mech == nil || mech.New != nil) && (mech != nil || j.Wants() == session.Octets) {
		needs := sasl.Password
		if mech != nil {
			needs = mech.Needs
		}
		user, ok := s.userOf(t, ss, l)
		var secret Secret
		if ok {
			secret, ok = s.secretOf(t, ss, user, needs)
		}
		switch {
		case !ok || j.Ended():
		case mech == nil:
			l.Pieces = s.octetsOfLogin(j, user, secret.Text)
		default:
			if x, err := mech.New(s.credentials(ss, user, secret), s.bindingFor(ss, ss.View(), mech)); err == nil {
				j.AnswerBy(x, user, secret.Text)
			}
		}
	}
	s.drive(t, ss, j, l)
}

// octetsOfLogin returns the rest of a LOGIN that has announced a literal and whose secret is not in the transcript;
// nil if the announced size does not match.
func (s *Shell) octetsOfLogin(j *session.Job, user, secret string) []transcript.Piece {
	last := transcript.Piece{Octets: []byte(secret)}
	switch {
	case j.Secret() && j.Size() == int64(len(secret)):
		return []transcript.Piece{last}
	case !j.Secret() && j.Size() == int64(len(user)):
		return []transcript.Piece{{Octets: []byte(user), Text: command.Text(fmt.Sprintf(" {%d}", len(secret)))}, last}
	}
	s.warn(fmt.Sprintf("LOGIN announced a literal of %s, which is not the size of what would be sent", text.Plural(int(j.Size()), "byte")))
	return nil
}

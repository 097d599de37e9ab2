package repl

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/line"
	"imapsh/internal/sasl"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/tagger"
)

// Values of --mech and --channel-binding that are not names.
const (
	bestMechanism = "auto"
	noBinding     = "none"
)

// mechanisms returns the values of --mech: off, auto and the mechanisms that are built in.
func mechanisms() words[string] {
	out := words[string]{{"off", ""}, {bestMechanism, bestMechanism}}
	for i := range sasl.Mechanisms() {
		if m := &sasl.Mechanisms()[i]; m.New != nil {
			out = append(out, struct{ word, value string }{m.Name, m.Name})
		}
	}
	return out
}

// mech returns the setting of the mechanism for logging in. If a mechanism is known but not built in, its error says
// that the user can answer by hand.
func mech() Setting {
	r := choice("mech", "log in by this SASL mechanism, or by the best one offered: auto", OfServers, mechanisms(), func(s *Settings) *string { return &s.Mech }, nil)
	known := r.set
	r.set = func(s *Settings, value string) error {
		if m := sasl.Lookup(value); m != nil && m.New == nil {
			return &conn.UsageError{Text: m.Name + " is not built in", Hint: "AUTHENTICATE " + m.Name + " lets you answer by hand, in base64"}
		}
		return known(s, value)
	}
	return r
}

// channelBindings returns the values of --channel-binding.
func channelBindings() words[string] {
	out := words[string]{{"auto", ""}, {noBinding, noBinding}}
	for _, name := range sasl.BindingTypes() {
		out = append(out, struct{ word, value string }{name, name})
	}
	return out
}

// mechanismOf returns the name of the mechanism for a login, as chosen by the URL or the settings: "" means the
// command LOGIN, bestMechanism the best one offered.
func mechanismOf(auth, mech string) string {
	if auth == "*" {
		return bestMechanism
	}
	return cmp.Or(auth, mech)
}

// Needs returns what a login at a target with ";AUTH=auth" in its URL needs: a password, a token or nothing.
func (s *Settings) Needs(auth string) sasl.Needs {
	if m := sasl.Lookup(mechanismOf(auth, s.Mech)); m != nil {
		return m.Needs
	}
	return sasl.Password
}

// wayIn returns the mechanism to log in with when a connection has been made; nil means the command LOGIN. It returns
// false if there is no way to log in, and has said so.
func (s *Shell) wayIn(t *task, ss *session.Session) (*sasl.Mechanism, bool) {
	name := mechanismOf(ss.Target.Auth, s.set.Mech)
	disabled := ss.View().Has("LOGINDISABLED") // RFC 9051 §6.2.3
	switch {
	case name == "" && !disabled && s.set.AuthzID == "":
		return nil, true
	case name == "" || name == bestMechanism:
		pressed := s.ctrlC()
		best := s.best(t, ss)
		if len(best) > 0 {
			return best[0], true
		}
		if pressed() {
			s.note("nobody was logged in")
			return nil, false
		}
		if disabled {
			s.refuse("LOGIN", "the server does not allow it here (LOGINDISABLED); try --starttls or imaps://")
			return nil, false
		}
		if s.set.AuthzID != "" {
			s.refuse("LOGIN", "it carries no identity to act as (--authzid), and no mechanism that does is offered")
			return nil, false
		}
		return nil, ss.Connected()
	}
	return s.mechanism(name)
}

// mechanism returns a mechanism that is built in; it returns false, and says so, if the name is not one.
func (s *Shell) mechanism(name string) (*sasl.Mechanism, bool) {
	m := sasl.Lookup(name)
	switch {
	case m == nil:
		s.refuse("AUTHENTICATE", fmt.Sprintf("%s is not a mechanism that imapsh knows; authenticate %s lets you answer by hand, in base64", safe(name), safe(name)))
		return nil, false
	case m.New == nil:
		s.refuse("AUTHENTICATE", fmt.Sprintf("%s is not built in; authenticate %s lets you answer by hand, in base64", m.Name, m.Name))
		return nil, false
	}
	return m, true
}

// best returns the offered mechanisms that take a password, the best one first. If the capabilities are not known, it
// asks the server for them.
func (s *Shell) best(t *task, ss *session.Session) []*sasl.Mechanism {
	if ss.View().Caps == nil && !s.do(t, ss, session.Request{Line: tagger.Line{Text: "CAPABILITY"}}) {
		return nil
	}
	v := ss.View()
	bound := len(s.bindingOf(ss).Data) > 0
	var out []*sasl.Mechanism
	for _, m := range sasl.Best(sasl.Password, bound, func(name string) bool { return v.Has("AUTH=" + name) }) {
		if s.set.AuthzID == "" || m.Acts {
			out = append(out, m)
		}
	}
	return out
}

// bindingOf returns what binds an exchange to the TLS of a session, according to the settings.
func (s *Shell) bindingOf(ss *session.Session) sasl.Binding {
	if s.set.Binding == noBinding {
		return sasl.Binding{Why: fmt.Errorf("--channel-binding is %s", noBinding)}
	}
	return sasl.Bind(s.set.Binding, ss.Info().State)
}

func misusedAuth(arg command.Text, _ bool) string {
	if len(arg.Fields()) > 2 {
		return "usage: :auth [MECH [USER]]; the secret is asked for"
	}
	return ""
}

// authCommand is ":auth [MECH [USER]]".
func (s *Shell) authCommand(t *task, c call) {
	if c.on == nil || !c.on.Connected() {
		s.warn("not connected: nothing was sent (:reconnect)")
		s.notSent(StatusConnection)
		return
	}
	words := c.arg.Fields()
	var m *sasl.Mechanism
	if len(words) == 0 {
		if s.inVain(c.on, command.MatchLine("AUTHENTICATE"), true) {
			return
		}
		pressed := s.ctrlC()
		best := s.best(t, c.on)
		if pressed() {
			s.note("nobody was logged in")
			return
		}
		if len(best) == 0 {
			s.refuse("AUTHENTICATE", "no mechanism that is offered here takes a password")
			return
		}
		m = best[0]
	} else {
		var ok bool
		if m, ok = s.mechanism(string(words[0])); !ok {
			return
		}
	}
	user := c.on.Target.User
	if len(words) == 2 {
		user = string(words[1])
	}
	s.logInBy(t, c.on, authenticateLine(m), m, user, c.line.at)
}

// authenticateLine returns the command that begins an exchange.
func authenticateLine(m *sasl.Mechanism) tagger.Line {
	name, _ := command.AtomText(m.Name)
	return tagger.Line{Text: "AUTHENTICATE " + name}
}

// logInBy logs a user in with a mechanism, and asks for what is missing: the user too, if user is "".
func (s *Shell) logInBy(t *task, ss *session.Session, cmd tagger.Line, m *sasl.Mechanism, user string, at line.Place) bool {
	if s.set.AuthzID != "" && !m.Acts {
		s.refuse(m.Name, "it carries no identity to act as (--authzid)")
		return false
	}
	if s.inVain(ss, cmd.Match(), m.Needs != sasl.Nothing) || !s.consented(t, ss, cmd.Match()) {
		return false
	}
	secret := Secret{}
	if m.Needs != sasl.Nothing {
		if user == "" {
			if user = s.asksUser(t, ss); user == "" {
				return false
			}
		}
		var ok bool
		if secret, ok = s.secretForUser(t, ss, user, m.Needs); !ok {
			return false
		}
	}
	ok := s.exchange(t, ss, cmd, m, s.credentials(ss, user, secret), at)
	s.keep(ownerOf(ss.Target, user, m.Needs), secret, ok)
	return ok
}

// asksUser asks who logs in. It returns "" if the user gives no name.
func (s *Shell) asksUser(t *task, ss *session.Session) string {
	if !s.interactive() {
		s.outcome.raise(StatusUsage)
		s.stop("a script cannot be asked for the user's name: imaps://user@host has it, or :auth MECH USER")
		return ""
	}
	prompt, known := "User name: ", ss.Target.User
	if known != "" {
		prompt = "User name [" + safe(known) + "]: "
	}
	user, ok := s.asks(t, terminal.Question{Prompt: prompt})
	if !ok {
		return ""
	}
	return cmp.Or(strings.TrimSpace(user), known)
}

// secretForUser returns the password or token of a user, who need not be the one in the URL: the options know secrets
// per user.
func (s *Shell) secretForUser(t *task, ss *session.Session, user string, needs sasl.Needs) (Secret, bool) {
	if secret, kept := s.kept[ownerOf(ss.Target, user, needs)]; kept && s.doing.restores {
		return secret, true
	}
	target := ss.Target
	target.User = user
	if secret, known, ok := s.password(t, target, needs); known {
		return secret, ok
	}
	if !s.interactive() {
		s.outcome.raise(StatusUsage)
		s.stop("a script cannot be asked for the %s of %s; %s", needs, safe(user), s.givesSecret(needs))
		return Secret{}, false
	}
	of := user
	if user == ss.Target.User {
		of += "@" + ss.Target.Host
	}
	return s.asksSecret(t, needs.Title()+" for "+safe(of)+": ")
}

// credentials returns what a mechanism needs to know.
func (s *Shell) credentials(ss *session.Session, user string, secret Secret) sasl.Credentials {
	port, _ := strconv.Atoi(ss.Target.Port)
	return sasl.Credentials{User: user, As: s.set.AuthzID, Secret: secret.Text, Source: secret.From, Host: ss.Target.Host, Port: port}
}

// exchange sends AUTHENTICATE as cmd says, and answers the challenges.
func (s *Shell) exchange(t *task, ss *session.Session, cmd tagger.Line, m *sasl.Mechanism, who sasl.Credentials, at line.Place) bool {
	cmd.Raw = true
	if !s.reach(t, ss, "AUTHENTICATE") { // the connection may have been lost while the user was asked
		return false
	}
	v := ss.View()
	x, err := m.New(who, s.bindingFor(ss, v, m))
	if err != nil {
		s.refuse(m.Name, err.Error())
		return false
	}
	if v.Caps != nil && !v.MoreCaps && !v.Has("AUTH="+m.Name) {
		s.warn(m.Name + " is not offered here" + offeredNote(v))
	}
	req := session.Request{Line: cmd, At: at, Exchange: x, User: cmp.Or(who.As, who.User), Secrets: []string{who.Secret}, SecretFrom: who.Source}
	if m.Needs == sasl.Nothing && !m.Acts {
		req.User = "" // the name is only a trace, not an account
	}
	if m.First && cmd.Tag == "" && !s.set.NoSASLIR && v.Caps != nil && v.Offers("SASL-IR") { // RFC 4959
		if req.Initial, err = x.Next(nil); err != nil {
			s.refuse(m.Name, err.Error())
			return false
		}
		if req.Initial == nil {
			req.Initial = []byte{}
		}
	}
	ok := s.do(t, ss, req)
	if err := x.Ended(ok, nil); err != nil {
		s.warn(err.Error())
		s.outcome.raise(StatusFailed)
		if ok {
			s.notTrusted(ss, m)
		}
		return false
	}
	return ok
}

// notTrusted stops a script whose server has accepted the login without proving itself.
func (s *Shell) notTrusted(ss *session.Session, m *sasl.Mechanism) {
	s.failure(m.Name + " did not prove the server")
	if !s.interactive() {
		s.stop("nothing more is sent to a server that has not proved itself")
		s.outcome.silent = true
		ss.Close()
	}
}

// bindingFor returns the channel binding for a mechanism's exchange.
func (s *Shell) bindingFor(ss *session.Session, v *command.View, m *sasl.Mechanism) sasl.Binding {
	b := s.bindingOf(ss)
	if m.Binds {
		return b
	}
	// RFC 5802 §6: said only if the server is known to offer nothing of the kind.
	return sasl.Binding{Able: len(b.Data) > 0 && v.Caps != nil && !v.MoreCaps && !v.Has("AUTH="+m.Name+"-PLUS")}
}

// offeredNote lists the mechanisms that are offered.
func offeredNote(v *command.View) string {
	names := offered(v)
	if len(names) == 0 {
		return ", nor is any other mechanism"
	}
	return "; offered are " + strings.Join(names, ", ")
}

// offered returns the mechanisms that a server offers and imapsh knows, in the order of the table.
func offered(v *command.View) []string {
	var names []string
	for _, m := range sasl.Mechanisms() {
		if v.Has("AUTH=" + m.Name) {
			names = append(names, m.Name)
		}
	}
	return names
}

// exchangeFor returns the mechanism of an AUTHENTICATE that the shell should answer for the user: without an initial
// response, without the user's own tag, and not followed by an answer in base64. A script must have the user's name
// and a source for the password.
func (s *Shell) exchangeFor(ss *session.Session, cmd tagger.Line, m *command.Match) (*sasl.Mechanism, bool) {
	if cmd.Tag != "" || m.Row().Continues != command.SASL || len(m.Words) != 2 {
		return nil, false
	}
	mech := sasl.Lookup(m.Words[1].Text)
	if mech == nil || mech.New == nil || s.answerFollows() {
		return nil, false
	}
	if !s.interactive() && mech.Needs != sasl.Nothing && (s.opt.Password == nil || ss.Target.User == "") {
		return nil, false
	}
	return mech, true
}

// answerFollows reports whether the next input line is available already and answers a challenge.
func (s *Shell) answerFollows() bool {
	if len(s.input.ahead) == 0 && len(s.input.inputs) == 0 && len(s.input.typed) == 0 || !s.input.ready() {
		return false
	}
	l, st := s.take()
	if st != inputHas {
		return false
	}
	s.input.putAhead(l)
	text := string(l.text)
	return l.replay == nil && text != "" && isAnswer(text) && !isBareWord(text)
}

// authenticate performs an AUTHENTICATE that was typed.
func (s *Shell) authenticate(t *task, ss *session.Session, text command.Text, m *sasl.Mechanism, at line.Place) {
	user := ss.Target.User
	if s.interactive() && m.Needs != sasl.Nothing {
		if match := command.MatchLine(string(text)); s.inVain(ss, match, true) || !s.consented(t, ss, match) {
			return
		}
		if user = s.asksUser(t, ss); user == "" {
			return
		}
	}
	s.logInBy(t, ss, tagger.Line{Text: text}, m, user, at)
}

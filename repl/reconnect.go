package repl

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/session"
	"imapsh/tagger"
)

// reconnect is ":reconnect": it connects again, and brings back who was logged in, what was enabled and
// which mailbox was open.
func (s *Shell) reconnect(t *task, c call) {
	if c.on == nil {
		s.usage("nothing to connect to: imapsh was started without a server")
		return
	}
	c.on.Close()
	if t == nil { // whoever waits for a command of it continues first
		s.input.putAhead(c.line)
		return
	}
	before := s.doing
	s.doing.restores = true
	defer func() { s.doing = before }()
	was := c.on.Earlier()
	if s.connect(t, c.on) && was != nil {
		s.restore(t, c.on, was)
	}
}

// restore brings a session to where another one was.
func (s *Shell) restore(t *task, ss *session.Session, was *tagger.Session) {
	if was.State&command.LoggedIn == 0 || !s.restoreLogin(t, ss, was) || !s.restoreEnabled(t, ss, was) {
		return
	}
	if was.Mailbox != nil && ss.Open() {
		s.restoreMailbox(t, ss, was.Mailbox)
	}
}

// restoreLogin logs in as whoever was; false if that is not who is logged in then.
func (s *Shell) restoreLogin(t *task, ss *session.Session, was *tagger.Session) bool {
	now := ss.State()
	switch {
	case now.State&command.LoggedIn != 0:
	case ss.Target.User != "": // it has been tried
		return false
	case was.User == "":
		s.note("who was logged in is not known: log in again")
		return false
	case !s.login(t, ss, was.User):
		return false
	}
	if now = ss.State(); was.User != "" && now.User != "" && now.User != was.User {
		s.note(fmt.Sprintf("logged in is %s now, and was %s: no mailbox is opened", safe(now.User), safe(was.User)))
		return false
	}
	return now.State&command.LoggedIn != 0
}

// restoreEnabled enables what was, as far as it is not.
func (s *Shell) restoreEnabled(t *task, ss *session.Session, was *tagger.Session) bool {
	var names []command.Value
	for _, name := range was.Enabled {
		if slices.Contains(ss.State().Enabled, name) {
			continue
		}
		v, err := command.AStringValue("the extension", name)
		if err != nil {
			return false
		}
		names = append(names, v)
	}
	return len(names) == 0 || s.do(t, ss, session.Request{Line: tagger.Line{Text: "ENABLE", Values: names}})
}

// restoreMailbox opens the mailbox that was open, and says whether its UIDs still are what they were.
func (s *Shell) restoreMailbox(t *task, ss *session.Session, was *tagger.Mailbox) {
	if now := ss.State().Mailbox; now == nil || now.Name != was.Name {
		verb := command.Text("SELECT")
		if was.ReadOnly || s.set.ReadOnly {
			verb = "EXAMINE"
		}
		mailbox, err := command.MailboxValue(was.Name)
		if err != nil || !s.do(t, ss, session.Request{Line: tagger.Line{Text: verb, Values: []command.Value{mailbox}}}) {
			return
		}
	}
	now := ss.State().Mailbox
	if now == nil {
		return
	}
	says := fmt.Sprintf("%s is open as before, UIDVALIDITY %d", safe(was.Name), now.UIDValidity)
	switch {
	case now.UIDValidity != was.UIDValidity:
		s.warn(fmt.Sprintf("UIDVALIDITY of %s is %d, and was %d on the connection before: UIDs known from there are of no use", safe(was.Name), now.UIDValidity, was.UIDValidity))
		return
	case now.Exists > was.Exists:
		says += fmt.Sprintf("; %d messages more", now.Exists-was.Exists)
	case now.Exists < was.Exists:
		says += fmt.Sprintf("; %d messages fewer", was.Exists-now.Exists)
	}
	s.note(strings.TrimSuffix(says, ", UIDVALIDITY 0"))
}

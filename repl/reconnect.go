package repl

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/session"
	"imapsh/tagger"
)

// reconnect performs ":reconnect": it connects again, and restores the login, the enabled extensions and the open
// mailbox.
func (s *Shell) reconnect(t *task, c call) {
	if c.on == nil {
		s.usage("nothing to connect to: imapsh was started without a server")
		return
	}
	c.on.Close()
	if t == nil { // the task that waits for a command on it must continue first
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

// restore brings a session into the state of an earlier one.
func (s *Shell) restore(t *task, ss *session.Session, was *tagger.Session) {
	if was.State&command.LoggedIn == 0 || !s.restoreLogin(t, ss, was) || !s.restoreEnabled(t, ss, was) {
		return
	}
	if was.Mailbox != nil && ss.Open() {
		s.restoreMailbox(t, ss, was.Mailbox)
	}
}

// restoreLogin logs in as the same user as before. It returns false if that user is not logged in afterwards.
func (s *Shell) restoreLogin(t *task, ss *session.Session, was *tagger.Session) bool {
	now := ss.State()
	switch {
	case now.State&command.LoggedIn != 0:
	case ss.Target.User != "": // connect has tried that already
		return false
	case was.User == "":
		s.note("it is not known who was logged in; log in again")
		return false
	case !s.login(t, ss, was.User):
		return false
	}
	if now = ss.State(); was.User != "" && now.User != "" && now.User != was.User {
		s.note(fmt.Sprintf("the user is now %s and was %s before; no mailbox was opened", safe(now.User), safe(was.User)))
		return false
	}
	return now.State&command.LoggedIn != 0
}

// restoreEnabled enables what was enabled before and is not now.
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

// restoreMailbox opens the mailbox that was open, and says whether its UIDs are still valid.
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
		s.warn(fmt.Sprintf("the UIDVALIDITY of %s is now %d and was %d before; UIDs from the previous connection are not valid", safe(was.Name), now.UIDValidity, was.UIDValidity))
		return
	case now.Exists > was.Exists:
		says += fmt.Sprintf("; %d messages more", now.Exists-was.Exists)
	case now.Exists < was.Exists:
		says += fmt.Sprintf("; %d messages fewer", was.Exists-now.Exists)
	}
	s.note(strings.TrimSuffix(says, ", UIDVALIDITY 0"))
}

package repl

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/conn"
	"imapsh/internal/line"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/text"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// mainName is what the user calls the first connection; its events carry the name "".
const mainName = "main"

// nameOf returns what the user calls a session.
func nameOf(ss *session.Session) string {
	if ss.Name == "" {
		return mainName
	}
	return ss.Name
}

// named returns the session of that name; nil if there is none.
func (s *Shell) named(name string) *session.Session {
	for _, ss := range s.sessions {
		if nameOf(ss) == name {
			return ss
		}
	}
	return nil
}

// sayOf shows a note about a session.
func (s *Shell) sayOf(ss *session.Session, text string) { s.say(trace.Note, ss.Name, text) }

// onConnection performs ":NAME LINE", which runs a line on that connection, and ":NAME", which makes it the front.
func (s *Shell) onConnection(t *task, ss *session.Session, c call) {
	if c.arg == "" {
		s.front = ss
		s.goesTo(ss)
		return
	}
	m := line.Mend(c.arg, isBareWord)
	s.sayMended(m)
	st := line.Read(m.Text, isBareWord)
	st.Place = c.line.at
	if !c.line.fixed && !s.expand(ss, &st) {
		return
	}
	if st.Kind == line.Shell {
		s.shellCommand(t, st.Word, call{arg: st.Arg, on: ss, line: c.line})
		return
	}
	l := inputLine{text: c.arg, end: c.line.end, at: c.line.at}
	if l.at.Name == "" {
		l.at.Name = ":" + nameOf(ss) // history keeps the line with its ":NAME", not this part of it
	}
	if st.Kind == line.Command {
		if isDone(string(m.Text)) {
			s.endIdle(t, ss)
		} else {
			s.send(t, ss, st, l)
		}
	}
}

// goesTo says where typed lines go from now on.
func (s *Shell) goesTo(ss *session.Session) {
	if s.interactive() {
		s.note("lines now go to " + nameOf(ss))
	}
}

// openConnection is ":open NAME [URL | PROFILE]".
func (s *Shell) openConnection(t *task, c call) {
	name, url, _ := strings.Cut(string(c.arg), " ")
	name, url = strings.ToLower(name), strings.TrimSpace(url)
	ss := s.named(name)
	switch {
	case !validName(name):
		s.usage("usage: :open NAME [URL | PROFILE] (NAME is letters and digits)")
		return
	case ss == nil && s.isWord(name):
		s.usage(fmt.Sprintf(":%s is a shell command; choose another name for the connection", name))
		return
	case ss != nil && (ss.Connected() || ss.Connecting()):
		s.usage(fmt.Sprintf("%s is already open (:close %s)", name, name))
		return
	}
	target, ok := s.targetFor(t, ss, url)
	if !ok {
		return
	}
	if ss == nil || ss.Target != target {
		ss = s.replaced(ss, name, target)
	}
	a := s.answersOf(ss)
	a.BeginRaw()
	if s.connect(t, ss); ss.Open() {
		cond := "OK"
		if ss.State().PreAuth {
			cond = "PREAUTH"
		}
		a.Greeted(cond)
	}
}

// replaced puts a new session in the place of old, which leads to another server or is nil: what was learned about
// another server must be forgotten.
func (s *Shell) replaced(old *session.Session, name string, target conn.Target) *session.Session {
	if name == mainName {
		name = ""
	}
	ss := session.New(name, target, s.hub, &s.set.Session)
	if old != nil {
		s.forgetAnswers(old)
	}
	if i := slices.Index(s.sessions, old); i >= 0 {
		s.sessions[i] = ss
	} else {
		s.sessions = append(s.sessions, ss)
	}
	if s.front == old {
		s.front = ss
	}
	return ss
}

// targetFor returns where a connection should lead: to the URL or profile if one is given, to where it led before, or
// to the server and user of the front connection.
func (s *Shell) targetFor(t *task, ss *session.Session, url string) (conn.Target, bool) {
	switch {
	case url != "":
		url, ok := s.serverURL(url)
		if !ok {
			return conn.Target{}, false
		}
		target, err := conn.ParseTarget(url)
		if err != nil {
			s.usage(err.Error())
			if hint := conn.Hint(err); hint != "" {
				s.note(hint)
			}
			return target, false
		}
		return target, true
	case ss != nil:
		return ss.Target, true
	case s.front == nil:
		s.usage("usage: :open NAME URL (the URL is needed: there is no server yet)")
		return conn.Target{}, false
	}
	target := s.front.Target
	target.Note, target.Mailbox = "", ""
	if target.User == "" {
		target.User = s.front.State().User
	}
	if target.User == "" && s.interactive() {
		user, ok := s.asks(t, terminal.Question{Prompt: "User name (empty: do not log in): "})
		if !ok {
			return target, false
		}
		target.User = strings.TrimSpace(user)
	}
	return target, true
}

// validName reports whether a word can name a connection.
func validName(name string) bool {
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return name != ""
}

// isWord reports whether a word is a command of the shell.
func (s *Shell) isWord(name string) bool {
	return wordOf(name) != nil
}

// closeConnection is ":close NAME".
func (s *Shell) closeConnection(t *task, c call) {
	ss := s.named(strings.ToLower(string(c.arg)))
	if ss == nil {
		s.usage("usage: :close NAME (:connections lists them)")
		return
	}
	s.closes(t, ss)
}

// closes logs out of a connection and closes it. The first connection stays in the list, to be opened again.
func (s *Shell) closes(t *task, ss *session.Session) {
	s.logOut(t, ss)
	ss.Close()
	if ss.Name == "" {
		return
	}
	s.forgetAnswers(ss)
	s.sessions = slices.DeleteFunc(slices.Clone(s.sessions), func(other *session.Session) bool { return other == ss })
	if s.front != ss {
		return
	}
	s.front = nil
	if len(s.sessions) > 0 {
		s.front = s.sessions[0]
		s.goesTo(s.front)
	}
}

// logOut ends a session with LOGOUT if it is open, and waits for its end. It returns false if the user did not wait.
func (s *Shell) logOut(t *task, ss *session.Session) bool {
	if j := ss.Idling(); j != nil {
		j.EndIdle()
		if s.untilServer(t, ss, j.Ended) != nil {
			return false
		}
	}
	if ss.Open() && !ss.Leaving() && ss.Free() {
		ss.Leave()
		j := s.start(ss, session.Request{Line: tagger.Line{Text: "LOGOUT", Raw: true}})
		if s.untilServer(t, ss, j.Ended) != nil {
			return false
		}
	}
	return !ss.Leaving() || s.untilServer(t, ss, func() bool { return !ss.Connected() }) == nil
}

// listConnections is ":connections".
func (s *Shell) listConnections(*task, call) {
	if len(s.sessions) == 0 {
		s.note("no connections")
	}
	width := 0
	for _, ss := range s.sessions {
		width = max(width, len(nameOf(ss)))
	}
	for _, ss := range s.sessions {
		mark := " "
		if ss == s.front {
			mark = "*"
		}
		s.note(fmt.Sprintf("%s %-*s  %s  %s", mark, width, nameOf(ss), ss.Target, s.whereIs(ss)))
	}
}

// whereIs describes the state of a session.
func (s *Shell) whereIs(ss *session.Session) string {
	switch {
	case ss.Connecting():
		return "connecting"
	case !ss.Connected():
		return "not connected"
	}
	t := ss.State()
	where := t.State.String()
	if m := t.Mailbox; m != nil {
		where = safe(m.Name) + ", " + text.Plural(int(m.Exists), "message")
		if m.ReadOnly {
			where += ", read-only"
		}
	}
	if n := len(ss.InFlight()); ss.Idling() != nil {
		where += ", idle"
	} else if n > 0 {
		where += fmt.Sprintf(", %d in flight", n)
	}
	return where
}

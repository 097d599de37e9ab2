package repl

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/script"
	"imapsh/internal/session"
)

// answersOf returns what a session's server has answered since its last command.
func (s *Shell) answersOf(ss *session.Session) *script.Answers {
	if ss == nil {
		return &script.Answers{}
	}
	if a := s.script.answers[ss]; a != nil {
		return a
	}
	a := &script.Answers{Conn: ss.Name, Idle: !s.script.looks && !s.interactive()}
	if s.script.answers == nil {
		s.script.answers = map[*session.Session]*script.Answers{}
		s.script.leave = map[*session.Session]func(){}
	}
	s.script.answers[ss] = a
	s.script.leave[ss] = s.events.Join(a)
	return a
}

// forgetAnswers stops listening to a session that is gone.
func (s *Shell) forgetAnswers(ss *session.Session) {
	if leave := s.script.leave[ss]; leave != nil {
		leave()
		delete(s.script.leave, ss)
		delete(s.script.answers, ss)
	}
}

// lookup returns the function that looks up names for a line on a session.
func (s *Shell) lookup(ss *session.Session) script.Lookup {
	return func(name string) (script.Value, bool) {
		if v, ok := s.script.then[name]; ok {
			return v, true
		}
		s.script.names.Builtin = func(name string) (script.Value, bool) { return s.builtin(ss, name) }
		return s.script.names.Get(name)
	}
}

// builtin returns the value of a name that every script has.
func (s *Shell) builtin(ss *session.Session, name string) (script.Value, bool) {
	foreign := func(text string) (script.Value, bool) {
		return script.Value{Text: text, Foreign: true}, text != ""
	}
	if env, ok := strings.CutPrefix(name, "env."); ok {
		if s.opt.Env == nil {
			return script.Value{}, false
		}
		text, ok := s.opt.Env(env)
		return script.Value{Text: text, Foreign: true, Secret: env == PasswordVariable}, ok
	}
	switch name {
	case "now":
		return foreign(s.now().UTC().Format(time.RFC3339))
	case "random":
		return foreign(randomWord())
	}
	if ss == nil {
		return script.Value{}, false
	}
	switch name {
	case "user":
		return foreign(ss.State().User)
	case "host":
		return foreign(ss.Target.Host)
	case "selected":
		if m := ss.State().Mailbox; m != nil {
			return foreign(m.Name)
		}
		return script.Value{}, false
	}
	return s.answersOf(ss).Builtin(name)
}

// PasswordVariable is the environment variable that holds a password. The program removes it from its environment
// when it starts.
const PasswordVariable = "IMAPSH_PASSWORD"

// randomWord returns eight characters that may be used in any mailbox name.
func randomWord() string {
	var b [5]byte
	_, _ = rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// expand replaces the names in a statement, and reports whether the line may run: every name must have a value that
// is allowed in its place.
func (s *Shell) expand(ss *session.Session, st *line.Statement) bool {
	if !strings.Contains(string(st.Typed), "${") || st.Tag != "" {
		return true
	}
	value := s.lookup(ss)
	var err error
	if st.Kind == line.Shell {
		w := s.word(st.Word)
		if w == nil || w.verbatim {
			return true
		}
		if w.name == "watch" {
			watched, _ := watchedIn(st.Arg)
			err = script.Verb(watched.text, value)
		}
		switch {
		case err != nil:
		case w.files:
			st.Arg, err = script.FileArg(st.Arg, value)
		default:
			var secret bool
			st.Arg, secret, err = script.Command(st.Arg, value)
			if secret && err == nil {
				err = errors.New("a secret goes only into LOGIN and AUTHENTICATE")
			}
		}
	} else {
		var secret bool
		if err = script.Verb(st.Body, value); err == nil {
			st.Body, secret, err = script.Command(st.Body, value)
		}
		st.Secret = st.Secret || secret
		for _, at := range []*string{&st.Redirection.Out, &st.Redirection.In} {
			if err == nil {
				*at, err = script.File(*at, value)
			}
		}
	}
	if err != nil {
		s.cannotExpand(err)
		return false
	}
	return true
}

// expandLater replaces the names in a line that runs later by their current values. What comes after "|" is left to
// sh.
func (s *Shell) expandLater(ss *session.Session, text command.Text) (command.Text, bool) {
	text = text.TrimSpace()
	st := line.Read(text, isBareWord)
	if st.Tag != "" || !strings.Contains(string(text), "${") {
		return text, true
	}
	if st.Kind == line.Shell {
		first, _, _ := text.Cut(" ")
		if !s.expand(ss, &st) {
			return "", false
		}
		return first + " " + st.Arg, true
	}
	after := text[len(st.Body):]
	if st.Redirection.Pipe == "" && strings.Contains(string(after), "${") {
		s.cannotExpand(errors.New("the name of a file cannot hold ${names} in a deferred line"))
		return "", false
	}
	if !s.expand(ss, &st) {
		return "", false
	}
	if st.Secret && len(command.Secrets(string(st.Body))) == 0 {
		s.cannotExpand(errors.New("a secret goes only into LOGIN and AUTHENTICATE"))
		return "", false
	}
	return st.Body + after, true
}

// cannotExpand says why a line is not run.
func (s *Shell) cannotExpand(err error) {
	says := err.Error() + ": the line was not run"
	if m := (*script.Missing)(nil); errors.As(err, &m) && !m.Empty {
		if b := script.LookupBuiltin(m.Name); b != nil {
			says += "; it is " + b.Help
		} else {
			says += script.Similar(m.Name, s.script.names.Own())
		}
	}
	s.warn(says)
	status := StatusFailed
	if e := (*script.Error)(nil); errors.As(err, &e) {
		status = StatusUsage
	}
	s.notSent(status)
}

// setName performs ":set NAME VALUE" for a name that is not a setting.
func (s *Shell) setName(ss *session.Session, name, value string, given bool) {
	switch {
	case !script.IsName(name):
		s.usage(fmt.Sprintf("unknown setting %s (:set lists them), and a name has letters, digits, _ and .", safe(name)))
		return
	case script.IsSet(name):
		s.usage("${" + name + "} is set by each command, not by :set")
		return
	case !given:
		s.script.names.Forget(name)
		delete(s.script.set, name)
		return
	}
	v, err := script.Text(value, s.lookup(ss))
	if err != nil {
		s.cannotExpand(err)
		return
	}
	s.script.names.Set(name, v)
	if s.script.set == nil {
		s.script.set = map[string]bool{}
	}
	s.script.set[name] = true
}

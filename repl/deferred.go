package repl

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/script"
	"imapsh/internal/session"
	"imapsh/internal/text"
)

// A deferred is a line that runs at the end of the script, whatever happens.
type deferred struct {
	on     *session.Session
	line   inputLine
	values map[string]script.Value // values of the names in the line when it was deferred
}

// maxDeferred limits how many lines can be deferred.
const maxDeferred = 100_000

// deferLine performs ":defer LINE". The line keeps the connection and the values that its names have now.
func (s *Shell) deferLine(_ *task, c call) {
	text, on := c.arg, c.on
	for {
		st := line.Read(text, isBareWord)
		if ss := s.named(st.Word); st.Kind == line.Shell && ss != nil && st.Arg != "" {
			text, on = st.Arg, ss
			continue
		}
		if st.Kind == line.Empty {
			s.usage("usage: :defer LINE")
			return
		}
		var ok bool
		if text, ok = s.expandLater(on, text); !ok {
			return
		}
		break
	}
	if len(s.script.deferred) == maxDeferred {
		s.usage("too many lines are deferred")
		return
	}
	l := inputLine{text: text.TrimSpace(), at: c.line.at, fixed: true}
	s.script.deferred = append(s.script.deferred, deferred{on, l, s.valuesIn(on, text)})
}

// valuesIn returns the current values of the names in a line.
func (s *Shell) valuesIn(on *session.Session, text command.Text) map[string]script.Value {
	refs, _ := script.Refs(string(text))
	values := map[string]script.Value{}
	for _, r := range refs {
		if v, ok := s.lookup(on)(r.Name); ok {
			values[r.Name] = v
		}
	}
	return values
}

// cleanUp runs the deferred lines, the last one first. Failures in them are shown, but do not change the exit status.
// Ctrl-C ends them.
func (s *Shell) cleanUp(t *task) {
	if len(s.script.deferred) == 0 {
		return
	}
	s.settle()
	s.script.cleaning = true
	status, failure := s.outcome.status, s.outcome.failure
	silent := s.outcome.silent
	s.input.drop()
	pressed := s.ctrlC()
	for len(s.script.deferred) > 0 && !s.quit {
		if pressed() {
			s.note(text.Plural(len(s.script.deferred), "deferred line") + " skipped")
			s.script.deferred = nil
			break
		}
		last := len(s.script.deferred) - 1
		d := s.script.deferred[last]
		s.script.deferred = s.script.deferred[:last]
		s.input.at = d.line.at
		if d.on == nil || !d.on.Open() {
			s.warn("the connection has ended: the deferred " + firstWord(string(d.line.text)) + " was not run")
			continue
		}
		front := s.front
		s.front = d.on
		s.script.then = d.values
		s.run(t, d.line)
		s.front = front
	}
	s.outcome.status, s.outcome.failure, s.outcome.silent = status, failure, silent
	s.script.cleaning, s.script.then = false, nil
}

func firstWord(text string) string {
	w, _, _ := strings.Cut(text, " ")
	return strings.ToUpper(w)
}

package repl

import (
	"fmt"
	"io"
	"time"

	"imapsh/internal/script"
	"imapsh/internal/session"
)

// begin gives a script the values that its names have from the start, and removes all others.
func (sc *scripted) begin(vars map[string]script.Value) {
	sc.names, sc.set = script.Names{}, nil
	for name, value := range vars {
		sc.names.Set(name, value)
	}
}

// again begins the next run of the scripts, and reports whether there is one. Only the connection stays: deferred
// lines have run, other connections are closed, and names have no values.
func (s *Shell) again(t *task, began time.Time, round int) bool {
	switch {
	case s.interactive() || s.quit || s.outcome.stopped:
		return false
	case s.opt.Times == 0 && s.opt.For == 0, s.opt.Times > 0 && round >= s.opt.Times:
		return false
	case s.opt.For > 0 && s.now().Sub(began) >= s.opt.For:
		return false
	}
	s.settle()
	s.cleanUp(t)
	if s.quit || s.outcome.stopped {
		return false
	}
	for _, ss := range append([]*session.Session{}, s.sessions...) {
		if ss.Name != "" {
			s.closes(t, ss)
		}
	}
	main := s.named(mainName)
	if main == nil || !main.Open() {
		s.warn(fmt.Sprintf("the connection ended in run %d: the next one cannot begin", round))
		s.outcome.raise(StatusConnection)
		return false
	}
	s.front = main
	s.forgetAnswers(main)
	s.script.last = nil
	s.script.begin(s.opt.Vars)
	for _, sc := range s.opt.Scripts {
		_, err := sc.From.(io.Seeker).Seek(0, io.SeekStart)
		var in *input
		if err == nil {
			in, err = openInput(sc.Name, sc.From, false)
		}
		if err != nil {
			s.warn(fmt.Sprintf("reading %s again: %v", sc.Name, err))
			s.outcome.raise(StatusUsage)
			return false
		}
		in.several, in.whole = len(s.opt.Scripts) > 1, nil
		s.input.inputs = append(s.input.inputs, in)
	}
	return true
}

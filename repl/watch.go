package repl

import (
	"fmt"
	"strconv"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// A watched command runs at intervals: as often as count says or, if it is not counted, until Ctrl-C or the next line.
type watched struct {
	text    command.Text
	every   time.Duration
	count   int
	counted bool
}

// watchedIn parses the argument of ":watch".
func watchedIn(arg command.Text) (w watched, ok bool) {
	word, text, _ := arg.TrimSpace().Cut(" ")
	var err error
	if sec, e := strconv.ParseFloat(string(word), 64); e == nil {
		w.every = time.Duration(sec * float64(time.Second))
	} else {
		w.every, err = time.ParseDuration(string(word))
	}
	w.text, w.count, w.counted = countOf(text.TrimSpace())
	return w, err == nil && w.every >= 100*time.Millisecond && w.text != "" && !(w.counted && w.count == 0)
}

func misusedWatch(arg command.Text, typed bool) string {
	switch w, ok := watchedIn(arg); {
	case !ok:
		return "usage: :watch SECONDS [xCOUNT] COMMAND (at least 0.1 s)"
	case !w.counted && !typed:
		return "in a script :watch needs a count, or it would never end (:watch SECONDS xCOUNT COMMAND)"
	}
	return ""
}

// watch runs a command at intervals.
func (s *Shell) watch(t *task, c call) {
	w, _ := watchedIn(c.arg)
	l := inputLine{text: w.text, at: c.line.at}
	if l.at.Name == "" {
		l.at.Name = ":watch" // the runs are not kept in the history
	}
	if s.interactive() {
		times := ""
		if w.counted {
			times = fmt.Sprintf(", %d times", w.count)
		}
		s.note(fmt.Sprintf("every %s%s: %s; Ctrl-C or Enter ends it", w.every, times, command.MaskLine(string(w.text))))
	}
	before := s.doing
	s.doing = doing{session: c.on, watching: true}
	defer func() { s.doing = before }()
	typed := func() bool { return s.interactive() && s.input.ready() }
	pressed := s.ctrlC()
	ends := func() bool { return pressed() || !c.on.Connected() }
	for run := 1; ; run++ {
		j := s.send(t, c.on, line.Statement{Kind: line.Command, Place: l.at, Typed: w.text, Body: w.text}, l)
		if j == nil || j.Err != nil || !j.OK() && j.Ended() && !s.interactive() {
			return
		}
		if w.counted && run == w.count || ends() {
			break
		}
		if s.sleep(t, "watch", s.now().Add(w.every), func() bool { return typed() || ends() }) != nil || ends() {
			break
		}
		if typed() {
			if next, st := s.take(); st == inputHas && (next.text != "" || next.replay != nil) {
				s.input.putAhead(next)
			}
			break
		}
	}
	if c.on.Connected() {
		s.note("stopped watching")
	}
}

// countOf parses a count such as x3 before a command.
func countOf(text command.Text) (after command.Text, count int, counted bool) {
	word, rest, _ := text.Cut(" ")
	if word == "" || word[0] != 'x' && word[0] != 'X' {
		return text, 0, false
	}
	n, err := strconv.ParseUint(string(word[1:]), 10, 31)
	if rest = rest.TrimSpace(); err != nil || rest == "" {
		return text, 0, false
	}
	return rest, int(n), true
}

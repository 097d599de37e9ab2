package repl

import (
	"fmt"
	"strconv"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// watch runs a command at intervals: as often as a count says, or at a terminal until Ctrl-C or the next line.
func (s *Shell) watch(t *task, c call) {
	word, text, _ := c.arg.TrimSpace().Cut(" ")
	n := string(word)
	every, err := time.ParseDuration(n)
	if sec, e := strconv.ParseFloat(n, 64); e == nil {
		every, err = time.Duration(sec*float64(time.Second)), nil
	}
	text, count, counted := countOf(text.TrimSpace())
	switch {
	case err != nil || every < 100*time.Millisecond || text == "" || counted && count == 0:
		s.usage("usage: :watch SECONDS [xCOUNT] COMMAND (at least 0.1 s)")
		return
	case !counted && !s.interactive():
		s.usage("in a script :watch needs a count, or it would never end (:watch SECONDS xCOUNT COMMAND)")
		return
	}
	l := inputLine{text: text, at: c.line.at}
	if l.at.Name == "" {
		l.at.Name = ":watch" // the runs are not kept in the history
	}
	if s.interactive() {
		times := ""
		if counted {
			times = fmt.Sprintf(", %d times", count)
		}
		s.note(fmt.Sprintf("every %s%s: %s; Ctrl-C or Enter ends it", every, times, command.MaskLine(string(text))))
	}
	before := s.doing
	s.doing = doing{session: c.on, watching: true}
	defer func() { s.doing = before }()
	typed := func() bool { return s.interactive() && s.input.ready() }
	pressed := s.ctrlC()
	ends := func() bool { return pressed() || !c.on.Connected() }
	for run := 1; ; run++ {
		j := s.send(t, c.on, line.Statement{Kind: line.Command, Place: l.at, Typed: text, Body: text}, l)
		if j == nil || j.Err != nil || !j.OK() && j.Ended() && !s.interactive() {
			return
		}
		if counted && run == count || ends() {
			break
		}
		if s.sleep(t, "watch", s.now().Add(every), func() bool { return typed() || ends() }) != nil || ends() {
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

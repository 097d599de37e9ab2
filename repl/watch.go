package repl

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// watch runs one command every so often, until Ctrl-C or the next line. The end of a script does not
// end it.
func (s *Shell) watch(t *task, c call) {
	n, text, _ := strings.Cut(strings.TrimSpace(c.arg), " ")
	every, err := time.ParseDuration(n)
	if sec, e := strconv.ParseFloat(n, 64); e == nil {
		every, err = time.Duration(sec*float64(time.Second)), nil
	}
	if text = strings.TrimSpace(text); err != nil || every < 100*time.Millisecond || text == "" {
		s.usage("usage: :watch SECONDS COMMAND, at least 0.1 s")
		return
	}
	l := inputLine{text: text, at: c.line.at}
	if l.at.Name == "" {
		l.at.Name = ":watch" // each run is no line to remember
	}
	if s.interactive() {
		s.note(fmt.Sprintf("every %s: %s; Ctrl-C or Enter ends it", every, command.MaskLine(text)))
	}
	before := s.doing
	s.doing = doing{session: c.on, watching: true}
	defer func() { s.doing = before }()
	typed := func() bool { return s.interactive() && s.input.ready() }
	for {
		j := s.send(t, c.on, line.Statement{Kind: line.Command, Place: l.at, Typed: text, Body: text}, l)
		if j == nil || j.Err != nil || !j.OK() && j.Ended() && !s.interactive() {
			return
		}
		if s.sleep(t, "watch", s.now().Add(every), func() bool { return typed() || !c.on.Connected() }) != nil || !c.on.Connected() {
			break
		}
		if typed() {
			if next, st := s.take(); st == inputHas && next.text != "" {
				s.input.putAhead(next)
			}
			break
		}
	}
	if c.on.Connected() {
		s.note("watching has ended")
	}
}

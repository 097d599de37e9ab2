package repl

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/tagger"
)

// A watch runs one command every so often, until Ctrl-C or the next line.
type watch struct {
	every   time.Duration
	line    inputLine
	resting bool // between two runs
}

// watchCommand is ":watch N CMD".
func (s *Shell) watchCommand(arg string, l inputLine) {
	n, text, _ := strings.Cut(strings.TrimSpace(arg), " ")
	every, err := time.ParseDuration(n)
	if sec, e := strconv.ParseFloat(n, 64); e == nil {
		every, err = time.Duration(sec*float64(time.Second)), nil
	}
	if text = strings.TrimSpace(text); err != nil || every < 100*time.Millisecond || text == "" {
		s.usage("usage: :watch SECONDS COMMAND, at least 0.1 s")
		return
	}
	if l.at.name == "" {
		l.at.name = ":watch" // each run is no line to remember
	}
	s.watching = &watch{every: every, line: inputLine{text: text, at: l.at}}
	if s.interactive() {
		s.out.Note(fmt.Sprintf("every %s: %s; Ctrl-C or Enter ends it", every, command.Mask(text, secretsIn(text))))
	}
	s.watchOnce()
}

func (s *Shell) watchOnce() {
	w := s.watching
	w.resting = false
	s.begin(tagger.Line{Text: w.line.text}, w.line)
	if s.job == nil {
		s.watching = nil
		return
	}
	s.job.then = func(ok bool) {
		if s.watching != w {
			return
		}
		if !ok && !s.interactive() {
			s.watching = nil
			return
		}
		w.resting = true
		s.timers.set(timeWatch, s.opt.Now().Add(w.every), s.watchOnce)
	}
}

// watchLine ends a watch with the next line, which then runs. The end of a script ends it not.
func (s *Shell) watchLine() bool {
	if !s.interactive() {
		return false
	}
	l, st := s.take()
	if st == inputWait {
		return false
	}
	s.stopWatching()
	if l.text != "" {
		s.ahead = append([]inputLine{l}, s.ahead...)
	}
	return true
}

func (s *Shell) stopWatching() {
	s.watching = nil
	s.timers.clear(timeWatch)
	s.out.Note("watching has ended")
}

package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/terminal"
)

// answer takes what the user did at the terminal.
func (s *Shell) answer(a terminal.Answer) {
	switch a.Kind {
	case terminal.Line:
		s.isAsked = false
		if s.want != nil && !s.wantLine {
			s.reply(inputLine{text: a.Text}, inputHas)
			return
		}
		if s.want == nil && s.job != nil && s.job.feed == nil && !s.job.rest && runsAtOnce(a.Text) {
			s.run(inputLine{text: a.Text})
			return
		}
		s.typed = append(s.typed, inputLine{text: a.Text})
	case terminal.Paste:
		s.isAsked = false
		for line := range strings.SplitSeq(strings.TrimSuffix(a.Text, "\n"), "\n") {
			s.typed = append(s.typed, inputLine{text: strings.TrimSuffix(line, "\r")})
		}
	case terminal.Interrupt:
		s.isAsked = false
		s.interrupt(a.Text)
	case terminal.EOF:
		s.isAsked = false
		s.eof()
	case terminal.Complete:
		s.complete(a.Text, a.Pos)
	case terminal.Failed:
		s.ended = true
		s.out.Error(a.Err.Error())
	}
}

// eof takes Ctrl-D: it answers an open question with nothing, else it ends the session.
func (s *Shell) eof() {
	switch {
	case s.want != nil:
		s.reply(inputLine{}, inputEnd)
	case s.tag.Idling() != nil || s.watching != nil:
		s.interrupt("")
	default:
		if s.job != nil && s.conn != nil {
			s.interrupt("")
		}
		s.ended = true
		if s.dial != nil {
			s.quit = true
		}
		s.sayWaiting()
	}
}

// sayWaiting tells why leaving does not happen at once.
func (s *Shell) sayWaiting() {
	if s.interactive() && s.conn != nil && len(s.tag.InFlight()) > 0 {
		s.out.Note("what is in flight is waited for; Ctrl-C leaves at once")
	}
}

// interrupt takes Ctrl-C: it gives the prompt back and ends nothing on the server
// that is not ended by a line (IDLE).
func (s *Shell) interrupt(text string) {
	queued := len(s.typed)
	s.typed = nil
	if len(s.inputs) > 0 {
		s.out.Note(s.inputs[0].name + " is not run any further")
		s.inputs = nil
	}
	j := s.job
	switch {
	case s.dial != nil:
		s.dial.cancel()
		s.dial = nil
		s.out.Note("connecting was given up")
		if !s.everGreeted {
			s.raise(StatusInterrupted)
			s.quit = true
		}
	case s.want != nil:
		s.reply(inputLine{}, inputEnd)
	case s.ended || s.leaving || s.conn != nil && !s.greeted:
		s.out.Note("left without waiting for the server")
		s.raise(StatusInterrupted)
		s.quit = true
	case s.waiting:
		s.waiting = false
		s.out.Note("not waited for any longer (:pending)")
	case s.watching != nil:
		s.stopWatching()
	case j != nil && j.idling != nil && j.idling.on:
		s.endIdle(j)
	case j != nil && j.refusal:
		s.dropped(j)
	case j != nil && j.warned && (j.barrier || !j.sent() && !j.await):
		s.out.Warn(j.cmd.Tag + " " + j.cmd.Match.Name + " was given up: the connection is closed (:reconnect)")
		s.disconnectQuietly()
	case j != nil && !j.sent() && !j.await:
		j.warned = true
		s.out.Warn(j.cmd.Tag + " is half sent, the server waits for the rest; Ctrl-C again closes the connection")
	case j != nil && j.barrier:
		j.warned = true
		s.out.Warn(j.cmd.Tag + " " + j.cmd.Match.Name + " changes the connection, nothing can be sent before its answer; Ctrl-C again closes it")
	case j != nil:
		if j.await {
			j.steps, j.literal, j.rest = nil, nil, false
		}
		s.others = append(s.others, j)
		s.job = nil
		s.timers.clear(timeWaiting)
		s.out.Note(fmt.Sprintf("%s %s goes on; its answer is shown when it comes (:pending)", j.cmd.Tag, j.cmd.Match.Name))
	case text == "" && queued == 0:
		s.out.Note("Ctrl-D or quit leaves")
	}
	if queued > 0 {
		s.out.Note(fmt.Sprintf("%d typed lines were dropped", queued))
	}
}

// bareWords are the shell's commands that need no ":".
var bareWords = []string{"help", "quit", "exit", "read", "save"}

func isBareWord(word string) bool {
	for _, b := range bareWords {
		if strings.EqualFold(b, word) {
			return true
		}
	}
	return strings.HasPrefix(word, ":")
}

func isBare(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return isBareWord(word)
}

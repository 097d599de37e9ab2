package repl

import (
	"fmt"
	"strings"
	"time"

	"imapsh/internal/line"
	"imapsh/internal/session"
	"imapsh/internal/text"
	"imapsh/internal/trace"
)

// idle waits during IDLE until a line is typed, its time is up, or the input ends. Any line but "done" then runs
// after it. A line for another connection does not end IDLE; it is put ahead. idle reports whether it returned before
// the command had ended, because of such a line or because the user did not wait for the end.
func (s *Shell) idle(t *task, ss *session.Session, j *session.Job) (left bool) {
	before := s.doing
	s.doing = doing{session: ss, job: j, watching: before.watching}
	defer func() { s.doing = before }()
	i := j.IdleState()
	for j.Idle() {
		timed := i.For > 0 && !s.interactive() // a line of a script does not end it
		if s.until(t, func() bool { return !j.Idle() || !timed && s.input.ready() }) != nil {
			j.EndIdle()
			break
		}
		if !j.Idle() {
			break // its time is up, it is being renewed, or the connection lost
		}
		l, st := s.take()
		if st == inputHas && s.quietly(l) && line.Mend(l.text, isBareWord).Text != "" {
			s.input.at = l.at
			s.run(t, l)
			continue
		}
		if st == inputHas && s.elsewhere(l, ss) {
			s.input.putAhead(l)
			return true
		}
		if st == inputHas && s.idleGoesOn(t, l) {
			continue
		}
		j.EndIdle()
	}
	ended := func() bool { return j.Ended() || j.Idle() } // renewed
	return s.untilServer(t, ss, ended) != nil && !ended() && s.given(ss, j)
}

// elsewhere reports whether a line concerns another connection than ss.
func (s *Shell) elsewhere(l inputLine, ss *session.Session) bool {
	st := line.Read(l.text, isBareWord)
	if st.Kind != line.Shell {
		return false
	}
	other := func(name string) bool { o := s.named(strings.ToLower(name)); return o != nil && o != ss }
	switch st.Word {
	case "open", "connections":
		return true
	case "close":
		return other(string(st.Arg))
	}
	return other(st.Word)
}

// idleGoesOn reports whether a line leaves IDLE active. Any line but DONE is put ahead, to run after IDLE; a
// transcript ends IDLE itself.
func (s *Shell) idleGoesOn(t *task, l inputLine) bool {
	text := line.Mend(l.text, isBareWord)
	switch {
	case l.replay != nil:
		s.run(t, l)
		return true
	case text.Comment || !s.runs(t, l):
		return true
	case text.Text != "" && !isDone(string(text.Text)) && !sendsDone(string(text.Text)):
		l.stream = nil // it has been judged already
		s.input.putAhead(l)
	}
	return false
}

// An idler says when an IDLE began and how to end it and, when it ends, what was received.
type idler struct {
	s       *Shell
	on      *session.Session
	begun   bool
	pushes  int
	silence time.Duration // the longest between two responses
}

// Depth says that frames are enough: responses are only counted.
func (*idler) Depth() trace.Depth { return trace.Frames }

// Hear counts responses.
func (i *idler) Hear(e *trace.Event) {
	j := i.on.Writing()
	switch {
	case e.Kind != trace.Response || j == nil || j.IdleState() == nil:
	case !e.Seen.Idle:
	case e.Seen.Value.Name() != "+":
		i.pushes++
		i.silence = max(i.silence, e.Seen.Elapsed)
	case !i.begun: // the server has agreed
		i.begun = true
		i.say(i.begins(j, e.At))
	}
}

func (i *idler) begins(j *session.Job, now time.Time) string {
	text := "idle since " + now.Format("15:04:05")
	if d := j.IdleState().For; d > 0 {
		text += fmt.Sprintf("; ends by itself after %s", d)
	} else if i.on != i.s.front {
		text += "; :" + nameOf(i.on) + " done ends it"
	} else {
		text += `; Enter or "done" ends it`
	}
	if keep := i.s.set.Session.Keepalive; keep > 0 && !j.Command.Own {
		text += "; renewed at " + now.Add(keep).Format("15:04:05")
	}
	return text
}

// ended says how long IDLE lasted.
func (i *idler) ended(_ *Shell, j *session.Job) {
	if !i.begun || j.Err != nil {
		return
	}
	says := "idled " + text.Coarse(i.s.now().Sub(j.IdleState().Since))
	if i.pushes == 1 {
		says += "; 1 response"
	} else if i.pushes > 1 {
		says += fmt.Sprintf("; %d responses", i.pushes)
	}
	if i.pushes > 0 {
		says += "; longest silence " + text.Coarse(i.silence)
	}
	i.say(says)
}

// say shows a note, but only at a terminal.
func (i *idler) say(text string) {
	if i.s.interactive() {
		i.s.say(trace.Note, i.on.Name, text)
	}
}

package repl

import (
	"fmt"
	"strings"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/text"
	"imapsh/tagger"
)

// idling is an IDLE: it lasts until a line is typed, its time is up, or the input ends.
type idling struct {
	on      bool // the server has agreed
	own     bool // the tag is the user's: it is not renewed
	ending  bool // DONE has been sent
	renewal bool // and IDLE follows
	forTime time.Duration
	first   time.Time // of the first of a row of renewals
	pushes  int
	silence time.Duration // the longest between two responses
}

// idleFor takes "--for DURATION" off an IDLE.
func idleFor(line, name string) (time.Duration, string, bool) {
	if name != "IDLE" {
		return 0, line, false
	}
	f := strings.Fields(line)
	if len(f) != 3 || f[1] != "--for" {
		return 0, line, false
	}
	d, err := time.ParseDuration(f[2])
	if err != nil || d < 0 {
		return 0, line, false
	}
	return max(d, time.Nanosecond), f[0], true
}

// idleBegan is told that the server has agreed to IDLE.
func (s *Shell) idleBegan(j *job) {
	i := j.idling
	if i.on {
		return
	}
	now := s.opt.Now()
	i.on = true
	if i.first.IsZero() {
		i.first = now
		text := "idle since " + now.Format("15:04:05")
		switch {
		case i.forTime > 0:
			text += fmt.Sprintf("; ends by itself in %s", i.forTime)
		case s.interactive():
			text += `; Enter or "done" ends it`
		}
		if s.renews(i) {
			text += "; renewed at " + now.Add(s.opt.Keepalive).Format("15:04:05")
		}
		if s.interactive() {
			s.out.Note(text)
		}
	}
	if i.forTime > 0 { // a renewal does not make it longer
		s.timers.set(timeIdleFor, i.first.Add(i.forTime), func() { s.endIdle(j) })
	}
	if s.renews(i) {
		s.timers.set(timeRenew, now.Add(s.opt.Keepalive), func() { s.renewIdle(j) })
	}
	s.waitTimer()
}

func (s *Shell) renews(i *idling) bool { return s.opt.Keepalive > 0 && !i.own }

// idleLine ends an IDLE with the next line; any but "done" then runs.
func (s *Shell) idleLine(j *job) bool {
	if j.idling.ending || j.idling.forTime > 0 && !s.interactive() {
		return false
	}
	l, st := s.take()
	switch st {
	case inputWait:
		return false
	case inputHas:
		text := strings.TrimSpace(strings.TrimPrefix(l.text, "C: "))
		if _, heard := ours(l.text); heard {
			s.skipped++
			return true
		}
		if text != "" && text[0] == '#' {
			return true
		}
		if text != "" && !strings.EqualFold(text, "done") {
			s.ahead = append([]inputLine{l}, s.ahead...)
		}
	}
	s.endIdle(j)
	return true
}

// endIdle sends DONE.
func (s *Shell) endIdle(j *job) {
	if j.idling.ending || s.conn == nil {
		return
	}
	j.idling.ending = true
	s.timers.clear(timeRenew)
	s.timers.clear(timeIdleFor)
	s.tag.Hold(nil)
	s.tag.EndIdle()
	st := tagger.Step{Kind: tagger.SendText, Bytes: []byte("DONE\r\n")}
	s.showSent(st)
	s.send(conn.Op{Bytes: st.Bytes})
	s.waitTimer()
}

// renewIdle ends an IDLE and begins it anew, before the server may drop the
// connection as inactive (RFC 9051 §6.3.13).
func (s *Shell) renewIdle(j *job) {
	s.out.Note(fmt.Sprintf("idle is renewed after %s", s.opt.Keepalive))
	j.idling.renewal = true
	s.endIdle(j)
}

// idleEnded is told that IDLE has been answered.
func (s *Shell) idleEnded(j *job) {
	i := j.idling
	s.timers.clear(timeRenew)
	s.timers.clear(timeIdleFor)
	if !i.on {
		return
	}
	i.on = false
	if i.renewal && j.cmd.Cond == 1 {
		next := *i
		next.ending, next.renewal = false, false
		j.then = func(bool) {
			if nj := s.command(tagger.Line{Text: "IDLE", Raw: true}, j.re, j.at); nj != nil {
				nj.idling = &next
			}
		}
		return
	}
	if s.interactive() {
		s.out.Note(i.summary(s.opt.Now()))
	}
}

// count counts a response that came within IDLE.
func (i *idling) count(e *tagger.Event) {
	if i.on {
		i.pushes++
		i.silence = max(i.silence, e.Elapsed)
	}
}

func (i *idling) summary(now time.Time) string {
	says := "idled " + text.Coarse(now.Sub(i.first))
	if i.pushes > 0 {
		says += "; " + text.Plural(i.pushes, "response") + "; longest silence " + text.Coarse(i.silence)
	}
	return says
}

package session

import (
	"fmt"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/tagger"
)

// Idling is the state of an IDLE, which lasts until EndIdle or until its time is up.
type Idling struct {
	On      bool // the server has agreed to it
	Own     bool // the user chose the tag, so it is not renewed
	Ending  bool // DONE has been sent
	For     time.Duration
	Since   time.Time // when it began, before any renewals
	renewal bool      // it ends only to begin again
}

// IdleState returns the state of an IDLE; nil for other commands.
func (j *Job) IdleState() *Idling { return j.idle }

// Idle reports whether the command is an IDLE that the server has agreed to and that has not been sent DONE.
func (j *Job) Idle() bool { return j.idle != nil && j.idle.On && !j.idle.Ending && !j.ended }

// Idling returns the IDLE that the server has agreed to and not answered yet; nil if there is none.
func (s *Session) Idling() *Job {
	if w := s.Writing(); w != nil && w.idle != nil && w.idle.On {
		return w
	}
	return nil
}

// idleBegan is called when the server has agreed to IDLE.
func (j *Job) idleBegan() {
	l, i := j.life, j.idle
	if i.On {
		return
	}
	hub := l.s.hub
	now := hub.Now()
	i.On, j.wait = true, false
	if i.Since.IsZero() {
		i.Since = now
	}
	if i.For > 0 { // counted from the first IDLE, not from the renewal
		hub.Set(l, "idle-for", i.Since.Add(i.For), j.EndIdle)
	}
	if keep := l.s.opt.Keepalive; keep > 0 && !i.Own {
		hub.Set(l, "renew", now.Add(keep), func() {
			l.s.note(fmt.Sprintf("renewing IDLE after %s", keep))
			i.renewal = true
			j.done()
		})
	}
}

// EndIdle sends DONE, unless it has been sent. What the server sends after that is not a push.
func (j *Job) EndIdle() {
	if j.idle != nil {
		j.idle.renewal = false
		j.done()
	}
}

func (j *Job) done() {
	l := j.life
	if j.idle.Ending || j.ended {
		return
	}
	j.idle.Ending = true
	l.s.hub.Clear(l, "renew")
	l.s.hub.Clear(l, "idle-for")
	l.tag.Hold(nil)
	l.tag.EndIdle()
	st := tagger.Step{Kind: tagger.SendText, Bytes: []byte("DONE\r\n")}
	j.show(&st)
	l.send(conn.Op{Bytes: st.Bytes})
}

// agreedLate immediately ends an IDLE that nobody waits for any longer, unless a later command has been taken as its
// end already.
func (j *Job) agreedLate() {
	all := j.life.tag.InFlight()
	if !j.idle.On && !j.idle.Ending && all[len(all)-1] == j.Command {
		j.done()
	}
}

// idleEnded handles the answer to IDLE, and reports whether IDLE was renewed, so that the server does not close the
// connection as inactive (RFC 9051 §6.3.13).
func (j *Job) idleEnded() (again bool) {
	l, i := j.life, j.idle
	l.s.hub.Clear(l, "renew")
	l.s.hub.Clear(l, "idle-for")
	if !i.On {
		return false
	}
	i.On = false
	if !i.renewal || j.Command.Cond != response.OK || l.leaving {
		return false
	}
	i.Ending, i.renewal = false, false
	l.writing = nil
	j.start(l.tag.Begin(tagger.Line{Text: "IDLE", Raw: true}))
	return true
}

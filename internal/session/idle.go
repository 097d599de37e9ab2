package session

import (
	"fmt"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/tagger"
)

// Idling is an IDLE: it lasts until EndIdle, or until its time is up.
type Idling struct {
	On      bool // the server has agreed
	Own     bool // the tag is the user's: it is not renewed
	Ending  bool // DONE has been sent
	For     time.Duration
	Since   time.Time // of the first of a row of renewals
	renewal bool      // it ends to begin again
}

// IdleState returns how an IDLE goes; nil for other commands.
func (j *Job) IdleState() *Idling { return j.idle }

// Idle reports whether the command is an IDLE that the server has agreed to, and DONE has not been sent.
func (j *Job) Idle() bool { return j.idle != nil && j.idle.On && !j.idle.Ending && !j.ended }

// Idling returns the IDLE that is on; nil if there is none.
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
	if i.For > 0 { // a renewal does not make it longer
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

// EndIdle sends DONE, once. What comes from then on is not a push.
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

// agreedLate ends an IDLE that nobody waits for any longer at once, unless what was sent since has been
// taken for its end already.
func (j *Job) agreedLate() {
	all := j.life.tag.InFlight()
	if !j.idle.On && !j.idle.Ending && all[len(all)-1] == j.Command {
		j.done()
	}
}

// idleEnded is called when IDLE has been answered, and reports whether it continues: it is renewed,
// before the server may drop the connection as inactive (RFC 9051 §6.3.13).
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

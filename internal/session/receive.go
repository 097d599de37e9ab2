package session

import (
	"fmt"
	"io"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// Turn does what can be done without waiting: it sends what was kept and takes one batch of what
// came. It reports whether it took one.
func (s *Session) Turn() bool {
	l := s.life
	if l == nil {
		return false
	}
	l.flush()
	select {
	case b, ok := <-l.conn.Batches():
		l.take(b, ok)
		return true
	default:
		return false
	}
}

// take takes what one read of the socket gave.
func (l *life) take(b *conn.Batch, open bool) {
	if !open {
		l.lose(io.EOF)
		return
	}
	defer b.Release()
	s := l.s
	l.heard = s.hub.Now()
	depth := l.depth()
	l.tag.Skim = depth < trace.Values
	if l.tag.Skim && len(b.Octets) > 0 {
		l.speaks()
		l.event = trace.Event{Kind: trace.Octets, At: l.heard, Data: b.Octets}
		s.hear(&l.event)
	}
	for i := range b.Parts {
		p := &b.Parts[i]
		if !l.tag.Skim {
			l.part(p)
		}
		if p.Kind == wire.End {
			l.response(p.Frame)
		}
	}
	l.progress(b)
	l.stalls(b)
	if l.answered && !b.Parked && !b.Switched && !l.changing && s.life == l {
		l.guessed()
	}
	switch {
	case s.life != l: // ended while its last words were read
	case b.Parked:
		l.parked(b.Rest)
	case b.Switched:
		l.switched(b.Err)
	case b.Err != nil:
		l.lose(b.Err)
	}
}

// depth returns how far responses must be taken apart for all who listen.
func (l *life) depth() trace.Depth {
	depth := l.s.hub.Events.Depth()
	for _, j := range l.hearing {
		for _, h := range j.hears {
			depth = max(depth, h.Depth())
		}
	}
	return depth
}

// speaks says that the server has been reached, before the first of its bytes.
func (l *life) speaks() {
	if l.spoken {
		return
	}
	l.spoken = true
	info := l.conn.Info()
	l.s.hear(&trace.Event{Kind: trace.Connected, At: l.heard, Info: &info, Elapsed: l.heard.Sub(l.since)})
}

// part passes on one run of received bytes.
func (l *life) part(p *wire.Part) {
	l.speaks()
	unkept := p.Frame != nil && p.Kind != wire.End
	if !l.diverts() {
		l.event = trace.Event{Kind: trace.Octets, At: l.heard, Part: p, Mask: l.echo.known()}
	} else if unkept {
		l.pass(p.Frame.Raw, l.spilling(p))
		l.event = trace.Event{Kind: trace.Octets, At: l.heard, Part: p, Mask: l.echo.known()}
	} else {
		return // whose they are is not known before the response is whole
	}
	var taker *Job
	if unkept {
		taker = l.spilling(p)
	}
	l.to(taker)
}

// pass passes on what has not been of a response's bytes, once its command is known.
func (l *life) pass(raw []byte, taker *Job) {
	if l.passed < len(raw) {
		l.event = trace.Event{Kind: trace.Octets, At: l.heard, Data: raw[l.passed:], Mask: l.echo.known()}
		l.passed = len(raw)
		l.to(taker)
	}
}

// to passes on the event in hand: octets that a command has asked for, or with nil anybody's.
func (l *life) to(taker *Job) {
	if taker != nil {
		l.event.Of, l.event.Asked, l.event.Elsewhere = taker.Command, true, taker.diverts || taker.unseen
		l.event.Saved, l.spilt = taker.saves, taker
	}
	l.s.hear(&l.event)
	if taker != nil {
		taker.hear(&l.event)
	}
}

// diverts reports whether the screen is to leave something out.
func (l *life) diverts() bool {
	for _, j := range l.hearing {
		if j.diverts || j.unseen {
			return true
		}
	}
	return false
}

// spilling returns the command that has asked for octets that no frame will keep; nil where there
// are none, or nobody listens for them.
func (l *life) spilling(p *wire.Part) *Job {
	if p.Literal == nil || !p.Literal.Spilled || p.Frame == nil || len(l.hearing) == 0 {
		return nil
	}
	seq, item, ok := response.LiteralOf(p.Frame.Raw)
	if !ok {
		return nil
	}
	exists := l.exists()
	for _, c := range l.tag.InFlight() {
		if j := jobOf(c); j != nil && j.takesLiteral(seq, item, exists) {
			if len(j.hears) == 0 {
				return nil
			}
			return j
		}
	}
	return nil
}

func (j *Job) takesLiteral(seq uint32, item []byte, exists uint32) bool {
	if j.asked == nil {
		j.asked = tagger.NewAsked(j.Command)
	}
	return j.asked.TakesLiteral(seq, item, exists)
}

func (l *life) exists() uint32 {
	if m := l.tag.Session().Mailbox; m != nil {
		return m.Exists
	}
	return 0
}

// response takes a whole response.
func (l *life) response(f *wire.Frame) {
	s := l.s
	l.speaks()
	seen := l.tag.Observe(f)
	if !l.greeted {
		if _, wrong := conn.WrongDoor(s.Target, f.Raw); wrong {
			seen.Oddities = nil // of another protocol's grammar
		}
	}
	if l.tag.Skim && f.Fetch && len(l.hearing) == 0 && len(seen.Oddities) == 0 && len(seen.Notes) == 0 {
		return // who listens has the bytes, and wants no more (trace.Frames)
	}
	taker := l.taker(seen)
	asked := taker != nil
	switch {
	case asked:
		seen.Command = taker.Command
	case len(l.hearing) > 0 && seen.Command != nil:
		taker = jobOf(seen.Command)
	}
	elsewhere := taker != nil && (taker.diverts && (asked || seen.Done || !taker.apart) || taker.unseen && asked)
	if l.diverts() {
		if elsewhere {
			l.pass(f.Raw, taker)
		} else {
			l.pass(f.Raw, nil)
		}
	}
	l.passed = 0
	shown := l.echo.masked(seen)
	l.event = trace.Event{Kind: trace.Response, At: f.At, Of: seen.Command, Seen: shown, Mask: l.echo.known(), Came: l.echo.came, Asked: asked, Elsewhere: elsewhere}
	if asked {
		l.event.Saved = taker.saves
	}
	s.hear(&l.event)
	if taker != nil {
		taker.hear(&l.event)
	}
	if j := l.spilt; j != nil && j != taker { // its octets were not what they seemed
		l.event.Asked = false
		j.hear(&l.event)
	}
	l.spilt = nil
	if s.life == l { // else what came before it has ended the connection
		l.react(seen)
	}
}

// taker returns the oldest command in flight that has asked for a response; nil where nobody
// listens, or nobody has.
func (l *life) taker(seen *tagger.Event) *Job {
	if len(l.hearing) == 0 || seen.Done {
		return nil
	}
	exists := l.exists()
	for _, c := range l.tag.InFlight() {
		j := jobOf(c)
		if j == nil {
			continue
		}
		if j.asked == nil {
			j.asked = tagger.NewAsked(c)
		}
		if j.asked.Takes(seen.Value, exists) {
			return j
		}
	}
	return nil
}

// hear passes an event on to a command's own listeners.
func (j *Job) hear(e *trace.Event) {
	for _, h := range j.hears {
		h.Hear(e)
	}
}

// react does what a response asks of the session.
func (l *life) react(seen *tagger.Event) {
	if !l.greeted {
		l.greeting(seen)
		return
	}
	switch v := seen.Value.(type) {
	case *response.Continuation:
		if seen.Command != nil {
			l.continued(seen.Command, v.Text)
		}
	case *response.Status:
		if v.Cond == response.BYE && v.Tag == nil {
			l.bye()
		}
	}
	if seen.Done {
		l.completed(seen.Command)
	}
}

// greeting takes the first response.
func (l *life) greeting(seen *tagger.Event) {
	s := l.s
	s.hub.Clear(l, "greeting")
	st, ok := seen.Value.(*response.Status)
	if hint, wrong := conn.WrongDoor(s.Target, seen.Frame.Raw); wrong {
		l.end(errNoGreeting, s.Target.String()+": no IMAP greeting", hint)
		return
	}
	if !ok || st.Tag != nil || st.Cond == response.NO || st.Cond == response.BAD {
		l.end(errNoGreeting, s.Target.String()+": no IMAP greeting", "")
		return
	}
	if st.Cond == response.BYE {
		l.end(errRefused, "the server refuses the session: its greeting is BYE", "")
		return
	}
	l.greeted = true
}

// completed takes the tagged response of a command.
func (l *life) completed(c *tagger.Command) {
	j := jobOf(c)
	l.echo.answered(c)
	if j == nil {
		return
	}
	if j.idle != nil && j.idleEnded() {
		return
	}
	if c.Match.Row().After.OK == command.Logout && (c.Cond == response.OK || l.leaving) {
		l.leaving, l.loggedOut = true, true
		l.s.hub.Set(l, "gone", l.s.hub.Now().Add(time.Second), func() { l.end(nil, "", "") })
	}
	if j.barrier && l.change == j {
		l.answered = true
		return // the reader has stopped, or will not: parked and take find out
	}
	j.barrier = false
	j.answer()
}

// bye takes the server's announcement that it will close (RFC 9051 §7.1.5).
func (l *life) bye() {
	for _, c := range l.tag.InFlight() {
		if c.Match.Row().After.OK == command.Logout {
			l.leaving = true
			return
		}
	}
	l.s.hub.Set(l, "gone", l.s.hub.Now().Add(2*time.Second), func() { l.lose(io.EOF) })
}

// progress follows the large literal that a batch ends in.
func (l *life) progress(b *conn.Batch) {
	a := &l.arriving
	if b.LiteralSize < arrivalLeast {
		*a = Arrival{}
		return
	}
	if a.Size != b.LiteralSize || a.Left < b.LiteralLeft { // another one
		*a = Arrival{Size: b.LiteralSize, First: b.LiteralSize - b.LiteralLeft, Began: l.heard}
	}
	a.Left = b.LiteralLeft
}

// stalls sees to it that a response that does not go on is said.
func (l *life) stalls(b *conn.Batch) {
	s := l.s
	l.partial = b.Pending > 0
	if s.opt.Stall == 0 || s.life != l {
		return
	}
	s.hub.Clear(l, "stall")
	if b.Pending > 0 {
		text, n := ": "+wire.EscapeString(string(b.Unfinished)), b.Pending
		if l.echo.known() != nil {
			text = "" // a piece of a secret could not be known for one
		}
		s.hub.Set(l, "stall", l.heard.Add(s.opt.Stall), func() {
			s.note(fmt.Sprintf("unfinished (%d bytes)%s", n, text))
		})
	}
}

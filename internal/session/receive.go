package session

import (
	"bytes"
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

// Turn does what can be done without waiting: it hands on what is to be sent, and takes one batch of what was
// received. It reports whether it did any of that.
func (s *Session) Turn() bool {
	l := s.life
	if l == nil {
		return false
	}
	moved := l.flush()
	select {
	case b, ok := <-l.conn.Batches():
		l.take(b, ok)
		return true
	default:
		return moved
	}
}

// take handles what one read of the socket returned.
func (l *life) take(b *conn.Batch, open bool) {
	if !open {
		l.lose(io.EOF)
		return
	}
	defer b.Release()
	s := l.s
	if len(b.Octets) > 0 {
		l.heard = s.hub.Now()
	}
	if l.sending && len(b.Octets) > 0 {
		l.sending = false
		l.trips++
	}
	depth := l.depth()
	l.tag.Skim, l.passes = depth < trace.Values, depth < trace.EveryFrame
	if l.tag.Skim && len(b.Octets) > 0 {
		l.speaks()
		l.event = trace.Event{Kind: trace.Octets, At: l.heard, Data: b.Octets}
		s.hear(&l.event)
	}
	for i := range b.Parts {
		p := &b.Parts[i]
		if !l.within {
			l.within, l.diverting = true, l.diverts()
		}
		if !l.tag.Skim {
			l.part(p)
		}
		if p.Kind == wire.End {
			l.response(p.Frame)
			l.within, l.passed, l.whose = false, 0, nil
		}
	}
	if l.passing != nil {
		l.keepLast(l.passing)
	}
	l.progress(b)
	l.stalls(b)
	if l.answered && !b.Parked && !b.Switched && !l.changing && s.life == l {
		l.guessed()
	}
	switch {
	case s.life != l: // it ended while this batch was read
	case b.Parked:
		l.parked(b.Rest)
	case b.Switched:
		l.switched(b.Err)
	case b.Err != nil:
		l.lose(b.Err)
	}
}

// depth returns how far responses must be parsed for all listeners.
func (l *life) depth() trace.Depth {
	depth := l.s.hub.Events.Depth()
	for _, j := range l.hearing {
		for _, h := range j.hears {
			depth = max(depth, h.Depth())
		}
	}
	return depth
}

// speaks reports that the server was reached, before its first bytes are heard.
func (l *life) speaks() {
	if l.spoken {
		return
	}
	l.spoken = true
	info := l.conn.Info()
	l.spokeAfter = l.heard.Sub(l.since)
	l.s.hear(&trace.Event{Kind: trace.Connected, At: l.heard, Info: &info, Elapsed: l.spokeAfter})
}

// part passes on a part of what was received. If the screen may have to leave it out, it waits until the owner of the
// response is known.
func (l *life) part(p *wire.Part) {
	l.speaks()
	unkept := p.Frame != nil && p.Kind != wire.End
	if unkept && l.whose == nil && (l.diverting || len(l.hearing) > 0) {
		w := l.ownerOf(p)
		l.whose = &w
	}
	var o owner
	switch {
	case unkept && l.whose != nil:
		o = *l.whose
		if l.diverting {
			l.pass(p.Frame.Raw, o)
		}
	case l.diverting:
		return
	}
	l.event = trace.Event{} // cleared in place: a composite literal would be built elsewhere and copied
	e := &l.event
	e.Kind, e.At, e.Part, e.Mask = trace.Octets, l.heard, p, l.echo.known()
	l.to(o)
}

// pass passes on the bytes of a response that have waited until now.
func (l *life) pass(raw []byte, o owner) {
	if l.passed < len(raw) {
		l.event = trace.Event{Kind: trace.Octets, At: l.heard, Data: raw[l.passed:], Mask: l.echo.known()}
		l.passed = len(raw)
		l.to(o)
	}
}

// to passes on the current event, with its owner if it has one.
func (l *life) to(o owner) {
	if o.job != nil {
		hidden := l.event.Kind == trace.Octets && o.asked && o.job.unseen
		l.event.Of, l.event.Asked, l.event.Elsewhere = o.job.Command, o.asked, o.elsewhere || hidden
		if o.asked {
			l.event.Saved = o.job.saves
		}
	}
	l.s.hear(&l.event)
	if o.job != nil {
		o.job.hear(&l.event)
	}
}

// diverts reports whether the screen must leave something out.
func (l *life) diverts() bool {
	for _, j := range l.hearing {
		if j.diverts || j.unseen {
			return true
		}
	}
	return false
}

// An owner is the command whose listeners hear a response. The zero value is nobody.
type owner struct {
	job       *Job
	asked     bool // the command asked for the data, and is not only the oldest in flight
	elsewhere bool // the screen leaves it out
}

// owned returns the owner of a response: the command that asked for it, or else the one given by of.
func (l *life) owned(asked *Job, of *tagger.Command, done bool) owner {
	o := owner{job: asked, asked: asked != nil}
	if o.job == nil {
		o.job = jobOf(of)
	}
	if o.job != nil {
		o.elsewhere = l.diverting && (o.job.diverts && (o.asked || done || !o.job.apart) || o.job.unseen && o.asked)
	}
	return o
}

// ownerOf returns the owner of a response that will not be kept in full, judged by its beginning.
func (l *life) ownerOf(p *wire.Part) owner {
	var asked *Job
	if p.Literal != nil && p.Literal.Spilled {
		exists := l.exists()
		asked = l.taker(func(a *tagger.Asked) tagger.Fit {
			best := a.FitsLiteral(p.Frame.Raw, exists)
			worst := best
			for i := range p.Frame.Literals { // those before it
				if at := p.Frame.Literals[i].At; at < len(p.Frame.Raw) {
					fit := a.FitsLiteral(p.Frame.Raw[:at], exists)
					best, worst = max(best, fit), min(worst, fit)
				}
			}
			if worst == tagger.No {
				return min(best, tagger.Maybe)
			}
			return worst
		})
	}
	var oldest *tagger.Command
	if all := l.tag.InFlight(); len(all) > 0 {
		oldest = all[0]
	}
	return l.owned(asked, oldest, false)
}

func (l *life) exists() uint32 {
	if m := l.tag.Session().Mailbox; m != nil {
		return m.Exists
	}
	return 0
}

// response handles a complete response.
func (l *life) response(f *wire.Frame) {
	s := l.s
	l.speaks()
	seen := l.tag.Observe(f)
	if seen.Done && seen.Command.Match.Row().LogsIn && seen.Command.Cond == response.OK {
		l.auth = seen.Elapsed
	}
	if !l.greeted {
		if _, wrong := conn.WrongDoor(s.Target, f.Raw); wrong {
			seen.Oddities = nil // it speaks another protocol
		}
	}
	if l.passes && f.Fetch && l.greeted && len(l.hearing) == 0 && len(seen.Oddities) == 0 && len(seen.Notes) == 0 {
		l.passing = f.Raw // keeping one of a batch is enough
		return            // the listeners need only the bytes (trace.Frames)
	}
	o := l.ownerOfResponse(seen)
	if o.asked {
		seen.Command = o.job.Command
	}
	if l.diverting {
		l.pass(f.Raw, o)
	}
	shown := l.echo.masked(seen)
	l.keepLast(shown.Frame.Raw)
	l.event = trace.Event{}
	e := &l.event
	e.Kind, e.At, e.Of, e.Seen, e.Mask, e.Came = trace.Response, f.At, seen.Command, shown, l.echo.known(), l.echo.came
	if seen.Done && seen.Command.Cond != response.OK {
		seen.Command.Answer = beginning(shown.Frame.Raw)
	}
	if j := jobOf(seen.Command); j != nil && seen.Done {
		l.event.File, l.event.Line = j.At.Name, j.At.Line
	}
	l.to(o)
	if s.life == l { // a listener may have ended the connection
		l.react(seen)
	}
}

// beginning returns the first line of a response, if it is not very long.
func beginning(raw []byte) string {
	const most = 512
	line, _, _ := bytes.Cut(raw, []byte("\r\n"))
	return string(line[:min(len(line), most)])
}

// ownerOfResponse returns the owner of a complete response; nobody if nobody listens. If the response was not kept in
// full, that is the one that has heard its bytes.
func (l *life) ownerOfResponse(seen *tagger.Event) owner {
	if len(l.hearing) == 0 {
		return owner{}
	}
	exists := l.exists()
	if o := l.whose; o != nil {
		if o.asked && o.job.asked.Fits(seen.Value, exists) == tagger.No {
			o.asked = false // the complete response is not what its beginning suggested
		}
		return *o
	}
	var asked *Job
	if !seen.Done {
		asked = l.taker(func(a *tagger.Asked) tagger.Fit { return a.Fits(seen.Value, exists) })
	}
	return l.owned(asked, seen.Command, seen.Done)
}

// taker returns the command in flight that asked for a response: the oldest that certainly did, or else the oldest
// that may have. It returns nil if there is none.
func (l *life) taker(fits func(*tagger.Asked) tagger.Fit) (taker *Job) {
	for _, c := range l.tag.InFlight() {
		j := jobOf(c)
		if j == nil {
			continue
		}
		if j.asked == nil {
			j.asked = tagger.NewAsked(c)
		}
		switch fits(j.asked) {
		case tagger.Yes:
			return j
		case tagger.Maybe:
			if taker == nil {
				taker = j
			}
		}
	}
	return taker
}

// hear passes an event on to a command's own listeners.
func (j *Job) hear(e *trace.Event) {
	for _, h := range j.hears {
		h.Hear(e)
	}
}

// react does what a response demands of the session.
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

// greeting handles the first response.
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
		l.end(errRefused, "the server refused the session: its greeting is BYE", "")
		return
	}
	l.greeted = true
}

// completed handles the tagged response of a command.
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
		return // parked continues if the reader has stopped here; otherwise take calls guessed
	}
	if j.barrier { // it still waits to be alone in flight; nothing of it was sent
		if c.Cond == response.OK {
			l.change, l.answered = j, true
			return
		}
		j.answered, j.barrier = true, false
		j.refuse()
		return
	}
	j.answer()
}

// bye handles the server's announcement that it will close the connection (RFC 9051 §7.1.5).
func (l *life) bye() {
	for _, c := range l.tag.InFlight() {
		if c.Match.Row().After.OK == command.Logout {
			l.leaving = true
			return
		}
	}
	l.s.hub.Set(l, "gone", l.s.hub.Now().Add(2*time.Second), func() { l.lose(io.EOF) })
}

// progress tracks the large literal that a batch ends in.
func (l *life) progress(b *conn.Batch) {
	a := &l.arriving
	if b.LiteralSize < arrivalLeast {
		*a = Arrival{}
		return
	}
	if a.Size != b.LiteralSize || a.Left < b.LiteralLeft { // it is another literal
		*a = Arrival{Size: b.LiteralSize, First: b.LiteralSize - b.LiteralLeft, Began: l.heard}
	}
	a.Left = b.LiteralLeft
}

// stalls makes a note appear if an incomplete response does not continue.
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
			text = "" // part of a secret could not be recognized
		}
		s.hub.Set(l, "stall", l.heard.Add(s.opt.Stall), func() {
			s.note(fmt.Sprintf("incomplete response (%d bytes)%s", n, text))
		})
	}
}

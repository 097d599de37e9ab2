package tagger

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// Observe decodes a received response, finds the command that it belongs to, and updates the session. The event is
// valid until the next Observe.
func (t *Tagger) Observe(f *wire.Frame) *Event {
	t.dec.Tree.UTF8 = utf8Mode(t.session)
	e := &t.event
	*e = Event{Conn: t.name, Frame: f, Before: t.session}
	if t.Skim && f.Fetch {
		t.skimmed = response.Fetch{Named: "FETCH"}
		e.Value, e.Oddities = &t.skimmed, f.Odd
	} else {
		e.Value = t.dec.Decode(f)
		e.Oddities = t.dec.Odd
	}
	value := e.Value

	switch v := value.(type) {
	case *response.Status:
		t.status(e, v)
	case *response.Continuation:
		t.continuation(e)
	default:
		e.Command = t.flight.oldest()
		t.judge(e, v)
		t.noteUntagged(e, v)
		t.learn(e, v)
		if v, ok := v.(*response.Fetch); ok {
			t.flagsSeen(e, v)
		}
	}
	if c := e.Command; c != nil {
		c.Frames++
		c.Bytes += f.Size
	}
	if len(e.Oddities) > 0 {
		message := uint32(0)
		if v, ok := value.(*response.Fetch); ok {
			message = v.Seq
		}
		t.remember(e, message)
	}
	if t.idle != nil && !e.Done {
		e.Idle = true
		if !t.lastIdle.IsZero() {
			e.Elapsed = f.At.Sub(t.lastIdle)
		}
		t.lastIdle = f.At
	}
	e.After = t.session
	return e
}

func (t *Tagger) status(e *Event, v *response.Status) {
	if v.Tag == nil {
		e.Command = t.flight.oldest()
		t.untagged(e, v)
		return
	}
	c := t.flight.find(v.Tag)
	if c == nil {
		e.add("unknown-tag", 0)
		t.code(e, v.Code, nil)
		return
	}
	t.complete(e, c, v)
}

// complete ends a command with its status response.
func (t *Tagger) complete(e *Event, c *Command, v *response.Status) {
	c.Cond = v.Cond
	if v.Cond != response.OK && v.Code != nil {
		c.Code = strings.ToUpper(string(v.Code.Name))
	}
	if v.Cond != response.OK && c.Match.Row().LogsIn {
		c.Refusal = string(v.Text)
	}
	e.Command, e.Done = c, true
	e.Elapsed = e.Frame.At.Sub(c.Begun)
	t.judgeCompleted(e, c, v.Cond)
	t.noteUnanswered(e, c, v)
	t.keepsUpdated(c)
	t.storesSilently(c, v.Cond)
	t.closes(c, v.Cond)
	t.savingEnded(c, v.Cond)
	t.Forget(c)
	t.code(e, v.Code, c)
	t.after(c, v)
}

func (t *Tagger) untagged(e *Event, v *response.Status) {
	c := e.Command
	switch {
	case !t.session.Greeted:
		t.change(func(s *Session) {
			s.Greeted = true
			switch v.Cond {
			case response.PREAUTH:
				s.PreAuth, s.State = true, command.Authenticated
			case response.BYE:
				s.Bye, s.State = true, command.Logout
			}
		})
	case v.Cond == response.BYE:
		t.change(func(s *Session) { s.Bye, s.State, s.Mailbox = true, command.Logout, nil })
	case v.Cond == response.BAD && c != nil && t.flight.len() == 1 && !legalTag(c.Tag):
		// A server cannot answer a tag that it cannot read: this is the only answer.
		t.complete(e, c, v)
		return
	}
	if v.Code != nil && v.Code.HasNum && bytes.EqualFold(v.Code.Name, []byte("UIDVALIDITY")) {
		switch {
		case c != nil && c.named != "":
			t.judgeValidity(e, c.named, v.Code.Num, v.Code.Args)
		case t.session.Mailbox != nil: // it is about the selected mailbox
			t.judgeValidity(e, t.session.Mailbox.Name, v.Code.Num, v.Code.Args)
		}
	}
	t.code(e, v.Code, c)
}

// continuation finds the command that a continuation request is for; without one it is a violation.
func (t *Tagger) continuation(e *Event) {
	e.Command = t.awaiting
	if t.awaiting == nil {
		e.add("unexpected-continuation", 0)
		return
	}
	if t.awaiting.Match.Row().Continues == command.Idle && t.idle == nil {
		t.idle, t.lastIdle = t.awaiting, e.Frame.At
	}
}

// after changes the state after a command's OK or NO, as its row of the table says (RFC 9051 §3).
func (t *Tagger) after(c *Command, v *response.Status) {
	row := c.Match.Command
	if row == nil {
		return
	}
	next := row.After.OK
	if v.Cond == response.NO {
		next = row.After.NO
	}
	if v.Cond == response.BAD {
		if c.named != "" {
			t.opening = nil
		}
		return
	}
	ok := v.Cond == response.OK
	switch {
	case row.Opens:
		t.opened(c, v)
		return
	case row.ChangesNames:
		if ok {
			t.seen.forgetNames()
		}
	case row.ForgetsCaps:
		if !ok {
			return
		}
		user := c.User
		if row.LogsIn && row.Continues == command.NoDialogue {
			if user = argument(c.Match, 1); command.TrailingLiteral(user) != nil || c.Match.Hides(1) {
				user = "" // its bytes are not kept, or they may contain the secret
			}
		}
		t.change(func(s *Session) {
			if !c.hasCaps {
				s.Caps, s.MoreCaps = nil, false // the earlier capabilities no longer count (RFC 9051 §6.2.1, §6.2.3)
			}
			if next != 0 {
				s.User = user
			}
		})
	}
	if next != 0 {
		t.change(func(s *Session) {
			s.State = next
			if next != command.Selected {
				s.Mailbox, s.Saved = nil, nil
			}
		})
	}
}

// opened ends a SELECT or EXAMINE. After a NO no mailbox is selected (RFC 9051 §6.3.2).
func (t *Tagger) opened(c *Command, v *response.Status) {
	m := t.opening
	t.opening = nil
	if v.Cond != response.OK {
		t.change(func(s *Session) { s.Mailbox, s.State, s.Saved = nil, command.Authenticated, nil })
		return
	}
	if m == nil {
		m = &Mailbox{}
	}
	m.Name = c.named
	switch {
	case v.Code != nil && bytes.EqualFold(v.Code.Name, []byte("READ-ONLY")):
		m.ReadOnly = true
	case v.Code != nil && bytes.EqualFold(v.Code.Name, []byte("READ-WRITE")):
	default:
		m.ReadOnly = c.Match.Row().ReadOnly
	}
	t.seen.forgetNumbers()
	t.flags.forget()
	t.change(func(s *Session) { s.Mailbox, s.State, s.Saved = m, command.Selected, nil })
}

// learn updates the session from an untagged response other than a status.
func (t *Tagger) learn(e *Event, v response.Value) {
	switch v := v.(type) {
	case *response.Number:
		t.mailbox(func(m *Mailbox) {
			switch v.Name() {
			case "EXISTS":
				m.Exists, m.HasExists = v.Num, true
			case "RECENT":
				m.Recent = v.Num
			case "EXPUNGE":
				t.seen.renumbered()
				t.gone(1)
				if m != t.opening {
					t.flags.expunged(v.Num)
				}
				if m.Exists > 0 {
					m.Exists--
				}
			}
		})
		if v.Name() == "EXPUNGE" {
			t.savedMoved()
		}
	case *response.Vanished:
		if n := countUIDs(v.UIDs); !v.Earlier && n > 0 {
			t.gone(n)
			t.savedMoved()
			t.flags.forget() // the numbers of these messages are not known
			t.mailbox(func(m *Mailbox) { m.Exists -= min(m.Exists, n) })
		}
	case *response.Flags:
		flags := t.keepFlags(e, v.Flags)
		t.mailbox(func(m *Mailbox) { m.Flags, m.HasFlags, m.MoreFlags = flags.list, true, m.MoreFlags || flags.more })
	case *response.Capability:
		t.capabilities(e, v.Caps, t.flight.oldest())
	case *response.Enabled:
		t.enable(e, v.Caps)
	case *response.List:
		if v.Delim != t.session.Delim && v.Delim != 0 {
			t.change(func(s *Session) { s.Delim = v.Delim })
		}
		if !t.seen.mailbox(v.Mailbox.B) {
			t.forgot(e, "mailbox names")
		}
	case *response.Namespace:
		if len(v.Personal) > 0 && t.session.Delim == 0 && v.Personal[0].Delim != 0 {
			t.change(func(s *Session) { s.Delim = v.Personal[0].Delim })
		}
		if len(v.Personal) > 0 && len(v.Personal[0].Prefix.B) <= prefixOctets && string(v.Personal[0].Prefix.B) != t.session.Prefix {
			t.change(func(s *Session) { s.Prefix = string(v.Personal[0].Prefix.B) })
		}
	case *response.Search:
		note := t.seen.number
		if c := t.flight.oldest(); c != nil && c.Match.ByUID() {
			note = t.seen.uid
		}
		for _, n := range v.Nums {
			note(n)
		}
	case *response.ESearch:
		t.savingTold(v)
		if len(v.Mailbox.B) > 0 {
			return // the numbers are those of another mailbox (RFC 7377 §2.1)
		}
		note := t.seen.number
		if v.UID {
			note = t.seen.uid
		}
		for _, it := range v.Items {
			if strings.EqualFold(string(it.Name), "ALL") {
				t.seen.set(string(it.Raw), note)
			}
		}
	case *response.Fetch:
		if v.Name() == "FETCH" {
			t.seen.number(v.Seq)
		}
		for i := range v.Items {
			if v.Items[i].Kind == response.ItemUID {
				t.seen.uid(uint32(v.Items[i].Num))
			}
		}
	}
}

// gone counts removed messages for the oldest command in flight.
func (t *Tagger) gone(n uint32) {
	if c := t.flight.oldest(); c != nil {
		c.Gone += n
	}
}

// closes counts what a CLOSE has removed, which no response shows (RFC 9051 §6.4.1).
func (t *Tagger) closes(c *Command, cond response.Cond) {
	row, m := c.Match.Row(), t.session.Mailbox
	switch {
	case !row.Sweeps || cond != response.OK || m == nil || m.ReadOnly:
	case row.After.OK != 0:
		c.Gone += t.flags.having(`\Deleted`)
		c.Sure = t.flags.swept || uint32(len(t.flags.entries)) == m.Exists
	case !c.Match.ByUID():
		t.flags.swept = true
	}
}

// code updates the session from a response code, whatever response it came in.
func (t *Tagger) code(e *Event, c *response.Code, cmd *Command) {
	if c == nil {
		return
	}
	switch strings.ToUpper(string(c.Name)) {
	case "CAPABILITY":
		t.capabilities(e, c.Caps, cmd)
	case "UIDVALIDITY":
		t.mailbox(func(m *Mailbox) { m.UIDValidity = c.Num })
	case "UIDNEXT":
		t.mailbox(func(m *Mailbox) { m.UIDNext = c.Num })
	case "UNSEEN":
		t.mailbox(func(m *Mailbox) { m.Unseen = uint32(c.Num) })
	case "HIGHESTMODSEQ":
		t.mailbox(func(m *Mailbox) { m.ModSeq = c.Num })
	case "PERMANENTFLAGS":
		flags := t.keepFlags(e, c.Flags)
		t.mailbox(func(m *Mailbox) {
			m.Permanent, m.HasPermanent, m.MoreFlags = flags.list, true, m.MoreFlags || flags.more
		})
	case "READ-ONLY", "READ-WRITE":
		if cmd == nil || cmd.named == "" {
			readOnly := strings.EqualFold(string(c.Name), "READ-ONLY")
			t.mailbox(func(m *Mailbox) { m.ReadOnly = readOnly })
		}
	case "CLOSED":
		// From here on responses are about the mailbox being opened (RFC 7162 §3.2.11).
		t.opening = nil
		t.change(func(s *Session) {
			if s.State == command.Selected {
				s.Mailbox, s.State, s.Saved = nil, command.Authenticated, nil
			}
		})
	}
}

func (t *Tagger) capabilities(e *Event, caps [][]byte, cmd *Command) {
	names := keepCapabilities(caps)
	if names.more {
		t.forgot(e, "capabilities")
	}
	if cmd != nil {
		cmd.hasCaps = true
	}
	t.change(func(s *Session) { s.Caps, s.MoreCaps = names.list, names.more })
}

func (t *Tagger) keepFlags(e *Event, flags [][]byte) words {
	w := keep(flags)
	if w.more {
		t.forgot(e, "flags")
	}
	return w
}

// mailbox changes what is known of the mailbox being opened, otherwise of the selected one.
func (t *Tagger) mailbox(f func(*Mailbox)) {
	if c := t.flight.oldest(); c != nil && c.named != "" {
		if t.opening == nil {
			t.opening = &Mailbox{}
		}
		f(t.opening)
		return
	}
	if t.session.Mailbox == nil {
		return
	}
	t.change(func(s *Session) {
		m := *s.Mailbox
		f(&m)
		s.Mailbox = &m
	})
}

// change replaces the session with one that f has changed; sessions returned before stay as they were.
func (t *Tagger) change(f func(*Session)) {
	s := *t.session
	f(&s)
	t.session = &s
}

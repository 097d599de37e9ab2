// Package session drives one connection for a loop that it does not own: it sends commands, receives responses, and
// reports what happens as events. It never blocks, asks nobody and shows nothing. The loop's owner gives it the bytes
// and answers that a command needs. All methods must be called from the loop's goroutine.
package session

import (
	"context"
	"crypto/tls"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// Options are what the sessions of one user have in common. They may be changed at any time, by the loop.
type Options struct {
	Conn      conn.Options
	Greeting  time.Duration // how long the greeting may take; 0 means forever
	Keepalive time.Duration // an IDLE without the user's own tag is renewed after this time; 0 means never
	Stall     time.Duration // an incomplete response is reported after this time; 0 means never
	Literals  command.LiteralMode
	Verbose   bool // report each step of connecting
	// Dial makes a connection; nil means conn.Dial.
	Dial DialFunc
}

// DialFunc makes a connection.
type DialFunc func(context.Context, conn.Target, conn.Options) (*conn.Conn, error)

// A Session is a server as its user sees it, across connections.
type Session struct {
	Name   string // "" for the first one
	Target conn.Target

	hub    *Hub
	opt    *Options
	memory tagger.Memory
	dial   *dialling // nil while none is under way
	life   *life     // nil while not connected; never reset: the next connection has another one
	past   *life     // the previous one, ended

	cache   tls.ClientSessionCache
	choices string // the TLS settings that cache is for
	usedTLS string // the address of the server that has spoken TLS from the start
}

// New returns a session that is not connected.
func New(name string, target conn.Target, hub *Hub, opt *Options) *Session {
	return &Session{Name: name, Target: target, hub: hub, opt: opt}
}

// Connecting reports whether a connection is being made, or has not been greeted yet.
func (s *Session) Connecting() bool { return s.dial != nil || s.life != nil && !s.life.greeted }

// Open reports whether there is a connection that the server has greeted.
func (s *Session) Open() bool { return s.life != nil && s.life.greeted }

// Connected reports whether there is a connection, greeted or not.
func (s *Session) Connected() bool { return s.life != nil }

// LoggedOut reports whether the last connection was ended by LOGOUT.
func (s *Session) LoggedOut() bool { return s.life == nil && s.past != nil && s.past.loggedOut }

// Leaving reports whether the connection is about to end as intended: LOGOUT was sent and the server has answered it
// with OK or BYE, or Leave was called.
func (s *Session) Leaving() bool { return s.life != nil && s.life.leaving }

// Leave says that the end of the connection, whatever causes it, is intended from now on.
func (s *Session) Leave() {
	if s.life != nil {
		s.life.leaving = true
	}
}

// State returns what was learned on this connection; the zero value if there is none. The result does not change
// later.
func (s *Session) State() *tagger.Session {
	if s.life == nil {
		return &tagger.Session{}
	}
	return s.life.tag.Session()
}

// Earlier returns what was learned on the previous connection if it was lost or closed; nil if there is a connection,
// there was none before, or the user logged out.
func (s *Session) Earlier() *tagger.Session {
	if s.life != nil || s.past == nil || s.past.loggedOut {
		return nil
	}
	return s.past.tag.Session()
}

// View returns the session as hints, completion and warnings see it. The result does not change later.
func (s *Session) View() *command.View {
	if s.life == nil {
		return &command.View{}
	}
	s.life.tag.SetLiterals(s.opt.Literals)
	return s.life.tag.View()
}

// Info returns what is known about the connection; the zero value if there is none.
func (s *Session) Info() conn.Info {
	if s.life == nil {
		return conn.Info{}
	}
	return s.life.conn.Info()
}

// InFlight returns the commands sent and not yet answered, oldest first.
func (s *Session) InFlight() []*tagger.Command {
	if s.life == nil {
		return nil
	}
	return s.life.tag.InFlight()
}

// NextTag returns the tag that the next command without the user's own tag will get.
func (s *Session) NextTag() string { return s.memory.NextTag() }

// Found returns the protocol violations seen so far, but at most 1,000 of them, and how many there were in all.
func (s *Session) Found() ([]tagger.Found, int) { return s.memory.Found() }

// Forgotten returns how often the known names of mailboxes became outdated on this connection.
func (s *Session) Forgotten() uint {
	if s.life == nil {
		return 0
	}
	return s.life.tag.Forgotten()
}

// Heard returns when the last byte was received; the zero time if there is no connection.
func (s *Session) Heard() time.Time {
	if s.life == nil {
		return time.Time{}
	}
	return s.life.heard
}

// Free reports whether a command can begin: there is a connection, and no command is partly sent or waits for a
// continuation request.
func (s *Session) Free() bool { return s.life != nil && s.life.writing == nil }

// Writing returns the command that is being sent or waits for a continuation request; nil if there is none.
func (s *Session) Writing() *Job {
	if s.life == nil {
		return nil
	}
	return s.life.writing
}

// Ready reports whether more can be sent: not too many bytes wait for the writer.
func (s *Session) Ready() bool { return s.life == nil || s.life.queued < queuedMost }

// Crowded reports whether so many commands are in flight that another one should wait: from flightMost on, until half
// of them are answered.
func (s *Session) Crowded() bool {
	l := s.life
	if l == nil {
		return false
	}
	n := len(l.tag.InFlight())
	l.crowded = n >= flightMost || l.crowded && n > flightMost/2
	return l.crowded
}

// Trusted reports whether a secret may be sent without asking, because nobody in between can read it.
func (s *Session) Trusted() bool { return s.Info().Trust != conn.Clear }

// Exposed reports whether TLS was asked for with STARTTLS but is not active: then a secret must not be sent, whatever
// the host.
func (s *Session) Exposed() bool {
	return s.life != nil && s.life.wantedTLS && s.life.conn.Info().State == nil
}

// Consented reports whether the user has agreed to send secrets unencrypted on this connection.
func (s *Session) Consented() bool { return s.life != nil && s.life.consent }

// Consent notes that the user has agreed to that.
func (s *Session) Consent() {
	if s.life != nil {
		s.life.consent = true
	}
}

// Arriving returns the large literal that is being received; its Size is 0 if there is none.
func (s *Session) Arriving() Arrival {
	if s.life == nil {
		return Arrival{}
	}
	return s.life.arriving
}

// MailboxesKnown reports whether all mailboxes have been listed on this connection and none has been created, deleted
// or renamed since.
func (s *Session) MailboxesKnown() bool {
	return s.life != nil && s.life.listed == s.life.tag.Forgotten()+1
}

// Listed notes that all mailboxes have been listed.
func (s *Session) Listed() {
	if s.life != nil {
		s.life.listed = s.life.tag.Forgotten() + 1
	}
}

// hear reports an event of this session.
func (s *Session) hear(e *trace.Event) {
	e.Conn = s.Name
	s.hub.Events.Hear(e)
}

func (s *Session) note(text string) {
	s.hub.Events.Post(trace.Event{Kind: trace.Note, Conn: s.Name, At: s.hub.Now(), Text: text})
}

func (s *Session) warn(text string) {
	s.hub.Events.Post(trace.Event{Kind: trace.Warning, Conn: s.Name, At: s.hub.Now(), Text: text})
}

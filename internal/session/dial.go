package session

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/trace"
)

// dialling is a connection being made.
type dialling struct{ cancel context.CancelFunc }

// Dial begins to connect to the target, and closes the current connection first, if there is one. It returns
// immediately: Connecting reports whether it is still under way, and a Lost event says that it failed.
func (s *Session) Dial() {
	s.Close()
	ctx, cancel := context.WithCancel(context.Background())
	d := &dialling{cancel: cancel}
	s.dial = d
	opt := s.opt.Conn
	opt.Moved = s.hub.nudge
	opt.Sessions = s.tickets(&opt)
	opt.UsedTLS = s.usedTLS == s.Target.Addr()
	opt.NoProbes = s.opt.Keepalive == 0
	if s.opt.Verbose {
		opt.Tell = func(text string) {
			s.hub.Post(func() {
				if s.dial == d {
					s.note(text)
				}
			})
		}
	}
	dial, target := s.opt.Dial, s.Target
	if dial == nil {
		dial = conn.Dial
	}
	go func() {
		c, target, err := s.reach(ctx, dial, target, opt)
		if ctx.Err() != nil && c != nil {
			c.Close()
			return
		}
		s.hub.Post(func() {
			if s.dial != d {
				if c != nil {
					c.Close()
				}
				return
			}
			s.dial = nil
			cancel()
			if s.found(target); err != nil {
				s.hear(&trace.Event{Kind: trace.Lost, At: s.hub.Now(), Err: err, Text: err.Error(), Hint: conn.Hint(err)})
				return
			}
			s.begin(c)
		})
	}()
}

// reach connects to the first reachable server of those that DNS names for the target.
func (s *Session) reach(ctx context.Context, dial DialFunc, target conn.Target, opt conn.Options) (*conn.Conn, conn.Target, error) {
	all, err := conn.Find(ctx, target, opt)
	if err != nil {
		return nil, target, err
	}
	for i, t := range all {
		var c *conn.Conn
		c, err = dial(ctx, t, opt)
		var missed *conn.Error
		if err == nil || i == len(all)-1 || !errors.As(err, &missed) || missed.Phase != conn.Connecting && missed.Phase != conn.Resolving {
			return c, t, err
		}
		if opt.Tell != nil {
			opt.Tell(err.Error() + "; trying the next server")
		}
	}
	return nil, target, err
}

// found takes over the server that was reached, and says which one DNS named.
func (s *Session) found(t conn.Target) {
	if t.Domain != "" && t.Note != "" {
		s.note(t.Note)
		t.Note = ""
	}
	s.Target = t
}

// tickets returns the TLS sessions of earlier connections that the next one may resume. With other TLS settings it
// resumes none, as it may be meant to act as somebody else.
func (s *Session) tickets(o *conn.Options) tls.ClientSessionCache {
	choices := fmt.Sprint(s.Target.Addr(), o.CAFile, o.CertFile, o.KeyFile, o.Insecure, o.SNI, o.Pin, o.MinTLS, o.MaxTLS, o.Ciphers, o.ALPN, o.Proxy)
	if s.cache == nil || s.choices != choices {
		s.cache, s.choices = tls.NewLRUClientSessionCache(1), choices
	}
	return s.cache
}

// silentAfter is how long a server may say nothing before a note says what may be wrong.
const silentAfter = 3 * time.Second

// begin starts a life for a new connection, which waits for the greeting.
func (s *Session) begin(c *conn.Conn) {
	l := newLife(s, c)
	s.life = l
	if c.Info().State != nil {
		s.usedTLS = s.Target.Addr()
	}
	if limit := s.opt.Greeting; limit > 0 {
		s.hub.Set(l, "greeting", l.since.Add(limit), func() {
			if l.partial {
				l.hangUp(fmt.Sprintf("%s: no complete greeting within %s", s.Target, limit))
				return
			}
			l.end(errNoGreeting, fmt.Sprintf("%s: no greeting within %s", s.Target, limit), conn.SilenceHint(s.Target))
		})
	}
	if hint := conn.SilenceHint(s.Target); hint != "" {
		s.hub.Set(l, "silence", l.since.Add(silentAfter), func() {
			if !l.spoken {
				s.note("no answer yet; " + hint)
			}
		})
	}
	s.hub.nudge() // batches may have arrived before s.life was set
}

// Close closes the connection immediately, or ends the attempt to make one, and says nothing about it.
func (s *Session) Close() {
	if s.dial != nil {
		s.dial.cancel()
		s.dial = nil
	}
	if s.life != nil {
		s.life.leaving = true
		s.life.end(nil, "", "")
	}
}

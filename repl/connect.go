package repl

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// dialling is a connection being made.
type dialling struct{ cancel context.CancelFunc }

// dialFunc makes a connection: conn.Dial, or a test's own.
type dialFunc func(context.Context, conn.Target, conn.Options) (*conn.Conn, error)

// connect begins to connect; the loop goes on meanwhile.
func (s *Shell) connect(t conn.Target) {
	if t.Note != "" {
		s.lines(t.Note)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d := &dialling{cancel: cancel}
	s.dial = d
	go func() {
		c, err := s.dialConn(ctx, t, s.opt.Conn)
		if ctx.Err() != nil && c != nil {
			c.Close()
			return
		}
		s.post(func() {
			if s.dial != d {
				if c != nil {
					c.Close()
				}
				return
			}
			s.dial = nil
			s.connected(t, c, err)
		})
	}()
}

func (s *Shell) connected(t conn.Target, c *conn.Conn, err error) {
	if err != nil {
		if usage := (*conn.UsageError)(nil); errors.As(err, &usage) {
			s.raise(StatusUsage)
			s.out.Error(err.Error())
			s.quit = true
			return
		}
		s.refuse(err.Error(), conn.Hint(err))
		return
	}
	s.conn = c
	s.target = t
	s.greeted, s.leaving, s.tlsAsked, s.consent = false, false, false, false
	s.tag.Reset()
	if c.Info().State != nil {
		s.tag.Secure(false)
	}
	s.dialled = s.opt.Now()
	if limit := s.opt.Greeting; limit > 0 {
		s.timers.set(timeGreeting, s.dialled.Add(limit), func() { s.noGreeting(limit) })
	}
}

// refuse ends an attempt to connect: for good in a script, and at a terminal before the first session.
func (s *Shell) refuse(text, hint string) {
	s.raiseLost()
	say := s.out.Error
	if s.interactive() && s.everGreeted {
		say = s.out.Warn
	}
	say(text)
	if hint != "" {
		say(hint)
	}
	s.disconnectQuietly()
	s.quit = !s.everGreeted || !s.interactive()
}

func (s *Shell) noGreeting(limit time.Duration) {
	if s.partial {
		s.hangUp(fmt.Sprintf("%s: no whole greeting within %s", s.target, limit))
		return
	}
	s.refuse(fmt.Sprintf("%s: no greeting within %s", s.target, limit), conn.SilenceHint(s.target))
}

func (s *Shell) disconnectQuietly() {
	if s.conn == nil {
		return
	}
	leaving := s.leaving
	s.leaving = true
	s.drop(nil)
	s.leaving = leaving
}

// sayConnected tells where we are and how long it took.
func (s *Shell) sayConnected() {
	info := s.conn.Info()
	says := info.Remote + "  connect " + text.Brief(info.Connect)
	if info.TLSTime > 0 {
		says += "  tls " + text.Brief(info.TLSTime)
	}
	s.out.Note(says + "  greeting " + text.Brief(s.opt.Now().Sub(s.dialled)))
	if info.State != nil {
		s.sayTLS()
	}
}

// greeting takes the first response.
func (s *Shell) greeting(e *tagger.Event) {
	s.timers.clear(timeGreeting)
	st, ok := e.Value.(*response.Status)
	if hint, wrong := conn.WrongDoor(s.target, e.Frame.Raw); wrong {
		s.refuse(s.target.String()+": no IMAP greeting", hint)
		return
	}
	if !ok || st.Tag != nil || st.Cond == response.NO || st.Cond == response.BAD {
		s.refuse(s.target.String()+": no IMAP greeting", "")
		return
	}
	s.greeted, s.everGreeted = true, true
	if ok && st.Cond == response.BYE {
		s.fatal("the server refuses the session: its greeting is BYE")
		s.raise(StatusConnection)
		s.disconnectQuietly()
		s.quit = !s.interactive()
		return
	}
	s.starting()
}

// starting lays out what comes before the first line: STARTTLS, the login, the mailbox.
func (s *Shell) starting() {
	t := s.target
	preAuth := s.tag.Session().PreAuth
	if s.opt.Connect.StartTLS && s.conn.Info().State == nil {
		if preAuth {
			s.out.Warn("STARTTLS is not possible behind PREAUTH, and --starttls requires it: the connection is closed")
			s.raise(StatusConnection)
			s.disconnectQuietly()
			s.quit = true
			return
		}
		s.start = append(s.start, func() { s.startup("STARTTLS") })
	}
	switch {
	case t.User != "" && preAuth:
		s.out.Note("the server has logged us in already (PREAUTH): no login for " + t.User)
	case t.User != "":
		s.start = append(s.start, func() { s.login(t.User) })
	}
	if t.Mailbox != "" {
		verb := "EXAMINE"
		if s.opt.Connect.Select && !s.opt.ReadOnly {
			verb = "SELECT"
		}
		s.start = append(s.start, func() { s.startup(verb + " " + command.MailboxWord(t.Mailbox)) })
	}
}

// startup runs a command of the shell's own; what was to follow it is dropped when it fails.
func (s *Shell) startup(text string) {
	j := s.command(tagger.Line{Text: text}, redirection{}, place{})
	if j == nil {
		return
	}
	j.then = func(ok bool) {
		if ok {
			return
		}
		s.start = nil
		if j.cmd.Match.Name == "STARTTLS" {
			s.out.Warn("--starttls requires it: the connection is closed")
			s.raise(StatusFailed)
			s.disconnectQuietly()
			s.quit = true
		}
	}
}

// login logs a user in: with LOGIN, or where that is forbidden with AUTHENTICATE PLAIN.
func (s *Shell) login(user string) {
	v := s.tag.View()
	name := "LOGIN"
	if v.Has("LOGINDISABLED") && !v.Has("AUTH=PLAIN") {
		s.refuseSecret(name, "the server forbids it here (LOGINDISABLED); --starttls or imaps:// may help")
		return
	}
	if v.Has("LOGINDISABLED") && v.Has("AUTH=PLAIN") {
		name = "AUTHENTICATE"
	}
	m := command.MatchLine("LOGIN x x")
	if name == "AUTHENTICATE" {
		m = command.MatchLine("AUTHENTICATE PLAIN")
	}
	s.consented(m, func() {
		s.secret("Password for "+user+"@"+s.target.Host, func(pw string) {
			if name == "AUTHENTICATE" {
				s.authenticate("AUTHENTICATE PLAIN", "PLAIN", user, pw, place{})
				return
			}
			s.command(tagger.Line{Text: "LOGIN " + command.AStringWord(user), Secret: &pw}, redirection{}, place{})
			if s.job != nil {
				s.job.then = func(ok bool) {
					if !ok {
						s.start = nil
					}
				}
			}
		})
	})
}

// sayTLS tells what the handshake agreed on and whom it showed.
func (s *Shell) sayTLS() {
	info := s.conn.Info()
	if info.State == nil {
		s.out.Note("no TLS: what is sent can be read on the way")
		return
	}
	s.out.Note(describeTLS(info, s.opt.Now()))
}

// describeTLS is the version, whom the certificate names, who says so, and how long it lasts.
func describeTLS(info conn.Info, now time.Time) string {
	text := tls.VersionName(info.State.Version)
	if certs := info.State.PeerCertificates; len(certs) > 0 {
		c := certs[0]
		text += "; CN=" + c.Subject.CommonName
		if by := c.Issuer.CommonName; by != "" && by != c.Subject.CommonName {
			text += " by " + by
		}
		if info.Verified {
			text += "; verified"
		} else {
			text += "; NOT VERIFIED"
		}
		days := int(c.NotAfter.Sub(now).Hours() / 24)
		if days < 0 {
			text += fmt.Sprintf("; expired %d days ago", -days)
		} else {
			text += fmt.Sprintf("; %d days left", days)
		}
	}
	return text
}

// safe is server bytes on their way into a prompt.
func safe(s string) string { return wire.EscapeString(s) }

package check

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptrace"
	"slices"
	"time"

	"github.com/emersion/go-sasl"

	"imapsh/internal/conn"
)

// dialled is how long the parts of connecting took.
type dialled struct{ resolve, connect time.Duration }

// open makes a connection without TLS.
func (r *run) open(ctx context.Context, name string) (*client, dialled, error) {
	var took dialled
	var asked time.Time
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { asked = r.o.Now() },
		DNSDone:  func(httptrace.DNSDoneInfo) { took.resolve = r.o.Now().Sub(asked) },
	})
	began := r.o.Now()
	link, err := conn.Open(traced, r.o.Target, r.o.Conn)
	took.connect = r.o.Now().Sub(began) - took.resolve
	if err != nil {
		return nil, took, err
	}
	return &client{ctx: ctx, timeout: r.o.StepTimeout, rec: newRecorder(name, link, r.tape, r.o.Now)}, took, nil
}

// secure puts TLS upon a connection; changed tells that a session in clear stood before.
func (c *client) secure(changed bool) error {
	if err := c.rec.link.Secure(c.ctx); err != nil {
		return err
	}
	c.rec.tape.mu.Lock()
	defer c.rec.tape.mu.Unlock()
	c.rec.encrypted(changed)
	return nil
}

// mayStartTLS tells that the connection is one where STARTTLS is used.
func (r *run) mayStartTLS(c *client) bool {
	return r.o.Target.Scheme == conn.IMAP && c.rec.link.Info.State == nil && (r.o.StartTLS || r.offers(c, "STARTTLS"))
}

func (r *run) offers(c *client, capability string) bool {
	return slices.Contains(c.rec.session().Caps, capability)
}

// startTLS asks for TLS, makes it, and hands the connection to the client.
func (c *client) startTLS() error {
	if err := c.speak("A2", "STARTTLS"); err != nil {
		return err
	}
	if n := c.rec.behind(); n > 0 {
		return &conn.Behind{Octets: n}
	}
	if err := c.secure(true); err != nil {
		return err
	}
	// The client wants a greeting; this one never was on the wire.
	return c.start([]byte("* OK \r\n"))
}

// fresh is a connection that is logged in, for what goes on behind a broken one.
func (r *run) fresh(ctx context.Context, name string) (*client, error) {
	c, _, err := r.open(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := r.ready(c); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (r *run) ready(c *client) error {
	if r.o.Target.Scheme == conn.IMAPS {
		if err := c.secure(false); err != nil {
			return err
		}
	}
	if err := c.greet(); err != nil {
		return err
	}
	if r.upgraded {
		if err := c.startTLS(); err != nil {
			return err
		}
	} else if err := c.bound("the greeting", func() error { return c.start(c.greeting) }); err != nil {
		return err
	}
	if !r.loggedIn || c.rec.session().PreAuth {
		return nil
	}
	return r.authenticate(c)
}

// authenticate logs in.
func (r *run) authenticate(c *client) error {
	password := ""
	how := r.o.Auth
	if how == "" {
		how = "login"
		if r.offers(c, "LOGINDISABLED") && r.offers(c, "AUTH=PLAIN") {
			how = "plain"
		}
	}
	if slices.Contains([]string{"login", "plain", "oauthbearer"}, how) {
		if c.rec.link.Info.Trust == conn.Clear && !r.o.PlaintextAuth {
			return &told{errors.New("the connection is in clear: the password was not sent"), "--starttls, or imaps://; --plaintext-auth sends it all the same"}
		}
		var err error
		if password, err = r.secret(); err != nil {
			return err
		}
	}
	r.mechanism = how
	return c.bound("the answer to the login", func() error {
		switch how {
		case "login":
			return c.imap.Login(r.o.User, password).Wait()
		case "plain":
			return c.imap.Authenticate(sasl.NewPlainClient("", r.o.User, password))
		case "external":
			return c.imap.Authenticate(sasl.NewExternalClient(r.o.User))
		case "anonymous":
			return c.imap.Authenticate(sasl.NewAnonymousClient(r.o.User))
		case "oauthbearer":
			return c.imap.Authenticate(sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: r.o.User, Token: password}))
		}
		return &told{fmt.Errorf("no mechanism %q", how), "login, plain, external, anonymous, oauthbearer"}
	})
}

// secret asks for the password once.
func (r *run) secret() (string, error) {
	if r.password != nil {
		return *r.password, nil
	}
	if r.o.Password == nil {
		return "", &told{errors.New("no password"), ""}
	}
	p, err := r.o.Password()
	if err != nil {
		return "", &told{fmt.Errorf("the password: %w", err), ""}
	}
	r.password = &p
	return p, nil
}

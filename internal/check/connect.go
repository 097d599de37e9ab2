package check

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptrace"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-sasl"

	"imapsh/internal/conn"
)

// open makes a connection without TLS, and tells how long of that its name took.
func (r *run) open(ctx context.Context, name string) (c *client, resolving time.Duration, err error) {
	var asked time.Time
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { asked = r.o.Now() },
		DNSDone:  func(httptrace.DNSDoneInfo) { resolving = r.o.Now().Sub(asked) },
	})
	link, err := conn.Open(traced, r.o.Target, r.o.Conn)
	if err != nil {
		return nil, resolving, err
	}
	return &client{ctx: ctx, timeout: r.o.StepTimeout, rec: newRecorder(name, link, r.tape, r.o.Now)}, resolving, nil
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
	if r.o.Target.Scheme != conn.IMAP || c.rec.link.Info.State != nil {
		return false
	}
	return r.o.StartTLS || r.offers(c, "STARTTLS") && !c.rec.session().PreAuth // RFC 9051 §6.2.1
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

// An auth is a row of the table of ways to log in.
type auth struct {
	name     string // of Options.Auth
	offer    string // the capability that stands for it, "" for the command LOGIN
	password bool   // is sent
	run      func(c *client, user, password string) error
}

// auths are the ways to log in. Where none was asked for, the first is taken that sends a password
// and that the server offers: LOGIN unless it is forbidden.
var auths = []auth{
	{"login", "", true, func(c *client, user, password string) error { return c.imap.Login(user, password).Wait() }},
	{"plain", "AUTH=PLAIN", true, func(c *client, user, password string) error {
		return c.imap.Authenticate(sasl.NewPlainClient("", user, password))
	}},
	{"oauthbearer", "AUTH=OAUTHBEARER", true, func(c *client, user, token string) error {
		return c.imap.Authenticate(sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: user, Token: token}))
	}},
	{"external", "AUTH=EXTERNAL", false, func(c *client, user, _ string) error {
		return c.imap.Authenticate(sasl.NewExternalClient(user))
	}},
	{"anonymous", "AUTH=ANONYMOUS", false, func(c *client, user, _ string) error {
		return c.imap.Authenticate(sasl.NewAnonymousClient(user))
	}},
}

// chooseAuth is the way that was asked for, or one that the server offers. A password is never
// sent against LOGINDISABLED (RFC 9051 §6.2.3).
func (r *run) chooseAuth(c *client) (*auth, error) {
	for i := range auths {
		a := &auths[i]
		forbidden := a.offer == "" && r.offers(c, "LOGINDISABLED")
		switch {
		case r.o.Auth == a.name && forbidden:
			return nil, &told{errors.New("the server forbids LOGIN here (LOGINDISABLED): the password was not sent"), "another --auth, or TLS: --starttls, imaps://"}
		case r.o.Auth == a.name:
			return a, nil
		case r.o.Auth == "" && a.name != "oauthbearer" && a.password && !forbidden && (a.offer == "" || r.offers(c, a.offer)):
			return a, nil
		}
	}
	if r.o.Auth == "" {
		return nil, &told{errors.New("the server forbids LOGIN here (LOGINDISABLED) and offers nothing else that takes a password"), "TLS: --starttls, imaps://; or another --auth"}
	}
	names := make([]string, len(auths))
	for i, a := range auths {
		names[i] = a.name
	}
	return nil, &told{fmt.Errorf("no mechanism %q", r.o.Auth), strings.Join(names, ", ")}
}

// authenticate logs in.
func (r *run) authenticate(c *client) error {
	how, err := r.chooseAuth(c)
	if err != nil {
		return err
	}
	password := ""
	if how.password {
		if c.rec.link.Info.Trust == conn.Clear && !r.o.PlaintextAuth {
			return &told{errors.New("the connection is in clear: the password was not sent"), "--starttls, or imaps://; --plaintext-auth sends it all the same"}
		}
		if password, err = r.secret(); err != nil {
			return err
		}
	}
	r.mechanism = how.name
	return c.bound("the answer to the login", func() error { return how.run(c, r.o.User, password) })
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
	r.tape.hide(p)
	return p, nil
}

package check

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
)

// An auth is a way to log in.
type auth struct {
	name      string          // the value of Options.Auth
	mechanism *sasl.Mechanism // nil for the command LOGIN
}

// auths are the ways to log in: the command LOGIN, then the mechanisms that imapsh can carry out.
// The mechanism LOGIN is left out: it reveals as much as the command.
var auths = func() []auth {
	out := []auth{{name: "login"}}
	for i := range sasl.Mechanisms() {
		if m := &sasl.Mechanisms()[i]; m.New != nil && m.Name != "LOGIN" {
			out = append(out, auth{strings.ToLower(m.Name), m})
		}
	}
	return out
}()

// Auths returns the names of the ways to log in, which are the values of Options.Auth.
func Auths() []string {
	names := make([]string, len(auths))
	for i, a := range auths {
		names[i] = a.name
	}
	return names
}

// NeedsSecret reports whether a way to log in needs a password or a token. auth is one of Auths, or "" if the
// server's offer decides.
func NeedsSecret(auth string) bool {
	for i := range auths {
		if needs, _ := auths[i].needs(); auths[i].name == auth {
			return needs != sasl.Nothing
		}
	}
	return true
}

// needs returns what the user must provide, and whether anyone who reads the connection learns it.
func (a *auth) needs() (what sasl.Needs, reveals bool) {
	if a.mechanism == nil {
		return sasl.Password, true
	}
	return a.mechanism.Needs, a.mechanism.Reveals
}

// chooseAuth returns the way that was asked for; otherwise the first in the table that takes a password and
// that the server offers, which is LOGIN unless it is forbidden. A password is never sent in spite of
// LOGINDISABLED (RFC 9051 §6.2.3).
func (r *run) chooseAuth(c *client) (*auth, error) {
	for i := range auths {
		a := &auths[i]
		forbidden := a.mechanism == nil && r.offers(c, "LOGINDISABLED")
		needs, _ := a.needs()
		switch {
		case r.o.Auth == a.name && forbidden:
			return nil, &told{errors.New("the server does not allow LOGIN here (LOGINDISABLED); the password was not sent"), "use TLS (--starttls or imaps://) or another --auth"}
		case r.o.Auth == a.name:
			return a, nil
		case r.o.Auth == "" && needs == sasl.Password && !forbidden && (a.mechanism == nil || r.offers(c, "AUTH="+a.mechanism.Name)):
			return a, nil
		}
	}
	if r.o.Auth == "" {
		return nil, &told{errors.New("the server does not allow LOGIN here (LOGINDISABLED) and offers nothing else that takes a password"), "use TLS (--starttls or imaps://) or another --auth"}
	}
	return nil, &told{fmt.Errorf("unknown mechanism %q", r.o.Auth), strings.Join(Auths(), ", ")}
}

// authenticate logs in, asking for the secret if it needs one.
func (r *run) authenticate(c *client) error {
	how, err := r.chooseAuth(c)
	if err != nil {
		return err
	}
	secret := ""
	if needs, reveals := how.needs(); needs != sasl.Nothing {
		if reveals && c.link.Info.Trust == conn.Clear && !r.o.PlaintextAuth {
			return &told{errors.New("the connection is unencrypted; the password was not sent"), "use --starttls or imaps://; --plaintext-auth sends it anyway"}
		}
		if secret, err = r.secret(); err != nil {
			return err
		}
	}
	r.mechanism = how.name
	target := r.o.Target
	port, _ := strconv.Atoi(target.Port)
	who := sasl.Credentials{User: r.o.User, Secret: secret, Host: target.Host, Port: port}
	return c.bound("the answer to the login", func() error { return how.run(c, who) })
}

// run logs a user in.
func (a *auth) run(c *client, who sasl.Credentials) error {
	if a.mechanism == nil {
		return c.imap.Login(who.User, who.Secret).Wait()
	}
	var bound sasl.Binding
	if a.mechanism.Binds {
		bound = sasl.Bind("", c.link.Info.State)
	}
	exchange, err := a.mechanism.New(who, bound)
	if err != nil {
		return fmt.Errorf("starting %s: %w", a.mechanism.Name, err)
	}
	c.link.answering.Store(true)
	defer c.link.answering.Store(false)
	err = c.imap.Authenticate(&exchanger{a.mechanism, exchange})
	if reason := exchange.Ended(err == nil, nil); reason != nil && err != nil {
		return fmt.Errorf("%w (%w)", err, reason)
	} else if reason != nil {
		return reason
	}
	return err
}

// An exchanger adapts an exchange to the client's library.
type exchanger struct {
	mechanism *sasl.Mechanism
	exchange  sasl.Exchange
}

func (x *exchanger) Start() (mechanism string, initial []byte, err error) {
	if x.mechanism.First {
		initial, err = x.exchange.Next(nil)
		if initial == nil {
			initial = []byte{} // nil would mean that there is no initial response
		}
	}
	return x.mechanism.Name, initial, err
}

func (x *exchanger) Next(challenge []byte) ([]byte, error) { return x.exchange.Next(challenge) }

// secret returns the password, for which it asks only once.
func (r *run) secret() (string, error) {
	if r.password != nil {
		return *r.password, nil
	}
	if r.o.Password == nil {
		return "", &told{errors.New("no password"), ""}
	}
	p, err := r.o.Password()
	if err != nil {
		return "", &told{fmt.Errorf("getting the password: %w", err), ""}
	}
	r.password = &p
	r.tape.hide(p)
	return p, nil
}

package check

import (
	"context"
	"errors"
	"slices"
	"time"

	"imapsh/internal/conn"
)

// open opens a connection without TLS, and returns how long it took to resolve the name.
func (r *run) open(ctx context.Context, name string) (c *client, resolving time.Duration, err error) {
	link, err := conn.Open(ctx, r.o.Target, r.o.Conn)
	if err != nil {
		var e *conn.Error
		if errors.As(err, &e) {
			resolving = e.Resolve
		}
		return nil, resolving, err
	}
	resolving = link.Info.Resolve
	return &client{ctx: ctx, timeout: r.o.StepTimeout, after: r.o.after, link: newTapped(name, link, r.tape, r.o.Now)}, resolving, nil
}

// mayStartTLS reports whether STARTTLS is to be used on the connection.
func (r *run) mayStartTLS(c *client) bool {
	if r.o.Target.Scheme != conn.IMAP || c.link.Info.State != nil {
		return false
	}
	return r.o.StartTLS || r.offers(c, "STARTTLS") && !c.link.session().PreAuth // RFC 9051 §6.2.1
}

func (r *run) offers(c *client, capability string) bool {
	return slices.Contains(c.link.session().Caps, capability)
}

// startTLS sends STARTTLS, starts TLS, and hands the connection to the client.
func (c *client) startTLS() error {
	if err := c.speak("A2", "STARTTLS"); err != nil {
		return err
	}
	if n := c.link.extra(); n > 0 {
		return &conn.ExtraBytes{Count: n}
	}
	if err := c.link.secure(c.ctx, true); err != nil {
		return err
	}
	// The client needs a greeting; this one was never on the wire.
	return c.start([]byte("* OK \r\n"))
}

// fresh returns a new connection in the state of the one before: with TLS and logged in, as far as that was.
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
		if err := c.link.secure(c.ctx, false); err != nil {
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
	} else if err := c.start(c.greeting); err != nil {
		return err
	}
	if r.loggedIn && !c.link.session().PreAuth {
		if err := r.authenticate(c); err != nil {
			return err
		}
	}
	if !r.identifies {
		return nil
	}
	return r.identify(c)
}

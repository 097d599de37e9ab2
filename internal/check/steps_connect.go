package check

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"imapsh/internal/conn"
)

// resolve also connects, as both happen in one call. The time for connecting is charged to the next step.
func (r *run) resolve() error {
	c, resolving, err := r.open(r.ctx, "")
	r.charge(&r.step.Elapsed)
	r.main, r.dialErr = c, err
	var e *conn.Error
	if errors.As(err, &e) && e.Phase == conn.Resolving {
		r.ended = "no connection"
		return err
	}
	r.connecting = r.step.Elapsed - resolving
	r.step.Elapsed = resolving
	r.report.Between += r.connecting // until the next step charges it
	_, parsed := netip.ParseAddr(r.o.Target.Host)
	if r.o.Target.Host == "" || parsed == nil {
		return skip("nothing to resolve")
	}
	r.says("%s", safe(r.o.Target.Host))
	return nil
}

func (r *run) connect() error {
	r.report.Between -= r.connecting
	r.step.Elapsed += r.connecting
	if r.dialErr != nil {
		r.ended = "no connection"
		return r.dialErr
	}
	r.says("%s", safe(r.main.link.Info.Remote))
	return nil
}

func (r *run) tls() error {
	if r.o.Target.Scheme != conn.IMAPS {
		return skip("not from the start of the connection")
	}
	if err := r.main.link.secure(r.main.ctx, false); err != nil {
		r.ended = "no TLS"
		return err
	}
	r.certificate()
	return nil
}

// certificate reports the version of TLS, and how long the certificate is valid.
func (r *run) certificate() {
	state := r.main.link.Info.State
	verified := ""
	if !r.main.link.Info.Verified {
		verified = ", not verified"
	}
	if len(state.PeerCertificates) == 0 {
		return
	}
	left := state.PeerCertificates[0].NotAfter.Sub(r.o.Now()).Hours() / 24
	r.measure("days_left", left, "d")
	r.says("%s, certificate valid for %d days%s", tlsName(state.Version), int(left), verified)
}

func (r *run) greeting() error {
	if err := r.main.greet(); err != nil {
		r.ended = "no greeting"
		return err
	}
	s := r.main.link.session()
	if r.o.Target.Scheme != conn.IMAP { // otherwise STARTTLS may come first
		if err := r.main.start(r.main.greeting); err != nil {
			r.ended = "no greeting"
			return err
		}
	}
	r.says("%s", "OK")
	if s.PreAuth {
		r.says("PREAUTH, logged in already")
	}
	return nil
}

func (r *run) capabilities() error {
	c := r.main
	if c.imap == nil {
		if err := c.speak("A1", "CAPABILITY"); err != nil {
			r.ended = "no capabilities"
			return err
		}
		if !r.mayStartTLS(c) {
			if err := c.start(c.greeting); err != nil {
				return err
			}
		}
	}
	return r.ask()
}

// ask checks the capabilities, and first asks for them through the client if it has the connection.
func (r *run) ask() error {
	c := r.main
	if c.imap != nil {
		if err := c.bound("the answer to CAPABILITY", func() error { _, err := c.imap.Capability().Wait(); return err }); err != nil {
			return err
		}
	}
	caps := c.link.session().Caps
	if !slices.Contains(caps, "IMAP4REV1") && !slices.Contains(caps, "IMAP4REV2") {
		return errors.New("neither IMAP4rev1 nor IMAP4rev2 is offered")
	}
	r.says("%d capabilities", len(caps))
	return nil
}

func (r *run) starttls() error {
	if r.main.imap != nil {
		if r.main.link.Info.State != nil {
			return skip("TLS is already active")
		}
		return skip("not offered")
	}
	r.upgraded = true
	if err := r.main.startTLS(); err != nil {
		r.ended = "no TLS"
		return err
	}
	if err := r.ask(); err != nil {
		return err
	}
	r.certificate()
	return nil
}

func (r *run) login() error {
	if r.main.link.session().PreAuth {
		r.loggedIn = true
		return skip("PREAUTH: logged in already")
	}
	if r.o.User == "" && r.o.Auth != "anonymous" && r.o.Auth != "external" {
		return skip("no user given")
	}
	if r.main.dead() {
		if err := r.apart(r.reconnect); err != nil {
			return err
		}
	}
	if err := r.authenticate(r.main); err != nil {
		return err
	}
	r.loggedIn = true
	says := strings.ToUpper(r.mechanism)
	if r.o.User != "" {
		says += " as " + safe(r.o.User)
	}
	r.says("%s", says)
	return nil
}

// capabilitiesAfter asks for the capabilities again, and sends ID if the server offers it: some servers
// open no mailbox for clients that do not identify themselves.
func (r *run) capabilitiesAfter() error {
	if err := r.ask(); err != nil {
		return err
	}
	if r.identifies = r.offers(r.main, "ID"); !r.identifies {
		return nil
	}
	return r.identify(r.main)
}

// identify sends ID (RFC 2971). It does not matter if the server answers NO or BAD.
func (r *run) identify(c *client) error {
	err := c.bound("the answer to ID", func() error {
		_, err := c.imap.ID(&imap.IDData{Name: "imapsh"}).Wait()
		return err
	})
	if errors.As(err, new(*answer)) {
		return nil
	}
	return err
}

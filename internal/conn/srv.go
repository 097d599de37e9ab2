package conn

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"imapsh/internal/wire"
)

// domainOf returns the mail domain of an address, for which DNS may name a server; "" if host must be the server
// itself, because it is an IP address or has no dot.
func domainOf(host string) string {
	if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(strings.Trim(host, "."), ".") {
		return ""
	}
	return host
}

// Find asks DNS which servers have the mail of a target's domain (RFC 6186, RFC 8314), and returns them in the
// order in which to try them. If the domain has no such records, it is the server itself; a target without a
// domain is returned as it is. An error is an *Error.
func Find(ctx context.Context, t Target, o Options) ([]Target, error) {
	if t.Domain == "" {
		return []Target{t}, nil
	}
	if o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Timeout)
		defer cancel()
	}
	domain, err := asciiHost(t.Domain)
	if err != nil {
		return nil, &Error{Phase: Resolving, Target: t, Err: because(err, "not a host name")}
	}
	var found []Target
	refused := false
	for _, s := range []struct {
		service string
		scheme  Scheme
	}{{"imaps", IMAPS}, {"imap", IMAP}} {
		name := "_" + s.service + "._tcp." + domain
		_, records, err := o.resolver().LookupSRV(ctx, s.service, "tcp", domain)
		var dns *net.DNSError
		switch {
		case err == nil:
		case errors.As(err, &dns) && dns.IsNotFound:
			o.tell(name + ": no SRV record")
			continue
		default:
			why := plain(err, o.Timeout).Error()
			if errors.As(err, &dns) && !dns.IsTimeout {
				why = wire.EscapeString(dns.Err)
			}
			return nil, &Error{Phase: Resolving, Target: t, Err: because(err, "asking for the SRV record %s: %s", wire.EscapeString(name), why), Hint: "to name the server itself, use " + t.itself().String()}
		}
		for _, r := range records {
			host := strings.TrimSuffix(r.Target, ".")
			if host == "" { // RFC 2782: the service is explicitly not available
				o.tell(name + ": the service is not offered")
				refused = true
				continue
			}
			there := t
			there.Scheme, there.Host, there.Port, there.Found = s.scheme, host, strconv.Itoa(int(r.Port)), true
			there.User = t.Person() + "@" + t.Domain // RFC 6186 §4
			there.Note = "DNS says that the mail of " + wire.EscapeString(t.Domain) + " is at " + there.Addr() + "; logging in as " + wire.EscapeString(there.User)
			o.tell(name + " points to " + there.Addr() + ", priority " + strconv.Itoa(int(r.Priority)) + ", weight " + strconv.Itoa(int(r.Weight)))
			found = append(found, there)
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case refused:
		return nil, &Error{Phase: Resolving, Target: t, Err: errors.New("its SRV records say that it has no IMAP service"), Hint: "to name a server anyway, use " + t.itself().String()}
	}
	there := t.itself()
	there.Domain = t.Domain
	there.Note = wire.EscapeString(t.Domain) + " has no SRV record for IMAP: assuming that it is the server itself"
	return []Target{there}, nil
}

// itself returns the target in which the domain is the server.
func (t Target) itself() Target {
	return Target{Scheme: IMAPS, Host: t.Domain, Port: ports[IMAPS], User: t.Person(), Mailbox: t.Mailbox}
}

// Person returns the user as the target was typed: without the domain, if DNS has named the server.
func (t Target) Person() string {
	if t.Found {
		return strings.TrimSuffix(t.User, "@"+t.Domain)
	}
	return t.User
}

// Vouches reports whether the certificate of a server that DNS has named is for the mail domain or for a host below
// it, which somebody who forges the record cannot have (RFC 6186 §6). A certificate that was not verified says
// nothing.
func (i *Info) Vouches(domain string) bool {
	if i.State == nil || len(i.State.PeerCertificates) == 0 || !i.Verified && !i.Pinned {
		return false
	}
	if domain, err := asciiHost(domain); err == nil {
		return names(i.State.PeerCertificates[0], domain)
	}
	return false
}

// names reports whether a certificate names a domain or a host below it.
func names(c *x509.Certificate, domain string) bool {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	for _, n := range c.DNSNames {
		n = strings.ToLower(strings.TrimSuffix(n, "."))
		if n == domain || strings.HasSuffix(n, "."+domain) {
			return true
		}
	}
	return false
}

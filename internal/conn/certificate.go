package conn

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"imapsh/internal/wire"
)

// tlsError says in plain words why a handshake failed. heard holds the first bytes that the server sent
// in it, asked what each side asked of the other.
func tlsError(t Target, o Options, asked *Asked, heard []byte, err error) error {
	e := &Error{Phase: TLSWith, Target: t}
	var verify *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var pin *pinError
	var revoked *revokedError
	switch {
	case errors.As(err, &verify):
		e.Hint, e.Err = verifyError(verify, asked.Name, o.Now())
	case errors.As(err, &revoked):
		e.Err, e.Hint = revoked, "the server needs a new certificate; --insecure connects all the same"
	case errors.As(err, &pin):
		e.Err, e.Hint = pin, "if the certificate was renewed, pin the new one; otherwise somebody is in between"
	case errors.As(err, &header) && !isTLSRecord(heard):
		e.Err = because(err, "the server does not use TLS on this port; it sent %s", quote(excerpt(heard)))
		e.Hint = clearHint(t, heard)
	case strings.Contains(err.Error(), "protocol version"):
		e.Err = because(err, "no TLS version in common (%s)", asked.Offered())
		e.Hint = olderHint(asked)
	case strings.Contains(err.Error(), "no application protocol"):
		e.Err = because(err, "the server does not know the protocol %s (ALPN)", quote(o.ALPN))
		e.Hint = "--alpn none offers none"
	case strings.Contains(err.Error(), "handshake failure"):
		e.Err = because(err, "the server refused the handshake: no cipher in common, or it wants a client certificate")
		if asked.Client && asked.Sent == nil {
			e.Err = because(err, "the server refused the handshake: it wants a client certificate")
			e.Hint = "--cert FILE sends one"
		}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Err = because(err, "the server closed the connection during the handshake")
	case errors.Is(err, syscall.ECONNRESET):
		e.Err = because(err, "connection reset during the handshake")
	default:
		e.Err, e.Hint = plain(err, o.Timeout), alertHint(err, asked)
	}
	if e.Hint == "" && len(heard) == 0 && (o.MinTLS != 0 || o.MaxTLS != 0 || len(o.Ciphers) > 0) {
		e.Hint = "perhaps the server supports nothing that --tls-min, --tls-max and --ciphers allow (" + asked.Offered() + ")"
	}
	if e.Hint == "" && t.Scheme == IMAPS && len(heard) == 0 && !o.UsedTLS && t.Port != ports[IMAPS] {
		e.Hint = "this port may not use TLS: try " + t.in(IMAP, t.Port).String() + " --starttls"
	}
	return e
}

// alertHint explains an alert about a certificate. With TLS 1.3 the server checks the client's certificate only after
// the handshake has ended here (RFC 8446 §4.4.2.4).
func alertHint(err error, asked *Asked) string {
	if op := (*net.OpError)(nil); !errors.As(err, &op) || op.Op != "remote error" || !strings.Contains(err.Error(), "certificate") || asked == nil || !asked.Client {
		return ""
	}
	if asked.Sent == nil {
		return "the server wants a client certificate: --cert FILE sends one"
	}
	return "the server did not accept the client certificate that was sent (--cert)"
}

// isTLSRecord reports whether bytes begin like a TLS record (RFC 8446 §5.1).
func isTLSRecord(b []byte) bool {
	return len(b) >= 2 && b[0] >= 0x14 && b[0] <= 0x18 && b[1] == 0x03
}

// excerpt returns the first line of what was heard, at most 60 bytes of it.
func excerpt(heard []byte) string {
	line, _, _ := bytes.Cut(heard, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) > 60 {
		return string(line[:60]) + "…"
	}
	return string(line)
}

func clearHint(t Target, heard []byte) string {
	if hint, wrong := WrongDoor(t, heard); wrong {
		return hint
	}
	if t.Scheme == IMAPS {
		return "try " + t.in(IMAP, t.Port).String() + " --starttls"
	}
	return ""
}

// verifyError says what is wrong with a certificate. Of several faults, Go reports the first in the order
// of the cases.
func verifyError(verify *tls.CertificateVerificationError, name string, now time.Time) (hint string, err error) {
	const insecure = "--insecure connects without verifying"
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	chain := verify.UnverifiedCertificates
	switch {
	case errors.As(verify.Err, &invalid) && invalid.Reason == x509.Expired:
		hint := "the server needs a new certificate; imapsh tls shows the dates; " + insecure
		if now.Before(invalid.Cert.NotBefore) {
			hint = "set this machine's clock, or wait; imapsh tls shows the dates; " + insecure
		}
		return hint, because(verify, "%s", outOfDate(whose(invalid.Cert, chain), invalid.Cert, now))
	case errors.As(verify.Err, &host):
		hint := "connect to one of these names, or ask for one with --sni NAME"
		if len(host.Certificate.DNSNames)+len(host.Certificate.IPAddresses) == 0 {
			hint = "it needs a subjectAltName with the host's name; " + insecure
		}
		return hint, because(verify, "%s", wrongName(host.Certificate, name))
	case errors.As(verify.Err, &unknown) && len(chain) > 0:
		return unknownIssuer(verify, chain)
	}
	return insecure, because(verify, "the certificate was not accepted: %s", wire.EscapeString(strings.TrimPrefix(verify.Err.Error(), "x509: ")))
}

func whose(cert *x509.Certificate, chain []*x509.Certificate) string {
	if len(chain) > 0 && !cert.Equal(chain[0]) {
		return "the issuer's certificate " + nameOf(cert.Subject)
	}
	return "the certificate"
}

func outOfDate(what string, cert *x509.Certificate, now time.Time) string {
	if now.Before(cert.NotBefore) {
		return fmt.Sprintf("%s is not valid before %s (%s from now; is the clock right?)", what, cert.NotBefore.UTC().Format(day), days(cert.NotBefore.Sub(now)))
	}
	return fmt.Sprintf("%s expired on %s (%s ago)", what, cert.NotAfter.UTC().Format(day), days(now.Sub(cert.NotAfter)))
}

func days(d time.Duration) string {
	switch n := int(d.Hours() / 24); n {
	case 0:
		return "less than a day"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", n)
	}
}

// wrongName lists the names that a certificate has. The common name is not one of them (RFC 9525 §6.3).
func wrongName(cert *x509.Certificate, name string) string {
	const most = 6
	var names []string
	for _, n := range cert.DNSNames {
		names = append(names, wire.EscapeString(n))
	}
	for _, a := range cert.IPAddresses {
		names = append(names, a.String())
	}
	if len(names) == 0 {
		return fmt.Sprintf("the certificate has no host names (its CN, %s, is not used)", nameOf(cert.Subject))
	}
	more := ""
	if len(names) > most {
		more = fmt.Sprintf(" and %d more", len(names)-most)
		names = names[:most]
	}
	return fmt.Sprintf("the certificate is not for %s; its names are %s%s", wire.EscapeString(name), strings.Join(names, ", "), more)
}

// unknownIssuer distinguishes a self-signed certificate, a chain that ends too early, and an unknown root.
func unknownIssuer(verify error, chain []*x509.Certificate) (hint string, err error) {
	leaf, last := chain[0], chain[len(chain)-1]
	switch {
	case selfIssued(leaf):
		return "to trust it, use --ca FILE with this certificate", because(verify, "the certificate is self-signed (%s)", nameOf(leaf.Subject))
	case selfIssued(last):
		return "to trust it, use --ca FILE with that issuer's certificate", because(verify, "unknown issuer: the chain ends at %s, which is not trusted", nameOf(last.Subject))
	case len(chain) == 1:
		return "to trust it, use --ca FILE with that issuer's certificate; or the server omits an intermediate: it sent only its own", because(verify, "unknown issuer %s", nameOf(leaf.Issuer))
	}
	return "to trust it, use --ca FILE with that issuer's certificate", because(verify, "unknown issuer %s", nameOf(last.Issuer))
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, c.RawIssuer) }

// nameOf returns the CN of a subject or issuer; the complete name if it has none.
func nameOf(n pkix.Name) string {
	if n.CommonName != "" {
		return `"` + wire.EscapeString(n.CommonName) + `"`
	}
	if s := n.String(); s != "" {
		return `"` + wire.EscapeString(s) + `"`
	}
	return "without a name"
}

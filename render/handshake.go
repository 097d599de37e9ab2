package render

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/trace"
)

// A fact is one row of what is known about a handshake.
type fact struct{ label, value string }

// facts returns everything that is known about a handshake: what was agreed, who asked for what, and the chain.
func facts(info *conn.Info, now time.Time) []fact {
	state, asked := info.State, info.Asked
	if asked == nil {
		asked = &conn.Asked{}
	}
	list := []fact{
		{"version", tls.VersionName(state.Version) + "; " + asked.Offered()},
		{"cipher", tls.CipherSuiteName(state.CipherSuite)},
	}
	if group := groupName(state.CurveID); group != "" {
		list = append(list, fact{"group", group})
	}
	list = append(list,
		fact{"alpn", cmp.Or(state.NegotiatedProtocol, "none") + "; offered was " + cmp.Or(asked.ALPN, "none")},
		fact{"asked", askedFor(asked.Name)},
		fact{"verified", verification(info)},
		fact{"resumed", resumption(info)},
		fact{"ocsp", info.Staple(now)},
		fact{"client", clientCertificate(asked, now)},
	)
	for i, c := range state.PeerCertificates {
		list = append(list, certificateFacts(fmt.Sprintf("chain %d", i), c, now)...)
	}
	return list
}

// verification says whether the certificate was verified and, if not, why.
func verification(info *conn.Info) string {
	says := ""
	switch {
	case info.Verified:
		says = "yes, up to " + cmp.Or(rootOf(info), "an authority that is trusted")
	case info.Reason != nil:
		says = "NO: " + info.Reason.Error()
	default:
		says = "no (--insecure)"
	}
	if info.Pinned {
		says += "; it is the one pinned"
	}
	return says
}

// rootOf returns the authority at the end of the verified chain; "" if it is not known.
func rootOf(info *conn.Info) string {
	if chains := info.Chains(); len(chains) > 0 {
		return subjectOf(chains[0][len(chains[0])-1])
	}
	return ""
}

func resumption(info *conn.Info) string {
	switch {
	case info.State.DidResume:
		return "yes, an earlier session"
	case info.Unresumed:
		return "no: the server ends the handshake if an earlier session is offered"
	}
	return "no, a new session"
}

// issuersShown is how many issuers of client certificates are listed.
const issuersShown = 5

// clientCertificate says whether the server asked for a client certificate, and which one was sent.
func clientCertificate(asked *conn.Asked, now time.Time) string {
	if !asked.Client {
		return "the server did not ask for a certificate"
	}
	says := "the server asked for a certificate"
	if n := len(asked.Issuers); n > 0 {
		says += " of " + strings.Join(asked.Issuers[:min(n, issuersShown)], "; ")
		if n > issuersShown {
			says += fmt.Sprintf("; and %d more", n-issuersShown)
		}
	}
	switch {
	case asked.Sent == nil:
		return says + "; none was sent (--cert FILE)"
	case asked.Sent.Leaf.NotAfter.Before(now):
		return says + "; sent was " + subjectOf(asked.Sent.Leaf) + ", which EXPIRED on " + asked.Sent.Leaf.NotAfter.UTC().Format(time.DateOnly)
	}
	return says + "; sent was " + subjectOf(asked.Sent.Leaf)
}

// certificateFacts returns the facts about one certificate of the chain.
func certificateFacts(label string, c *x509.Certificate, now time.Time) []fact {
	list := []fact{
		{label, cmp.Or(c.Subject.String(), "no subject")},
		{"issuer", cmp.Or(c.Issuer.String(), "none")},
	}
	if names := namesOf(c); len(names) > 0 {
		list = append(list, fact{"names", strings.Join(names, ", ")})
	}
	valid := c.NotBefore.UTC().Format(time.DateOnly) + " to " + c.NotAfter.UTC().Format(time.DateOnly)
	switch days := daysLeft(c.NotAfter, now); {
	case now.Before(c.NotBefore):
		valid += ", NOT YET VALID"
	case now.After(c.NotAfter):
		valid += fmt.Sprintf(", EXPIRED %d days ago", -days)
	default:
		valid += fmt.Sprintf(", %d days left", days)
	}
	return append(list,
		fact{"serial", hex.EncodeToString(c.SerialNumber.Bytes())},
		fact{"valid", valid},
		fact{"key", keyOf(c)},
		fact{"signed", c.SignatureAlgorithm.String()},
		fact{"sha256", conn.Fingerprint(c)},
		fact{"pin", conn.PinOf(c)},
	)
}

// namesOf returns the hosts that a certificate is for.
func namesOf(c *x509.Certificate) []string {
	names := append([]string(nil), c.DNSNames...)
	for _, a := range c.IPAddresses {
		names = append(names, a.String())
	}
	return names
}

// keyOf returns the kind and size of a certificate's key.
func keyOf(c *x509.Certificate) string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d bits", k.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return c.PublicKeyAlgorithm.String()
}

// facts shows everything that is known about a handshake.
func (p *prettyMode) facts(e *trace.Event) {
	agreed := *e.Info
	if agreed.State != nil {
		state := *agreed.State
		state.DidResume = false // this has a row of its own
		agreed.State = &state
	}
	p.note(e.Conn, TLS(&agreed, p.r.opts.Now()))
	if agreed.State == nil {
		return
	}
	lay := p.layout()
	lay.whole = true
	p.buf = p.buf[:0]
	for _, f := range facts(e.Info, p.r.opts.Now()) {
		p.buf = p.means.label(p.buf, f.label, []byte(f.value), lay)
	}
	p.emit(p.buf)
}

// appendFacts appends what :tls shows, including what was agreed in the handshake.
func appendFacts(b []byte, i *conn.Info, now time.Time) []byte {
	if i.State == nil {
		return b
	}
	b = appendHandshake(b, i, now)
	if a := i.Asked; a != nil {
		b = appendJSON(append(b, `,"asked":{"name":`...), []byte(a.Name))
		if a.ALPN != "" {
			b = appendJSON(append(b, `,"alpn":`...), []byte(a.ALPN))
		}
		b = append(b, '}')
		if a.Client {
			b = append(b, `,"client_certificate":{"asked":true`...)
			b = appendTexts(b, "issuers", a.Issuers)
			if a.Sent != nil {
				b = appendJSON(append(b, `,"sent":`...), []byte(a.Sent.Leaf.Subject.String()))
			}
			b = append(b, '}')
		}
	}
	if i.Verified {
		b = appendJSON(append(b, `,"root":`...), []byte(rootOf(i)))
	}
	if len(i.State.OCSPResponse) > 0 {
		b = appendJSON(append(b, `,"ocsp":`...), []byte(i.Staple(now)))
	}
	b = append(b, `,"chain":[`...)
	for n, c := range i.State.PeerCertificates {
		if n > 0 {
			b = append(b, ',')
		}
		b = appendCertificate(append(b, '{'), c, now)
		b = appendJSON(append(b, `,"serial":`...), []byte(hex.EncodeToString(c.SerialNumber.Bytes())))
		b = append(b, `,"not_before":"`...)
		b = c.NotBefore.UTC().AppendFormat(b, time.RFC3339)
		b = appendJSON(append(b, `","key":`...), []byte(keyOf(c)))
		b = appendJSON(append(b, `,"signature":`...), []byte(c.SignatureAlgorithm.String()))
		b = appendJSON(append(b, `,"pin":`...), []byte(conn.PinOf(c)))
		b = append(b, '}')
	}
	return append(b, ']')
}

// PEM returns the chain that the server sent, as PEM; nil without TLS.
func PEM(info *conn.Info) []byte {
	var text []byte
	if info.State == nil {
		return nil
	}
	for _, c := range info.State.PeerCertificates {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return text
}

// askedFor says which name was asked for. An address is only verified, never sent (RFC 6066 §3).
func askedFor(name string) string {
	if _, err := netip.ParseAddr(name); err == nil {
		return name + ", an address: not sent (SNI)"
	}
	return cmp.Or(name, "no name") + " (SNI)"
}

package conn

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"
)

const day = "2006-01-02"

// A staple is what the OCSP response that came with a certificate (RFC 6066 §8) says about it.
type staple struct {
	says string
	// revoked says that the certificate is revoked, and that its issuer has signed this.
	revoked bool
	when    time.Time // when it was revoked
}

// mustStaple is the extension of a certificate that demands an OCSP response; its list includes 5, status_request.
var mustStaple = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}

// Staple says in words which OCSP response came with the certificate. There must be TLS.
func (i *Info) Staple(now time.Time) string {
	if len(i.State.OCSPResponse) > 0 {
		return stapleOf(i.State.OCSPResponse, i.State.PeerCertificates, i.Chains(), now).says
	}
	says := "no response was sent"
	for _, c := range i.State.PeerCertificates[:min(1, len(i.State.PeerCertificates))] {
		for _, e := range c.Extensions {
			var wants []int
			if _, err := asn1.Unmarshal(e.Value, &wants); e.Id.Equal(mustStaple) && err == nil && slices.Contains(wants, 5) {
				says += ", although the certificate demands one (RFC 7633)"
			}
		}
	}
	return says
}

// stapleOf reads a response about the first certificate of sent. The issuer, who must have signed it, is the next
// certificate in a verified chain, or in sent if there is no such chain.
func stapleOf(response []byte, sent []*x509.Certificate, verified [][]*x509.Certificate, now time.Time) staple {
	if len(sent) == 0 {
		return staple{says: "a response was sent without a certificate"}
	}
	var issuer *x509.Certificate
	switch {
	case len(verified) > 0 && len(verified[0]) > 1:
		issuer = verified[0][1]
	case len(sent) > 1:
		issuer = sent[1]
	}
	r, err := ocsp.ParseResponseForCert(response, sent[0], issuer)
	switch {
	case errors.As(err, new(asn1.StructuralError)), errors.As(err, new(asn1.SyntaxError)):
		return staple{says: "what was sent is not an OCSP response"}
	case err != nil:
		return staple{says: "a response was sent that cannot be used: " + strings.TrimPrefix(err.Error(), "ocsp: ")}
	}
	s := staple{}
	switch r.Status {
	case ocsp.Good:
		s.says = "good"
	case ocsp.Revoked:
		s.says, s.when = "REVOKED on "+r.RevokedAt.UTC().Format(day), r.RevokedAt
		s.revoked = issuer != nil
	default:
		s.says = "the issuer does not know the certificate"
	}
	if issuer == nil {
		s.says += " (its signature could not be checked)"
	}
	switch {
	case r.NextUpdate.IsZero():
	case r.NextUpdate.Before(now):
		s.says += ", but OUT OF DATE since " + r.NextUpdate.UTC().Format(day)
	default:
		s.says += ", until " + r.NextUpdate.UTC().Format(day)
	}
	return s
}

// revokedError says that the issuer has revoked a certificate, according to the OCSP response that the server sent.
type revokedError struct{ when time.Time }

func (e *revokedError) Error() string {
	return "the certificate was revoked on " + e.when.UTC().Format(day) + ", according to the OCSP response that came with it"
}

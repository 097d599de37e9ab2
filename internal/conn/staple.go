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

// A staple is what the OCSP response that came with a certificate (RFC 6066 §8) says of it.
type staple struct {
	says string
	// revoked says that the certificate is, and its issuer has signed that.
	revoked bool
	when    time.Time // it was revoked
}

// mustStaple is the extension of a certificate that wants a response sent along: 5, status_request, is in its list.
var mustStaple = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}

// Staple says what OCSP response came with the certificate.
func (i *Info) Staple(now time.Time) string {
	if len(i.State.OCSPResponse) > 0 {
		return stapleOf(i.State.OCSPResponse, i.State.PeerCertificates, i.Chains(), now).says
	}
	says := "no response was sent along"
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

// stapleOf reads a response about the first certificate of sent. The issuer, who must have signed it, is the next one
// of a verified chain, else of those that were sent.
func stapleOf(response []byte, sent []*x509.Certificate, verified [][]*x509.Certificate, now time.Time) staple {
	if len(sent) == 0 {
		return staple{says: "a response was sent along without a certificate"}
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
		return staple{says: "what was sent along is not a response of OCSP"}
	case err != nil:
		return staple{says: "a response was sent along that cannot be used: " + strings.TrimPrefix(err.Error(), "ocsp: ")}
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

// revokedError refuses a certificate that its issuer has revoked, as the server itself has sent along.
type revokedError struct{ when time.Time }

func (e *revokedError) Error() string {
	return "the certificate was revoked on " + e.when.UTC().Format(day) + ", as the OCSP response says that came with it"
}

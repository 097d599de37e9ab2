package conn

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// responds returns the OCSP response of this authority about a certificate of any authority.
func (a *authority) responds(about *x509.Certificate, status int, until time.Time) []byte {
	a.t.Helper()
	answer := ocsp.Response{Status: status, SerialNumber: about.SerialNumber, ThisUpdate: noon.AddDate(0, 0, -1), NextUpdate: until}
	if status == ocsp.Revoked {
		answer.RevokedAt, answer.RevocationReason = noon.AddDate(0, 0, -10), ocsp.KeyCompromise
	}
	der, err := ocsp.CreateResponse(a.cert, a.cert, answer, crypto.Signer(a.key))
	if err != nil {
		a.t.Fatal(err)
	}
	return der
}

func TestAStapledResponseIsReadAndARevokedCertificateRefused(t *testing.T) {
	ca, other := newAuthority(t, "Test CA"), newAuthority(t, "Test CA")
	soon := noon.AddDate(0, 0, 3)
	good := ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1")
	must := ca.sign(&x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "server"}, NotBefore: noon.AddDate(0, -1, 0), NotAfter: noon.AddDate(0, 1, 0), IPAddresses: good.Leaf.IPAddresses,
		ExtraExtensions: []pkix.Extension{{Id: mustStaple, Value: []byte{0x30, 3, 2, 1, 5}}},
	})
	unknown := other.issue(noon.AddDate(0, 2, 0), "127.0.0.1")
	for _, row := range []struct {
		name     string
		cert     tls.Certificate
		staple   []byte
		insecure bool
		says     string
		refused  string
	}{
		{"nothing", good, nil, false, "no response was sent", ""},
		{"nothing, although the certificate wants it", must, nil, false, "no response was sent, although the certificate demands one (RFC 7633)", ""},
		{"good", good, ca.responds(good.Leaf, ocsp.Good, soon), false, "good, until 2026-11-23", ""},
		{"good, not verified", good, ca.responds(good.Leaf, ocsp.Good, soon), true, "good, until 2026-11-23", ""},
		{"good without an end", good, ca.responds(good.Leaf, ocsp.Good, time.Time{}), false, "good", ""},
		{"good, too old", good, ca.responds(good.Leaf, ocsp.Good, noon.Add(-time.Hour)), false, "good, but OUT OF DATE since 2026-11-20", ""},
		{"not known", good, ca.responds(good.Leaf, ocsp.Unknown, soon), false, "the issuer does not know the certificate, until 2026-11-23", ""},
		{"another certificate's", good, ca.responds(must.Leaf, ocsp.Good, soon), false, "a response was sent that cannot be used: ", ""},
		{"of another authority", good, other.responds(good.Leaf, ocsp.Revoked, soon), false, "a response was sent that cannot be used: bad OCSP signature", ""},
		{"of an authority that cannot be asked", unknown, other.responds(unknown.Leaf, ocsp.Revoked, soon), true, "REVOKED on 2026-11-10 (its signature could not be checked), until 2026-11-23", ""},
		{"garbage", good, []byte("hello"), false, "what was sent is not an OCSP response", ""},
		{"revoked", good, ca.responds(good.Leaf, ocsp.Revoked, soon), false, "", "the certificate was revoked on 2026-11-10, according to the OCSP response that came with it"},
		{"revoked long ago", good, ca.responds(good.Leaf, ocsp.Revoked, noon.Add(-time.Hour)), false, "", "the certificate was revoked on 2026-11-10"},
		{"revoked, not verified", good, ca.responds(good.Leaf, ocsp.Revoked, soon), true, "REVOKED on 2026-11-10, until 2026-11-23", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.cert.OCSPStaple = row.staple
			c, err := secured(t, serverConfig(row.cert), Options{CAFile: ca.file, Insecure: row.insecure})
			if row.refused != "" {
				if err == nil || !strings.Contains(err.Error(), row.refused) || !strings.Contains(Hint(err), "--insecure") {
					t.Fatalf("got %v (%s), want %q", err, Hint(err), row.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			info := c.Info()
			if got := info.Staple(noon); !strings.HasPrefix(got, row.says) {
				t.Errorf("got %q, want %q", got, row.says)
			}
			if reason := info.Reason; row.name == "revoked, not verified" && (reason == nil || !strings.Contains(reason.Error(), "was revoked on")) {
				t.Errorf("the reason is %v", reason)
			}
			c.Close()
		})
	}
}

func TestAServerThatCannotResumeASessionIsAskedForANewOne(t *testing.T) {
	noLeaks(t)
	ca := newAuthority(t, "Test CA")
	server := serverConfig(ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1"))
	var dials atomic.Int32
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
		if n := dials.Add(1); n == 2 || n == 4 || n == 5 {
			s.Read(make([]byte, 1<<10))
			if n == 2 {
				s.Write([]byte{alertRecord, 3, 3, 0, 2, 2, 40}) // handshake_failure
			}
			return
		}
		secure := tls.Server(s, server)
		say(secure, "* OK ready\r\n")
		io.Copy(io.Discard, secure)
	})
	target.Scheme = IMAPS
	o := Options{CAFile: ca.file, Sessions: tls.NewLRUClientSessionCache(1), Now: atNoon}
	for i, unresumed := range []bool{false, true} {
		dialed, err := Dial(context.Background(), target, o)
		if err != nil {
			t.Fatal(err)
		}
		c := &client{Conn: dialed, t: t}
		c.untilFrame("* OK ready\r\n")
		if info := c.Info(); info.Unresumed != unresumed || info.State.DidResume || !info.Verified {
			t.Errorf("connection %d: unresumed %v, resumed %v", i, info.Unresumed, info.State.DidResume)
		}
		c.Close()
	}
	o.Sessions = tls.NewLRUClientSessionCache(1) // no session is offered, so a failure is final
	if _, err := Dial(context.Background(), target, o); err == nil || dials.Load() != 4 {
		t.Errorf("%v after %d connections", err, dials.Load())
	}
}

func TestATLSSessionIsResumedAndKeepsTheStapledResponse(t *testing.T) {
	ca := newAuthority(t, "Test CA")
	for name, highest := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			cert := ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1")
			cert.OCSPStaple = ca.responds(cert.Leaf, ocsp.Good, noon.AddDate(0, 0, 3))
			server := serverConfig(cert)
			server.MaxVersion = highest
			o := Options{CAFile: ca.file, SNI: "127.0.0.1", Sessions: tls.NewLRUClientSessionCache(1)}
			for again, want := range []bool{false, true, true} {
				c, err := secured(t, server, o)
				if err != nil {
					t.Fatal(err)
				}
				c.untilFrame("* OK ready\r\n") // the ticket comes before it
				info := c.Info()
				if info.State.DidResume != want || !info.Verified || info.Staple(noon) != "good, until 2026-11-23" {
					t.Errorf("connection %d: resumed %v, want %v; verified %v; stapled %q", again, info.State.DidResume, want, info.Verified, info.Staple(noon))
				}
				c.Close()
			}
		})
	}
}

package conn

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// secured dials a TLS server with this configuration.
func secured(t *testing.T, server *tls.Config, o Options) (*client, error) {
	t.Helper()
	noLeaks(t)
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
		secure := tls.Server(s, server)
		say(secure, "* OK ready\r\n")
		io.Copy(io.Discard, secure)
	})
	target.Scheme = IMAPS
	o.Now = atNoon
	c, err := Dial(context.Background(), target, o)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { c.Close() })
	return &client{Conn: c, t: t}, nil
}

// keep writes PEM blocks to a file and returns its name.
func keep(t *testing.T, name string, blocks ...*pem.Block) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	var text []byte
	for _, b := range blocks {
		text = append(text, pem.EncodeToMemory(b)...)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// blocksOf returns a certificate and its key as PEM blocks.
func blocksOf(t *testing.T, c tls.Certificate) (cert, key *pem.Block) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return &pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}, &pem.Block{Type: "PRIVATE KEY", Bytes: der}
}

// person returns a client certificate signed by the authority.
func (a *authority) person(name string) tls.Certificate {
	return a.sign(&x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: name}, NotBefore: noon.AddDate(0, -1, 0), NotAfter: noon.AddDate(0, 1, 0),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

func TestAClientCertificateIsSentIfTheServerAsksForIt(t *testing.T) {
	ca := newAuthority(t, "Test CA")
	alice := ca.person("alice")
	cert, key := blocksOf(t, alice)
	apart := Options{CertFile: keep(t, "cert.pem", cert), KeyFile: keep(t, "key.pem", key)}
	together := Options{CertFile: keep(t, "both.pem", cert, key)}
	for _, row := range []struct {
		name  string
		asks  tls.ClientAuthType
		o     Options
		sent  bool
		asked bool
	}{
		{"with its key in a file of its own", tls.RequireAndVerifyClientCert, apart, true, true},
		{"with its key in the same file", tls.RequireAndVerifyClientCert, together, true, true},
		{"to a server that does not ask", tls.NoClientCert, apart, false, false},
		{"none, to a server that asks but does not need one", tls.VerifyClientCertIfGiven, Options{}, false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			server := serverConfig(ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1"))
			server.ClientAuth, server.ClientCAs = row.asks, x509.NewCertPool()
			server.ClientCAs.AddCert(ca.cert)
			row.o.CAFile = ca.file
			c, err := secured(t, server, row.o)
			if err != nil {
				t.Fatal(err)
			}
			c.untilFrame("* OK ready\r\n")
			asked := c.Info().Asked
			if asked.Client != row.asked || (asked.Sent != nil) != row.sent {
				t.Errorf("the server asked %v, sent %v", asked.Client, asked.Sent != nil)
			}
			if row.asked && (len(asked.Issuers) != 1 || asked.Issuers[0] != "CN=Test CA") {
				t.Errorf("issuers %q", asked.Issuers)
			}
			c.Close()
		})
	}
}

func TestTheErrorSaysThatTheServerDidNotAcceptTheClientCertificate(t *testing.T) {
	ca, other := newAuthority(t, "Test CA"), newAuthority(t, "Other CA")
	cert, key := blocksOf(t, other.person("alice"))
	file := keep(t, "alice.pem", cert, key)
	for name, row := range map[string]struct {
		highest uint16
		file    string
		hint    string
	}{
		"another authority's":             {tls.VersionTLS13, file, "did not accept the client certificate that was sent"},
		"none":                            {tls.VersionTLS13, "", "the server wants a client certificate: --cert FILE sends one"},
		"another authority, with TLS 1.2": {tls.VersionTLS12, file, "did not accept the client certificate that was sent"},
		"none, with TLS 1.2":              {tls.VersionTLS12, "", "--cert FILE sends one"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serverConfig(ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1"))
			server.ClientAuth, server.ClientCAs, server.MaxVersion = tls.RequireAndVerifyClientCert, x509.NewCertPool(), row.highest
			server.ClientCAs.AddCert(ca.cert)
			c, err := secured(t, server, Options{CAFile: ca.file, CertFile: row.file})
			if err == nil {
				err = c.untilEnd()
			}
			if err == nil || !strings.Contains(Hint(err), row.hint) {
				t.Errorf("got %v (%s), want %q", err, Hint(err), row.hint)
			}
		})
	}
}

func TestOptionsThatCannotBeUsedAreReportedBeforeConnecting(t *testing.T) {
	ca := newAuthority(t, "Test CA")
	cert, key := blocksOf(t, ca.person("alice"))
	_, otherKey := blocksOf(t, ca.person("bob"))
	certFile, keyFile := keep(t, "cert.pem", cert), keep(t, "key.pem", key)
	der, _ := x509.MarshalECPrivateKey(ca.key)
	legacy := &pem.Block{Type: "EC PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}, Bytes: der}
	binary := filepath.Join(t.TempDir(), "alice.p12")
	if err := os.WriteFile(binary, cert.Bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(t.TempDir(), "long.pem")
	if err := errors.Join(os.WriteFile(long, nil, 0o600), os.Truncate(long, maxPEM+1)); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name       string
		o          Options
		text, hint string
	}{
		{"no such file", Options{CertFile: certFile + ".missing"}, "no such file", ""},
		{"no key at all", Options{CertFile: certFile}, "does not hold its private key", "--key FILE"},
		{"a key without its certificate", Options{KeyFile: keyFile}, "cannot be used without its certificate", "--cert FILE"},
		{"a key in place of the certificate", Options{CertFile: keyFile}, "no certificate in it", "expected PEM"},
		{"a certificate in place of the key", Options{CertFile: certFile, KeyFile: certFile}, "no private key in it", "expected PEM"},
		{"somebody else's key", Options{CertFile: certFile, KeyFile: keep(t, "o.pem", otherKey)}, "does not belong to the certificate", ""},
		{"an encrypted key", Options{CertFile: certFile, KeyFile: keep(t, "e.pem", &pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte{1}})}, "is encrypted with a password", "openssl pkey"},
		{"a key encrypted as OpenSSL once did", Options{CertFile: certFile, KeyFile: keep(t, "l.pem", legacy)}, "is encrypted with a password", "openssl pkey"},
		{"a file that is not PEM", Options{CertFile: binary}, "no certificate in it", "openssl pkcs12"},
		{"a broken certificate", Options{CertFile: keep(t, "b.pem", &pem.Block{Type: "CERTIFICATE", Bytes: []byte{0x30}}, key)}, "reading the certificate", ""},
		{"a file that does not end", Options{CertFile: long}, "it is longer than 4194304 bytes", ""},
		{"no version left", Options{MinTLS: tls.VersionTLS13, MaxTLS: tls.VersionTLS12}, "TLS 1.3 at least and 1.2 at most", "--tls-min"},
		{"no version left for the ciphers", Options{MinTLS: tls.VersionTLS13, Ciphers: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}, "TLS 1.3 at least and 1.2 at most", "--tls-min"},
		{"keys that cannot be written", Options{KeyLogFile: filepath.Join(certFile, "keys")}, "writing the keys of TLS", "SSLKEYLOGFILE"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Dial(context.Background(), Target{Scheme: IMAP, Host: "127.0.0.1", Port: "1"}, row.o)
			var usage *UsageError
			if !errors.As(err, &usage) || !strings.Contains(err.Error(), row.text) || !strings.Contains(Hint(err), row.hint) {
				t.Errorf("got %v (%s), want %q (%q)", err, Hint(err), row.text, row.hint)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("not one line: %q", err)
			}
		})
	}
}

func TestAPinIsTheCertificateOrItsKeyAndNothingElse(t *testing.T) {
	ca := newAuthority(t, "Test CA")
	cert := ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1")
	renewed := *cert.Leaf
	renewed.SerialNumber = big.NewInt(9)
	der, err := x509.CreateCertificate(rand.Reader, &renewed, ca.cert, cert.Leaf.PublicKey, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	again := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: cert.PrivateKey.(*ecdsa.PrivateKey)}
	print := "sha256:" + Fingerprint(cert.Leaf)
	for _, row := range []struct {
		name     string
		server   tls.Certificate
		pin      string
		insecure bool
		fits     bool
	}{
		{"the certificate", cert, print, false, true},
		{"the certificate, in lower case without colons", cert, strings.ToLower(strings.ReplaceAll(print, ":", "")[6:]), false, true},
		{"its key", cert, PinOf(cert.Leaf), false, true},
		{"its key in a renewed certificate", again, PinOf(cert.Leaf), false, true},
		{"a renewed certificate", again, print, false, false},
		{"only the pin counts", cert, print, true, true},
		{"another one, unverified", again, print, true, false},
		{"the authority's", cert, "sha256:" + Fingerprint(ca.cert), false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := row.pin
			if !strings.HasPrefix(text, "sha256:") {
				text = "SHA256:" + text
			}
			pin, err := ParsePin(text)
			if err != nil {
				t.Fatal(err)
			}
			o := Options{CAFile: ca.file, Pin: pin}
			if row.insecure {
				o = Options{Insecure: true, Pin: pin}
			}
			c, err := secured(t, serverConfig(row.server), o)
			switch {
			case !row.fits && (err == nil || !strings.Contains(err.Error(), "not the one pinned: its SHA-256 is ") || Hint(err) == ""):
				t.Errorf("got %v (%s)", err, Hint(err))
			case row.fits && err != nil:
				t.Error(err)
			case row.fits && (!c.Info().Pinned || c.Info().Verified == row.insecure):
				t.Errorf("pinned %v, verified %v", c.Info().Pinned, c.Info().Verified)
			}
		})
	}
	for _, bad := range []string{"", "sha256:", "sha1:00", "sha256:00", "sha256:" + strings.Repeat("zz", 32), strings.Repeat("0", 64)} {
		if _, err := ParsePin(bad); err == nil {
			t.Errorf("%q is accepted as a pin", bad)
		}
	}
}

func TestTheReasonSaysWhatIsWrongWithAnUnverifiedCertificate(t *testing.T) {
	ca, other := newAuthority(t, "Test CA"), newAuthority(t, "Other CA")
	for _, row := range []struct {
		name   string
		server tls.Certificate
		want   string
	}{
		{"nothing", ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1"), ""},
		{"its date", ca.issue(noon.AddDate(0, 0, -3), "127.0.0.1"), "the certificate expired on 2026-11-17 (3 days ago)"},
		{"its name", ca.issue(noon.AddDate(0, 2, 0), "a.test"), "the certificate is not for 127.0.0.1; its names are a.test"},
		{"its issuer", other.issue(noon.AddDate(0, 2, 0), "127.0.0.1"), `unknown issuer "Other CA"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := secured(t, serverConfig(row.server), Options{Insecure: true, CAFile: ca.file})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if reason := c.Info().Reason; reason != nil {
				got = reason.Error()
			}
			if got != row.want || c.Info().Verified {
				t.Errorf("verified %v, reason %q, want %q", c.Info().Verified, got, row.want)
			}
		})
	}
}

func TestVersionsCiphersAndProtocolAreThoseOfTheOptions(t *testing.T) {
	ca := newAuthority(t, "Test CA")
	cert := ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1")
	for _, row := range []struct {
		name    string
		server  *tls.Config
		o       Options
		version uint16
		alpn    string
		err     string
	}{
		{"the newest", &tls.Config{}, Options{ALPN: "imap"}, tls.VersionTLS13, "", ""},
		{"the protocol", &tls.Config{NextProtos: []string{"imap"}}, Options{ALPN: "imap"}, tls.VersionTLS13, "imap", ""},
		{"another protocol", &tls.Config{NextProtos: []string{"h2"}}, Options{ALPN: "imap"}, 0, "", `the server does not know the protocol "imap" (ALPN)`},
		{"no protocol", &tls.Config{NextProtos: []string{"h2"}}, Options{}, tls.VersionTLS13, "", ""},
		{"at most 1.2", &tls.Config{}, Options{MaxTLS: tls.VersionTLS12}, tls.VersionTLS12, "", ""},
		{"at most 1.1", &tls.Config{MinVersion: tls.VersionTLS10}, Options{MaxTLS: tls.VersionTLS11}, tls.VersionTLS11, "", ""},
		{"at least 1.0", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, Options{MinTLS: tls.VersionTLS10}, tls.VersionTLS10, "", ""},
		{"at least 1.3", &tls.Config{MaxVersion: tls.VersionTLS12}, Options{MinTLS: tls.VersionTLS13}, 0, "", "no TLS version in common (1.3 is offered)"},
		{"a cipher", &tls.Config{}, Options{Ciphers: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}}, tls.VersionTLS12, "", ""},
		{"a cipher that the server does not have", &tls.Config{}, Options{Ciphers: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}, 0, "", "the server refused the handshake"},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.server.Certificates, row.server.Time = []tls.Certificate{cert}, atNoon
			row.o.CAFile = ca.file
			c, err := secured(t, row.server, row.o)
			if row.err != "" {
				if err == nil || !strings.Contains(err.Error(), row.err) {
					t.Errorf("got %v, want %q", err, row.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			state := c.Info().State
			if state.Version != row.version || state.NegotiatedProtocol != row.alpn || row.o.Ciphers != nil && state.CipherSuite != row.o.Ciphers[0] {
				t.Errorf("version %x, protocol %q, cipher %x", state.Version, state.NegotiatedProtocol, state.CipherSuite)
			}
		})
	}
}

func TestTheHintForARestrictedHandshakeDoesNotSuggestAPortWithoutTLS(t *testing.T) {
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
		io.ReadFull(s, make([]byte, 5))
		s.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, s)
	})
	target.Scheme = IMAPS
	_, err := Dial(context.Background(), target, Options{MaxTLS: tls.VersionTLS11, Timeout: patience})
	if err == nil || !strings.Contains(Hint(err), "--tls-max") || strings.Contains(Hint(err), "no TLS") {
		t.Errorf("got %v (%s)", err, Hint(err))
	}
}

func TestCiphersHaveTheNamesOfTheRFCsAndOfOpenSSL(t *testing.T) {
	got, err := ParseCiphers("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256:ecdhe-rsa-aes256-gcm-sha384,AES128-SHA DES-CBC3-SHA ECDHE-ECDSA-CHACHA20-POLY1305")
	want := "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_RSA_WITH_AES_128_CBC_SHA,TLS_RSA_WITH_3DES_EDE_CBC_SHA,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
	if err != nil || CipherNames(got) != want {
		t.Errorf("got %s, %v", CipherNames(got), err)
	}
	for list, want := range map[string]string{"": "no cipher suite named", "AES-NI": `"AES-NI" is not a cipher suite of TLS 1.2`, "TLS_AES_128_GCM_SHA256": "of TLS 1.3"} {
		if _, err := ParseCiphers(list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", list, err, want)
		}
	}
}

func TestTheSecretsOfTLSAreWrittenToTheKeyLogFile(t *testing.T) {
	ca := newAuthority(t, "Test CA")
	file := filepath.Join(t.TempDir(), "keys")
	for range 2 {
		c, err := secured(t, serverConfig(ca.issue(noon.AddDate(0, 2, 0), "127.0.0.1")), Options{CAFile: ca.file, KeyLogFile: file})
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	b, err := os.ReadFile(file)
	if n := strings.Count(string(b), "CLIENT_TRAFFIC_SECRET_0 "); err != nil || n != 2 {
		t.Errorf("%d handshakes in it, %v\n%s", n, err, b)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others can read it: %v %v", info.Mode(), err)
	}
}

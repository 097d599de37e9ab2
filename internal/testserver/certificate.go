package testserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Certificate says what is wrong with the certificate of a server.
type Certificate uint8

const (
	Good          Certificate = iota // for localhost, 127.0.0.1 and ::1
	Expired                          // since 2020-02-01
	WrongHost                        // for mail.wrong.example
	UnknownIssuer                    // signed by an authority that is not in CAFile
)

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, caTemplate, caTemplate, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert, key}, err
}

// write writes the authority's own certificate to a PEM file.
func (a *authority) write(path string) error { return writePEM(path, "CERTIFICATE", a.cert.Raw, 0o644) }

var caTemplate = &x509.Certificate{
	SerialNumber:          big.NewInt(1),
	Subject:               pkix.Name{CommonName: "imapsh test CA"},
	NotBefore:             time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC),
	NotAfter:              time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
	IsCA:                  true,
	BasicConstraintsValid: true,
	KeyUsage:              x509.KeyUsageCertSign,
}

// sign makes a server's key, and a certificate for it.
func (a *authority) sign(c Certificate) (der []byte, key *ecdsa.PrivateKey, err error) {
	if c == UnknownIssuer {
		if a, err = newAuthority(); err != nil {
			return nil, nil, err
		}
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2 + int64(c)),
		Subject:      pkix.Name{CommonName: "localhost"},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore:    time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	switch c {
	case Expired:
		template.NotAfter = time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC)
	case WrongHost:
		template.Subject.CommonName = "mail.wrong.example"
		template.DNSNames, template.IPAddresses = []string{"mail.wrong.example"}, nil
	}
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, nil, err
	}
	der, err = x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	return der, key, err
}

// issue writes dir/server.pem and dir/server-key.pem.
func (a *authority) issue(dir string, c Certificate) error {
	der, key, err := a.sign(c)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(dir, "server.pem"), "CERTIFICATE", der, 0o644); err != nil {
		return err
	}
	return writePEM(filepath.Join(dir, "server-key.pem"), "PRIVATE KEY", keyDER, 0o600)
}

// issueClient writes dir/client.pem, with the certificate and the key of a user.
func (a *authority) issueClient(dir, user string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(100),
		Subject:      pkix.Name{CommonName: user},
		NotBefore:    time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, a.cert, key.Public(), a.key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})...)
	return os.WriteFile(filepath.Join(dir, "client.pem"), both, 0o600)
}

// TLSConfig returns the configuration of a canned server with this certificate, and the PEM file of the
// authority that signed it.
func TLSConfig(t testing.TB, c Certificate) (conf *tls.Config, caFile string) {
	t.Helper()
	a, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := a.write(caFile); err != nil {
		t.Fatal(err)
	}
	der, key, err := a.sign(c)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, caFile
}

// ClientCertificate writes two PEM files, a client certificate for a user, signed by the server's
// authority, and its key, and returns their paths.
func (s *Server) ClientCertificate(t testing.TB, user string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(100), Subject: pkix.Name{CommonName: user},
		NotBefore: caTemplate.NotBefore, NotAfter: caTemplate.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, s.program.authority.cert, key.Public(), s.program.authority.key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, user+".pem"), filepath.Join(dir, user+"-key.pem")
	if err := writePEM(certFile, "CERTIFICATE", der, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writePEM(keyFile, "PRIVATE KEY", keyDER, 0o600); err != nil {
		t.Fatal(err)
	}
	return certFile, keyFile
}

// WithClientCertificates makes Dovecot ask for a client certificate, signed by its authority and with the
// user as its common name, and offer EXTERNAL. Clients without a certificate may still log in otherwise.
func WithClientCertificates() Option {
	return func(o *config) {
		o.settings = append(o.settings,
			"auth_mechanisms = plain login external",
			"ssl_verify_client_cert = yes", "ssl_require_crl = no", "auth_ssl_username_from_cert = yes", "ssl_cert_username_field = commonName",
			"ssl_ca = <{{.Dir}}/ca.pem",
			"passdb {\n  driver = static\n  mechanisms = external\n  args = nopassword=y\n}")
	}
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}

package conn

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"strings"
)

// clientCertificate reads the certificate and the key that the options name; nil if they name none.
func (o *Options) clientCertificate() (*tls.Certificate, error) {
	certFile, keyFile := o.CertFile, o.KeyFile
	switch {
	case certFile == "" && keyFile == "":
		return nil, nil
	case certFile == "":
		return nil, &UsageError{Text: "the key " + quote(keyFile) + " cannot be used without its certificate", Hint: "--cert FILE names it"}
	}
	certPEM, err := readPEM(certFile)
	if err != nil {
		return nil, unreadable("certificate", certFile, err)
	}
	if len(blocks(certPEM, "CERTIFICATE")) == 0 {
		return nil, &UsageError{Text: "reading certificate file " + quote(certFile) + ": no certificate in it", Hint: notPEM(certPEM)}
	}
	keyPEM, where := certPEM, certFile
	if keyFile != "" {
		if keyPEM, err = readPEM(keyFile); err != nil {
			return nil, unreadable("key", keyFile, err)
		}
		where = keyFile
	}
	keys := blocks(keyPEM, "PRIVATE KEY")
	switch {
	case len(keys) == 0 && keyFile == "":
		return nil, &UsageError{Text: "the certificate file " + quote(certFile) + " does not hold its private key", Hint: "--key FILE names the file that does"}
	case len(keys) == 0:
		return nil, &UsageError{Text: "reading key file " + quote(keyFile) + ": no private key in it", Hint: notPEM(keyPEM)}
	case strings.HasPrefix(keys[0].Type, "ENCRYPTED") || strings.Contains(keys[0].Headers["Proc-Type"], "ENCRYPTED"):
		return nil, &UsageError{Text: "the private key in " + quote(where) + " is encrypted with a password", Hint: "openssl pkey -in FILE -out PLAIN writes it without one"}
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	switch {
	case err == nil:
		pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	case strings.Contains(err.Error(), "does not match"):
		return nil, &UsageError{Text: "the private key in " + quote(where) + " does not belong to the certificate in " + quote(certFile), Hint: "the certificate must be the first one in its file"}
	}
	if err != nil {
		return nil, &UsageError{Text: "reading the certificate " + quote(certFile) + " and its key " + quote(where) + ": " + strings.TrimPrefix(err.Error(), "tls: ")}
	}
	return &pair, nil
}

// blocks returns the PEM blocks whose type ends with kind.
func blocks(text []byte, kind string) (found []*pem.Block) {
	for {
		var b *pem.Block
		if b, text = pem.Decode(text); b == nil {
			return found
		}
		if strings.HasSuffix(b.Type, kind) {
			found = append(found, b)
		}
	}
}

// notPEM returns what to do about a file that does not contain the expected PEM.
func notPEM(text []byte) string {
	if len(text) > 0 && text[0] == 0x30 { // a SEQUENCE in DER: PKCS #12, or a certificate
		return "expected PEM: openssl pkcs12 -in FILE -nodes, or openssl x509 -inform der -in FILE, writes it"
	}
	return "expected PEM: -----BEGIN CERTIFICATE-----, -----BEGIN PRIVATE KEY-----"
}

// issuersOf returns the names in a server's request for a client certificate.
func issuersOf(names [][]byte) (issuers []string) {
	for _, der := range names {
		var rdns pkix.RDNSequence
		if _, err := asn1.Unmarshal(der, &rdns); err != nil {
			issuers = append(issuers, "an unreadable name")
			continue
		}
		issuers = append(issuers, rdns.String())
	}
	return issuers
}

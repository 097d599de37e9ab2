package conn

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// A Pin is the certificate that a server must have, whatever the authorities say, given as the SHA-256 of the
// certificate or of its public key. The zero value pins nothing.
type Pin struct {
	text string // as it was given
	sum  []byte
	key  bool // sum is that of the public key
}

// ParsePin parses "sha256:" and 64 hexadecimal digits, with or without colons, the fingerprint of a certificate;
// or "sha256:" and base64, that of a public key (RFC 7469 §2.4). An error is a *UsageError.
func ParsePin(text string) (Pin, error) {
	rest, ok := cutPrefixFold(text, "sha256:")
	if !ok {
		return Pin{}, &UsageError{quote(text) + " is not a pin", "use sha256: and the fingerprint that imapsh tls HOST shows, or its pin"}
	}
	if sum, err := hex.DecodeString(strings.ReplaceAll(rest, ":", "")); err == nil && len(sum) == sha256.Size {
		return Pin{text, sum, false}, nil
	}
	if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "//")); err == nil && len(sum) == sha256.Size {
		return Pin{text, sum, true}, nil
	}
	return Pin{}, &UsageError{quote(text) + " is not a pin", "after sha256: come 64 hexadecimal digits (of the certificate), or 44 characters of base64 (of its key)"}
}

// String returns the pin as it was given; "" if there is none.
func (p Pin) String() string { return p.text }

// IsZero reports whether there is no pin.
func (p Pin) IsZero() bool { return p.sum == nil }

// Fits reports whether the server's own certificate, the first of the chain, is the pinned one.
func (p Pin) Fits(chain []*x509.Certificate) bool {
	if p.IsZero() || len(chain) == 0 {
		return false
	}
	sum := sha256.Sum256(chain[0].Raw)
	if p.key {
		sum = sha256.Sum256(chain[0].RawSubjectPublicKeyInfo)
	}
	return bytes.Equal(sum[:], p.sum)
}

// Fingerprint returns the SHA-256 of a certificate in hexadecimal capitals, with colons.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	var b strings.Builder
	for i, octet := range sum {
		if i > 0 {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%02X", octet)
	}
	return b.String()
}

// PinOf returns the pin of a certificate's public key, which stays if the certificate is renewed with the same key.
func PinOf(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return "sha256:" + base64.StdEncoding.EncodeToString(sum[:])
}

// A pinError says that a certificate is not the pinned one.
type pinError struct{ chain []*x509.Certificate }

func (e *pinError) Error() string {
	if len(e.chain) == 0 {
		return "the server sent no certificate, and one is pinned"
	}
	return "the certificate is not the one pinned: its SHA-256 is " + Fingerprint(e.chain[0]) + ", its key's " + PinOf(e.chain[0])
}

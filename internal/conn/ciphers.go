package conn

import (
	"crypto/tls"
	"slices"
	"strings"
)

// ParseCiphers parses the names of cipher suites, separated by commas or colons, as the RFCs or OpenSSL write
// them, in upper or lower case. An error is a *UsageError.
func ParseCiphers(list string) ([]uint16, error) {
	var ids []uint16
	for name := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ':' || r == ' ' }) {
		suite := cipherNamed(name)
		switch {
		case suite == nil:
			return nil, &UsageError{quote(name) + " is not a cipher suite of TLS 1.2 that imapsh can offer", knownCiphers()}
		case slices.Equal(suite.SupportedVersions, []uint16{tls.VersionTLS13}):
			return nil, &UsageError{suite.Name + " is of TLS 1.3, whose cipher suites cannot be chosen", knownCiphers()}
		}
		ids = append(ids, suite.ID)
	}
	if len(ids) == 0 {
		return nil, &UsageError{"no cipher suite named", knownCiphers()}
	}
	return ids, nil
}

// knownCiphers is the hint that lists the suites that can be chosen.
func knownCiphers() string { return "use one or more of " + strings.Join(cipherNames(), ", ") }

// CipherNames returns the names of suites, separated by commas.
func CipherNames(ids []uint16) string {
	var names []string
	for _, id := range ids {
		names = append(names, tls.CipherSuiteName(id))
	}
	return strings.Join(names, ",")
}

func allCiphers() []*tls.CipherSuite {
	return append(tls.CipherSuites(), tls.InsecureCipherSuites()...)
}

func cipherNamed(name string) *tls.CipherSuite {
	for _, s := range allCiphers() {
		if strings.EqualFold(name, s.Name) || strings.EqualFold(name, opensslName(s.Name)) {
			return s
		}
	}
	return nil
}

// cipherNames returns the names of the suites that can be chosen.
func cipherNames() (names []string) {
	for _, s := range allCiphers() {
		if !slices.Equal(s.SupportedVersions, []uint16{tls.VersionTLS13}) {
			names = append(names, s.Name)
		}
	}
	return names
}

// opensslName returns OpenSSL's name of a suite: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is
// ECDHE-RSA-AES128-GCM-SHA256.
func opensslName(name string) string {
	exchange, cipher, ok := strings.Cut(strings.TrimPrefix(name, "TLS_"), "_WITH_")
	if !ok {
		return name
	}
	cipher = strings.NewReplacer(
		"AES_128", "AES128", "AES_256", "AES256", "_CBC", "", "3DES_EDE", "DES-CBC3", "RC4_128", "RC4",
		"CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305", "_", "-",
	).Replace(cipher)
	if exchange == "RSA" {
		return cipher
	}
	return strings.ReplaceAll(exchange, "_", "-") + "-" + cipher
}

package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// What TLS does with a real Dovecot.

func TestAClientCertificateLogsIn(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t, testserver.WithClientCertificates())
	cert, key := s.ClientCertificate(t, testserver.Alice)
	_, clear, _ := strings.Cut(s.Clear(), ":")
	for _, row := range []struct {
		name   string
		args   []string
		status int
		shows  []string
	}{
		{"from the start", []string{"--cert", cert, "--key", key, "imaps://" + s.TLS()}, 0, []string{"a001 OK ", "S: * STATUS inbox (MESSAGES 22)"}},
		{"after STARTTLS", []string{"--cert", cert, "--key", key, "--starttls", "imap://127.0.0.1:" + clear}, 0, []string{"a002 OK ", "S: * STATUS inbox (MESSAGES 22)"}},
		{"none", []string{"imaps://" + s.TLS()}, 1, []string{"a001 NO "}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			run(t, "authenticate external =\nstatus inbox (messages)\n", append([]string{"--ca", s.CAFile}, row.args...)...).is(t, row.status).shows(t, row.shows...)
		})
	}
}

func TestTheChoicesOfAHandshakeHoldOnDovecot(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	keys := filepath.Join(t.TempDir(), "keys")
	wrong := "sha256:" + strings.Repeat("0", 64)
	for _, row := range []struct {
		name   string
		args   []string
		status int
		shows  string
		says   []string
	}{
		{"the newest version", nil, 0, "-- TLS 1.3", nil},
		{"at most 1.2", []string{"--tls-max", "1.2"}, 0, "-- TLS 1.2", nil},
		{"one cipher, as OpenSSL calls it", []string{"--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384"}, 0, "-- TLS 1.2", nil},
		{"no protocol", []string{"--alpn", "none"}, 0, "-- TLS 1.3", nil},
		{"another certificate than the one pinned", []string{"--pin", wrong}, 3, "", []string{"the certificate is not the one pinned: its SHA-256 is ", "somebody is in between"}},
		{"versions that it does not have", []string{"--tls-min", "1.0", "--tls-max", "1.1"}, 3, "", []string{"TLS with 127.0.0.1:"}},
		{"no version at all", []string{"--tls-min", "1.3", "--tls-max", "1.2"}, 2, "", []string{"no version is left"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := run(t, "noop\n", append([]string{"--ca", s.CAFile, "imaps://" + s.TLS()}, row.args...)...).is(t, row.status).says(t, row.says...)
			if row.shows != "" {
				o.shows(t, row.shows)
			}
		})
	}
	runWith(t, []string{"SSLKEYLOGFILE=" + keys}, strings.NewReader("noop\n"), "--ca", s.CAFile, "imaps://"+s.TLS()).is(t, 0)
	if !strings.Contains(readFile(t, keys), "CLIENT_TRAFFIC_SECRET_0 ") {
		t.Error("no keys in the file that SSLKEYLOGFILE names")
	}
}

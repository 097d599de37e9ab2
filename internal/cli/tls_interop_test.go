package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// indexes makes a new Dovecot index Alice's mailbox. If several sessions are the first to do that, one may see no
// messages.
func indexes(t *testing.T, s *testserver.Server) {
	t.Helper()
	run(t, "login alice secret\nstatus inbox (messages)\n", "imap://"+s.Clear()).is(t, 0)
}

func TestAClientCertificateLogsIn(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t, testserver.WithClientCertificates())
	cert, key := s.ClientCertificate(t, testserver.Alice)
	_, clear, _ := strings.Cut(s.Clear(), ":")
	indexes(t, s)
	for _, row := range []struct {
		name   string
		args   []string
		status int
		shows  []string
	}{
		{"from the start", []string{"--cert", cert, "--key", key, "imaps://" + s.TLS()}, 0, []string{"a001 OK ", "S: * STATUS inbox (MESSAGES 22)"}},
		{"after STARTTLS", []string{"--cert", cert, "--key", key, "--starttls", "imap://127.0.0.1:" + clear}, 0, []string{"a002 OK ", "S: * STATUS inbox (MESSAGES 22)"}},
		{"no certificate", []string{"imaps://" + s.TLS()}, 1, []string{"a001 NO "}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			run(t, "authenticate external =\nstatus inbox (messages)\n", append([]string{"--ca", s.CAFile}, row.args...)...).is(t, row.status).shows(t, row.shows...)
		})
	}
}

func TestTheFlagsForTLSWorkWithDovecot(t *testing.T) {
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
		{"no application protocol", []string{"--alpn", "none"}, 0, "-- TLS 1.3", nil},
		{"a certificate that is not the one pinned", []string{"--pin", wrong}, 3, "", []string{"the certificate is not the one pinned: its SHA-256 is ", "somebody is in between"}},
		{"versions that the server does not support", []string{"--tls-min", "1.0", "--tls-max", "1.1"}, 3, "", []string{"TLS with 127.0.0.1:"}},
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

func TestImapshTLSReportsOnEveryServerAndItsStatusIsThatOfTheCertificate(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	hello := testserver.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
	expired, ca := testserver.TLSConfig(t, testserver.Expired)
	bad := testserver.NewCanned(t, testserver.StartTLS(expired), hello, testserver.Stall())
	refuses := testserver.NewCanned(t, hello, testserver.Expect("STARTTLS"), testserver.Send("{tag} NO not today\x1b[2J\r\n"), testserver.Stall())
	injects := testserver.NewCanned(t, hello, testserver.Expect("STARTTLS"), testserver.Send("{tag} OK go\r\n* OK forged\r\n"), testserver.Stall())
	knows := testserver.NewCanned(t, testserver.Send("* PREAUTH you are alice\r\n"), testserver.Stall())
	facts := []string{"version  TLS 1.3", "cipher   TLS_", "group    ", "alpn     none; offered was imap", "asked    localhost (SNI)", "ocsp     no response", "client   the server did not ask", "chain 0  CN=localhost", "issuer   CN=imapsh test CA", "names    localhost, 127.0.0.1, ::1", "serial   02", "valid    2020-01-01 to 2099-01-01, ", "key      ECDSA P-256", "signed   ECDSA-SHA256", "sha256   ", "pin      sha256:"}
	for _, row := range []struct {
		name   string
		args   []string
		status int
		shows  []string
		says   []string
	}{
		{"verified", []string{"--ca", s.CAFile, "localhost:" + portOf(s.TLS())}, 0, append(facts, "verified yes, up to CN=imapsh test CA"), nil},
		{"with STARTTLS", []string{"--ca", s.CAFile, "--starttls", "localhost:" + portOf(s.Clear())}, 0, append(facts, "verified yes, up to CN=imapsh test CA"), nil},
		{"of an unknown authority", []string{"localhost:" + portOf(s.TLS())}, 1, append(facts, "verified NO: unknown issuer"), nil},
		{"not verified at all", []string{"--insecure", "localhost:" + portOf(s.TLS())}, 1, []string{"NOT VERIFIED"}, nil},
		{"for another name", []string{"--ca", s.CAFile, "--sni", "other.test", "localhost:" + portOf(s.TLS())}, 1, []string{"verified NO: the certificate is not for other.test"}, nil},
		{"valid for too few days", []string{"--ca", s.CAFile, "--days", "90000", "localhost:" + portOf(s.TLS())}, 1, []string{"verified yes"}, nil},
		{"expired", []string{"--ca", ca, "localhost:" + portOf(bad.Addr())}, 1, []string{"verified NO: the certificate expired on 2020-02-01", "EXPIRED"}, nil},
		{"not the one pinned", []string{"--ca", s.CAFile, "--pin", "sha256:" + strings.Repeat("0", 64), "localhost:" + portOf(s.TLS())}, 1, []string{"verified yes"}, []string{"not the one pinned"}},
		{"as PEM", []string{"-o", "pem", "--ca", s.CAFile, "localhost:" + portOf(s.TLS())}, 0, []string{"-----BEGIN CERTIFICATE-----\n"}, nil},
		{"as JSON", []string{"-o", "json", "--ca", s.CAFile, "localhost:" + portOf(s.TLS())}, 0, []string{`{"type":"tls",`, `"resumed":true,"verified":true`, `"chain":[{"subject":"CN=localhost"`}, nil},
		{"no TLS", []string{"localhost:" + portOf(s.Clear())}, 3, nil, []string{"the server does not use TLS on this port"}},
		{"STARTTLS refused", []string{"--starttls", refuses.Addr()}, 3, nil, []string{`STARTTLS was answered "NO not today\x1b[2J"`}},
		{"something injected", []string{"--starttls", injects.Addr()}, 3, nil, []string{"where TLS must begin"}},
		{"PREAUTH", []string{"--starttls", knows.Addr()}, 3, nil, []string{"STARTTLS is not possible: the greeting is"}},
		{"a closed port", []string{closedAddr(t)}, 3, nil, []string{"connection refused"}},
		{"an unknown output", []string{"-o", "yaml", "localhost"}, 2, nil, []string{"--output"}},
		{"no server", nil, 2, nil, []string{"which server?"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			run(t, "", append([]string{"tls"}, row.args...)...).is(t, row.status).shows(t, row.shows...).says(t, row.says...)
		})
	}
	file := filepath.Join(t.TempDir(), "chain.pem")
	o := run(t, ":tls\n:tls pem "+file+"\n:tls pem "+file+"\n", "--ca", s.CAFile, "imaps://localhost:"+portOf(s.TLS())).is(t, 2)
	o.shows(t, "verified yes, up to CN=imapsh test CA", "the certificates are in "+file, "!! saving the certificates: ")
	if !strings.HasPrefix(readFile(t, file), "-----BEGIN CERTIFICATE-----\n") {
		t.Errorf("the file contains %q", readFile(t, file))
	}
}

package cli

import (
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

func TestAnAddressLeadsToItsServerByDNSAndAForgedRecordNeverGetsThePassword(t *testing.T) {
	t.Parallel()
	// Dovecot's certificates are for localhost; that of WrongHost is for mail.wrong.example.
	s := testserver.Dovecot(t, testserver.WithCertificate(testserver.WrongHost), testserver.WithSetting("auth_username_format = %n"))
	secure, clear := portOf(s.TLS()), portOf(s.Clear())
	forged, ca := testserver.TLSConfig(t, testserver.WrongHost)
	hello := testserver.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
	thief := testserver.NewCanned(t, testserver.StartTLS(forged), hello, testserver.Answer())
	stripped := testserver.NewCanned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1] hello\r\n"), testserver.Expect("STARTTLS"), testserver.Send("{tag} BAD what?\r\n"), testserver.Answer())
	names := testserver.Names(t,
		"mail.wrong.example. A 127.0.0.1", "elsewhere.test. A 127.0.0.1",
		"_imaps._tcp.wrong.example. SRV 10 5 "+secure+" mail.wrong.example.",
		"_imap._tcp.wrong.example. SRV 10 5 "+clear+" mail.wrong.example.",
		"_imap._tcp.clear.wrong.example. SRV 0 5 "+clear+" mail.wrong.example.",
		"_imaps._tcp.first.wrong.example. SRV 1 5 1 mail.wrong.example.",
		"_imaps._tcp.first.wrong.example. SRV 2 5 "+secure+" mail.wrong.example.",
		"_imaps._tcp.victim.test. SRV 0 0 "+portOf(thief.Addr())+" mail.wrong.example.",
		"_imap._tcp.stripped.example. SRV 0 0 "+portOf(stripped.Addr())+" mail.wrong.example.",
		"_imaps._tcp.none.test. SRV 0 0 0 .",
		"plain.test. A 127.0.0.9",
	)
	t.Cleanup(func() { // after all subtests
		for _, c := range []*testserver.Canned{thief, stripped} {
			if got := c.Received(); strings.Contains(got, "secret") || strings.Contains(got, "LOGIN") {
				t.Errorf("the attacker got %q", got)
			}
		}
	})
	for _, row := range []struct {
		name    string
		address string
		ca      string
		args    []string
		status  int
		shows   []string
		says    []string
	}{
		{"its own host", "alice@wrong.example", s.CAFile, nil, 0, []string{"-- DNS says that the mail of wrong.example is at mail.wrong.example:" + secure + "; logging in as alice@wrong.example", "a001 LOGIN alice@wrong.example ••••••", "a001 OK "}, nil},
		{"each step shown with -v", "alice@wrong.example", s.CAFile, []string{"-v"}, 0, []string{"-- _imaps._tcp.wrong.example points to mail.wrong.example:" + secure + ", priority 10, weight 5"}, nil},
		{"the second server, because the first is down", "alice@first.wrong.example", s.CAFile, []string{"-v"}, 3, []string{"connection refused; trying the next server", "neither first.wrong.example nor a host below it"}, nil},
		{"a host that is not below the domain", "alice@victim.test", ca, nil, 3, []string{"!! DNS says that the mail of victim.test is at mail.wrong.example, but its certificate names neither victim.test nor a host below it: a forged DNS record would look the same", "nobody was logged in", "imaps://alice%40victim.test@mail.wrong.example:"}, nil},
		{"the same, unverified", "alice@victim.test", ca, []string{"--insecure"}, 3, []string{"and its certificate is not verified"}, nil},
		{"STARTTLS that is refused", "alice@stripped.example", ca, []string{"--plaintext-auth"}, 3, nil, nil},
		{"a record that says that there is no service", "alice@none.test", ca, nil, 3, nil, []string{"its SRV records say that it has no IMAP service"}},
		{"no record, and nothing listens", "alice@plain.test", ca, nil, 3, []string{"plain.test has no SRV record for IMAP: assuming that it is the server itself"}, []string{"connecting to plain.test:993: 127.0.0.9: connection refused"}},
		{"a name that does not exist", "alice@nowhere.test", ca, nil, 3, nil, []string{"resolving nowhere.test: no such host"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"--dns", names, "--ca", row.ca, row.address}, row.args...)
			o := runWith(t, []string{"IMAPSH_PASSWORD=secret"}, strings.NewReader("noop\n"), args...).shows(t, row.shows...).says(t, row.says...)
			if row.name == "STARTTLS that is refused" {
				if o.status == 0 {
					t.Errorf("status 0:\n%s", o)
				}
				return
			}
			o.is(t, row.status)
		})
	}
	// STARTTLS is required if DNS has named the server.
	runWith(t, []string{"IMAPSH_PASSWORD=secret"}, strings.NewReader("noop\n"), "--dns", names, "--ca", s.CAFile, "alice@clear.wrong.example").
		is(t, 3).shows(t, "C: a001 STARTTLS", "neither clear.wrong.example nor a host below it").hides(t, "C: a002")
}

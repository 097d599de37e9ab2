package cli

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

// forms returns the forms in which a secret can be in a text: itself, and its base64 at each of the three alignments,
// without the characters that depend on what is next to it.
func forms(secret string) []string {
	out := []string{secret}
	for before := range 3 {
		coded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + secret + "xxx"))
		out = append(out, coded[(before*8+5)/6:(before+len(secret))*8/6])
	}
	return out
}

// keeps asserts that none of the texts, by where they are from, contains the secret.
func keeps(t *testing.T, secret string, texts map[string]string) {
	t.Helper()
	all := forms(secret)
	for where, text := range texts {
		for _, form := range all {
			if i := strings.Index(text, form); i >= 0 {
				t.Errorf("the secret, as %q, is in %s: %q", form, where, text[max(0, i-100):min(len(text), i+len(form)+50)])
			}
		}
	}
}

// A mechanismCase is a mechanism with a user of Dovecot, the user's secret and a wrong one.
type mechanismCase struct {
	mech, user, secret, wrong string
	args                      []string
}

func mechanismCases(s *testserver.Server) []mechanismCase {
	const wrong = "F4lsch&Gr4upen-17"
	list := []mechanismCase{
		{"EXTERNAL", "", "", "", []string{"--cert", s.ClientCert()}},
		{"ANONYMOUS", "", "", "", nil},
		{"ANONYMOUS", "guest", "", "", nil},
		{"XOAUTH2", "alice", testserver.Token("alice", time.Hour), testserver.Token("alice", -3*time.Hour-time.Minute), nil},
		{"OAUTHBEARER", "alice", testserver.Token("alice", time.Hour), testserver.Token("alice", -3*time.Hour-time.Minute), nil},
		{"OAUTHBEARER", "alice", testserver.Token("alice", time.Hour), "gArb1ed.token-37", nil},
		{"PLAIN", "bob*" + testserver.Master, testserver.MasterPassword, wrong, nil},
		{"PLAIN", testserver.Master, testserver.MasterPassword, wrong, []string{"--authzid", "bob"}},
		{"auto", "carol", testserver.CarolPassword, wrong, nil},
		{"off", "carol", testserver.CarolPassword, wrong, nil},
	}
	for _, mech := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		list = append(list, mechanismCase{mech, "carol", testserver.CarolPassword, wrong, nil})
	}
	return list
}

func (c mechanismCase) url(s *testserver.Server) string {
	url := "imaps://"
	if c.user != "" {
		url += c.user + "@"
	}
	return url + s.TLS()
}

func TestCheckLogsInToDovecotByEachMechanism(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t, testserver.WithMechanisms())
	for _, c := range mechanismCases(s) {
		if c.mech == "auto" || c.mech == "off" || c.mech == "LOGIN" || len(c.args) > 1 && c.args[0] == "--authzid" {
			continue
		}
		t.Run(c.mech+" "+c.user, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"check", "--ca", s.CAFile, "--auth", strings.ToLower(c.mech)}, c.args...)
			var env []string
			if c.secret != "" {
				env = []string{"IMAPSH_PASSWORD=" + c.secret}
			}
			o := runWith(t, env, strings.NewReader(""), append(args, c.url(s))...)
			if says := strings.TrimSuffix(c.mech+" as "+c.user, " as "); !strings.Contains(o.stdout, "✓ login") || !strings.Contains(o.stdout, says+"\n") {
				t.Errorf("no \"✓ login\", or no %q at the end of a line\n%s", says, o)
			}
			if c.secret != "" {
				keeps(t, c.secret, map[string]string{"standard output": o.stdout, "standard error": o.stderr})
			}
		})
	}
}

func TestCyrusAcceptsItsMechanisms(t *testing.T) {
	t.Parallel()
	s := testserver.Cyrus(t)
	for _, mech := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		t.Run(mech, func(t *testing.T) {
			runWith(t, []string{"IMAPSH_PASSWORD=" + testserver.Password}, strings.NewReader("noop\n"), "--ca", s.CAFile, "--mech", mech, "imaps://alice@"+s.TLS()).is(t, 0)
		})
	}
	for name, url := range map[string][]string{"TLS": {"imaps://alice@" + s.TLS()}, "STARTTLS": {"--starttls", "imap://alice@" + s.Clear()}} {
		t.Run("bound to "+name, func(t *testing.T) {
			args := append([]string{"--ca", s.CAFile, "--mech", "auto", "--tls-max", "1.2"}, url...)
			runWith(t, []string{"IMAPSH_PASSWORD=" + testserver.Password}, strings.NewReader("noop\n"), args...).is(t, 0).
				shows(t, "AUTHENTICATE SCRAM-SHA-256-PLUS ••••••", "     binding  tls-unique, 12 bytes", "     verified the server knows the password")
		})
	}
}

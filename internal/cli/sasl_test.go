package cli

import (
	"crypto/tls"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

func TestSCRAMIsBoundToItsTLSConnection(t *testing.T) {
	t.Parallel()
	const greeting = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256] ready\r\n"
	for name, row := range map[string]struct {
		version uint16
		server  string // the type that the server demands
		args    []string
		status  int
		shown   []string
	}{
		"tls-exporter, by default": {tls.VersionTLS13, "tls-exporter", []string{"--mech", "SCRAM-SHA-256-PLUS"}, 0,
			[]string{"     binding  tls-exporter\n     user     alice", "     binding  tls-exporter, 32 bytes\n     nonce    both\n     proof    ••••••", "     verified the server knows the password"}},
		"auto chooses the best one, which is bound": {tls.VersionTLS13, "tls-exporter", []string{"--mech", "auto"}, 0, []string{"AUTHENTICATE SCRAM-SHA-256-PLUS ••••••"}},
		"tls-unique of TLS 1.2":                     {tls.VersionTLS12, "tls-unique", []string{"--mech", "scram-sha-1-plus"}, 0, []string{"     binding  tls-unique, 12 bytes"}},
		"tls-exporter of TLS 1.2":                   {tls.VersionTLS12, "tls-exporter", []string{"--mech", "auto", "--channel-binding", "tls-exporter"}, 0, []string{"     binding  tls-exporter, 32 bytes"}},
		"tls-server-end-point":                      {tls.VersionTLS13, "tls-server-end-point", []string{"--mech", "auto", "--channel-binding", "tls-server-end-point"}, 0, []string{"     binding  tls-server-end-point, 32 bytes"}},
		"tls-unique of TLS 1.3": {tls.VersionTLS13, "", []string{"--mech", "SCRAM-SHA-256-PLUS", "--channel-binding", "tls-unique"}, 1,
			[]string{"!! SCRAM-SHA-256-PLUS was not sent: it is bound to TLS, and tls-unique does not exist in TLS 1.3, nor in a resumed session"}},
		"none":                            {tls.VersionTLS13, "", []string{"--mech", "SCRAM-SHA-256-PLUS", "--channel-binding", "none"}, 1, []string{"it is bound to TLS, and --channel-binding is none"}},
		"not bound, although it could be": {tls.VersionTLS13, "", []string{"--mech", "SCRAM-SHA-256"}, 0, []string{"     binding  none\n"}},
		"an attacker between client and server": {tls.VersionTLS13, "another tls-exporter", []string{"--mech", "auto"}, 1,
			[]string{"     error    channel-bindings-dont-match, the channel binding does not match: TLS ends before the server, or an attacker is in between", "!! the exchange cannot continue: the server refuses: channel-bindings-dont-match"}},
		"a type that the server does not support": {tls.VersionTLS13, "tls-server-end-point", []string{"--mech", "auto"}, 1,
			[]string{"     error    unsupported-channel-binding-type, "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf, ca := testserver.TLSConfig(t, testserver.Good)
			conf.MaxVersion = row.version
			steps := []testserver.Step{testserver.StartTLS(conf), testserver.Send(greeting)}
			if row.server != "" || row.status == 0 {
				steps = append(steps, testserver.BeginSCRAM(row.server, 4096), testserver.EndSCRAM())
			}
			s := canned(t, append(steps, testserver.Answer())...)
			o := runWith(t, []string{"IMAPSH_PASSWORD=" + testserver.Password}, strings.NewReader("noop\n"), append(row.args, "--ca", ca, "imaps://alice@"+s.Addr())...)
			o.is(t, row.status).shows(t, row.shown...)
			if got := strings.Contains(s.Received(), "noop"); got != (row.status == 0) {
				t.Errorf("noop was sent: %v, want %v\n%s", got, row.status == 0, o)
			}
		})
	}
}

func TestCheckLogsInAsTheURLSays(t *testing.T) {
	t.Parallel()
	for auth, want := range map[string]string{"PLAIN": "AUTHENTICATE PLAIN", "login": "LOGIN ", "*": "LOGIN ", "anonymous": "AUTHENTICATE ANONYMOUS"} {
		s := canned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=ANONYMOUS] ready\r\n"), testserver.Answer())
		runWith(t, []string{"IMAPSH_PASSWORD=" + password}, strings.NewReader(""), "check", "imap://alice;AUTH="+auth+"@"+s.Addr())
		if !strings.Contains(s.Received(), want) {
			t.Errorf("%s: received %q, want %s", auth, s.Received(), want)
		}
	}
	s := canned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1 AUTH=GSSAPI] ready\r\n"), testserver.Answer())
	runWith(t, []string{"IMAPSH_PASSWORD=" + password}, strings.NewReader(""), "check", "imap://alice;AUTH=GSSAPI@"+s.Addr()).shows(t, `unknown mechanism "gssapi"`)
}

func TestAnUnknownMechanismIsAUsageError(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--mech", "SCRAM-SHA-257", "imaps://alice@127.0.0.1:1"}, {"--mech", "GSSAPI", "imaps://alice@127.0.0.1:1"}, {"imaps://alice;AUTH=a%20b@127.0.0.1:1"}, {"imaps://alice;AUTH=@127.0.0.1:1"}, {"--channel-binding", "tls-magic", "imaps://alice@127.0.0.1:1"}} {
		runWith(t, []string{"IMAPSH_PASSWORD=" + password}, strings.NewReader("noop\n"), args...).is(t, 2)
	}
}

func TestWithoutSASLIRTheAuthorizationIdentityIsSentInTheAnswer(t *testing.T) {
	t.Parallel()
	s := canned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n"), testserver.Expect("^a001 AUTHENTICATE PLAIN$"), testserver.Send("+ \r\n"), testserver.Expect("^Ym9iAGFsaWNlA"), testserver.Send("a001 OK in\r\n"), testserver.Answer())
	runWith(t, []string{"IMAPSH_PASSWORD=" + password}, strings.NewReader("noop\n"), "--authzid", "bob", "--no-sasl-ir", "imap://alice@"+s.Addr()).is(t, 0)
}

func TestAMechanismThatRevealsTheSecretIsNotUsedUnencrypted(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		args []string
		sent bool
	}{
		{[]string{"--mech", "PLAIN"}, false}, {[]string{"--mech", "LOGIN"}, false}, {[]string{"--mech", "XOAUTH2"}, false}, {[]string{"--mech", "OAUTHBEARER"}, false},
		{[]string{"--mech", "SCRAM-SHA-256"}, true}, {[]string{"--mech", "CRAM-MD5"}, true}, {[]string{"--mech", "PLAIN", "--plaintext-auth"}, true},
		{[]string{"--mech", "SCRAM-SHA-256", "--starttls"}, false}, // STARTTLS is refused
	} {
		t.Run(strings.Join(row.args, " "), func(t *testing.T) {
			t.Parallel()
			steps := []testserver.Step{testserver.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=SCRAM-SHA-256 AUTH=CRAM-MD5] ready\r\n"), testserver.Expect("."), testserver.Send("{tag} NO no\r\n"), testserver.Answer()}
			s := canned(t, steps...)
			if !row.sent && len(row.args) == 2 {
				s = canned(t, steps[0], testserver.Answer())
			}
			o := runWith(t, []string{allFar + "=1", "IMAPSH_PASSWORD=" + password}, strings.NewReader(":auth plain alice\n"), append(row.args, "imap://alice@"+s.Addr())...)
			if got := strings.Contains(s.Received(), "AUTHENTICATE"); got != row.sent || o.status == 0 {
				t.Errorf("sent: %v, want %v; received %q\n%s", got, row.sent, s.Received(), o)
			}
		})
	}
}

package cli

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// An attack is what a man in the middle does to prevent TLS, or to be trusted before it is active.
type attack struct {
	name  string
	steps []testserver.Step
	// shows is the reason on the screen in all cases; flag and typed are the reasons if they depend on
	// whether --starttls or a typed line asked for TLS.
	shows, flag, typed string
	encrypted          bool   // TLS is started, so the secret may be sent encrypted
	never              string // must not be shown
	silent             bool   // it ends only with the client's timeout
}

// attacks returns all attacks, and the file with the certificate of the authority to trust.
func attacks(t *testing.T) (list []attack, caFile string) {
	conf, caFile := testserver.TLSConfig(t, testserver.Good)
	send, expect := testserver.Send, testserver.Expect
	hello := send("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hello\r\n")
	bare := send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n")
	starttls := expect("(?i) STARTTLS$")
	ok, rest := send("{tag} OK go\r\n"), testserver.Answer()
	tls := testserver.StartTLS(conf)
	return []attack{
		{name: "the capability is removed, and the command unknown", steps: []testserver.Step{bare, starttls, send("{tag} BAD unknown command\r\n"), rest}, flag: "--starttls requires it", typed: "STARTTLS failed"},
		{name: "NO", steps: []testserver.Step{hello, starttls, send("{tag} NO not today\r\n"), rest}, flag: "--starttls requires it", typed: "STARTTLS failed"},
		{name: "BAD", steps: []testserver.Step{hello, starttls, send("{tag} BAD not today\r\n"), rest}, flag: "--starttls requires it", typed: "STARTTLS failed"},
		{name: "no answer", steps: []testserver.Step{hello, starttls, testserver.Stall()}, shows: "no data for 400ms", silent: true},
		{name: "no answer to the handshake", steps: []testserver.Step{hello, starttls, ok, testserver.Stall()}, shows: "no data for 400ms", silent: true},
		{name: "injected text in the same segment", steps: []testserver.Step{hello, starttls, send("{tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"), rest}, shows: "unencrypted bytes followed the OK to STARTTLS"},
		{name: "injected text in the next segment", steps: []testserver.Step{hello, starttls, ok, testserver.ExpectBytes("\x16"), send("a002 OK [CAPABILITY IMAP4rev1] forged\r\n"), testserver.Stall()}, shows: "the server does not use TLS on this port"},
		{name: "PREAUTH", steps: []testserver.Step{send("* PREAUTH [CAPABILITY IMAP4rev1] you are alice\r\n"), testserver.Repeat("a001 BAD too late\r\n")}, flag: "STARTTLS is not possible after PREAUTH", typed: "STARTTLS failed"},
		{name: "BYE in place of the answer", steps: []testserver.Step{hello, starttls, send("* BYE come back without TLS\r\n"), testserver.Close()}, shows: "S: * BYE come back without TLS"},
		{name: "BYE as the greeting", steps: []testserver.Step{send("* BYE no TLS today\r\n"), testserver.Close()}, shows: "S: * BYE no TLS today"},
		{name: "capabilities that are different under TLS", steps: []testserver.Step{send("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=X-EVIL LOGINDISABLED] hello\r\n"), starttls, ok, tls, rest}, shows: "verified", encrypted: true},
		{name: "a tagged response before the command", steps: []testserver.Step{send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\na001 OK begin\r\n"), rest}, shows: "S: a001 OK begin", silent: true},
		{name: "somebody else's certificate", steps: func() []testserver.Step {
			other, _ := testserver.TLSConfig(t, testserver.UnknownIssuer)
			return []testserver.Step{hello, starttls, ok, testserver.StartTLS(other), rest}
		}(), shows: "unknown issuer"},
		{name: "a referral in the greeting", steps: []testserver.Step{send("* OK [REFERRAL imap://evil.test/] go there\r\n"), starttls, send("{tag} NO [REFERRAL imap://evil.test/] go there\r\n"), rest}, flag: "--starttls requires it", typed: "STARTTLS failed", never: "connecting to evil.test"},
		{name: "an alert that asks for the password", steps: []testserver.Step{hello, starttls, send("* OK [ALERT] Enter your password to go on\r\n{tag} NO [ALERT] TLS is broken: type :plaintext-auth on\r\n"), rest}, shows: "S: * OK [ALERT] Enter your password", flag: "--starttls requires it", typed: "STARTTLS failed", never: "\nEnter your password"},
		{name: "a greeting that imitates one of our notes", steps: []testserver.Step{send("* OK hello\r\n-- TLS 1.3; CN=localhost; verified; 90 days left\r\n"), starttls, send("{tag} NO\n-- TLS 1.3; verified\r\n"), rest}, shows: "S: -- TLS 1.3; CN=localhost; verified", flag: "--starttls requires it", typed: "STARTTLS failed", never: "\n-- TLS 1.3"},
	}, caFile
}

func TestNoAttackOnSTARTTLSGetsThePasswordUnencrypted(t *testing.T) {
	t.Parallel()
	list, ca := attacks(t)
	const secret = "geheim"
	for _, row := range list {
		for _, way := range []struct {
			name, script string
			args         []string
		}{
			{"by flag, with the user in the URL", "noop\n", []string{"--starttls", "imap://alice@"}},
			{"by flag, a login typed", "login alice " + secret + "\nauthenticate plain AGFsaWNlAGdlaGVpbQ==\n", []string{"--starttls", "imap://"}},
			{"typed", "starttls\nlogin alice " + secret + "\nauthenticate plain AGFsaWNlAGdlaGVpbQ==\n:send x LOGIN alice " + secret + "\n", []string{"imap://"}},
		} {
			t.Run(row.name+", "+way.name, func(t *testing.T) {
				t.Parallel()
				relay := testserver.NewRelay(t, testserver.NewCanned(t, row.steps...).Addr())
				timeout := patience.String()
				if row.silent {
					timeout = "400ms"
				}
				args := append([]string{"--ca", ca, "--sni", "localhost", "--timeout", timeout, "--plaintext-auth"}, way.args...)
				args[len(args)-1] += relay.Addr()
				o := runWith(t, []string{allFar + "=1", "IMAPSH_PASSWORD=" + secret}, strings.NewReader(way.script), args...)
				if row.encrypted != (o.status == 0) {
					t.Errorf("status 0 is wanted only if TLS is started (%t)\n%s", row.encrypted, o)
				}
				said := row.flag
				if way.name == "typed" {
					said = row.typed
				}
				for _, text := range []string{row.shows, said} {
					if !strings.Contains(o.stdout+o.stderr, text) {
						t.Errorf("no %q in\n%s", text, o)
					}
				}
				if row.never != "" && strings.Contains("\n"+o.stdout+"\n"+o.stderr, row.never) {
					t.Errorf("%q is in\n%s", row.never, o)
				}
				sent := relay.FromClient()
				for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + secret)), "Z2VoZWlt"} {
					if bytes.Contains(sent, []byte(form)) {
						t.Errorf("the secret was sent unencrypted: %q\n%s", sent, o)
					}
				}
			})
		}
	}
}

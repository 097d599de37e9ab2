package repl

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	. "imapsh/internal/testserver"
)

// knows returns options that know the user and the secret.
func knows(user, secret string, more ...func(*Options)) func(*Options) {
	return func(o *Options) {
		o.Target.User, o.Timeout = user, time.Minute
		if secret != "" {
			o.Password = func(context.Context, conn.Target, sasl.Needs) (Secret, error) {
				return Secret{Text: secret, From: "IMAPSH_PASSWORD"}, nil
			}
		}
		for _, f := range more {
			f(o)
		}
	}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// offers returns a greeting that offers mechanisms and more.
func offers(caps string) Step {
	return Send("* OK [CAPABILITY IMAP4rev1 " + caps + "] ready\r\n")
}

func TestALoginUsesTheChosenMechanism(t *testing.T) {
	t.Parallel()
	plain := b64("\x00alice\x00geheim")
	for name, row := range map[string]struct {
		caps  string
		with  func(*Options)
		lines []string
		steps []Step
		shown []string
		st    Status
	}{
		"--mech, with an initial response": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Mech = "PLAIN" }, nil,
			[]Step{Expect("^a001 AUTHENTICATE PLAIN " + plain + "$"), Send("a001 OK in\r\n")}, []string{"C: a001 AUTHENTICATE PLAIN ••••••\n     user     alice\n     password ••••••\nS: a001 OK in"}, StatusOK},
		"--mech, without SASL-IR": {"AUTH=PLAIN", func(o *Options) { o.Mech = "PLAIN" }, nil,
			[]Step{Expect("^a001 AUTHENTICATE PLAIN$"), Send("+ \r\n"), Expect("^" + plain + "$"), Send("a001 OK in\r\n")}, []string{"C: ••••••\n     user     alice\n     password ••••••\n"}, StatusOK},
		"--no-sasl-ir": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Mech, o.NoSASLIR = "PLAIN", true }, nil,
			[]Step{Expect("^a001 AUTHENTICATE PLAIN$"), Send("+ \r\n"), Expect("^" + plain + "$"), Send("a001 OK in\r\n")}, nil, StatusOK},
		"in the URL": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Target.Auth = "PLAIN" }, nil,
			[]Step{Expect("^a001 AUTHENTICATE PLAIN " + plain + "$"), Send("a001 OK in\r\n")}, nil, StatusOK},
		"the URL has precedence over the flag": {"AUTH=PLAIN AUTH=LOGIN", func(o *Options) { o.Target.Auth, o.Mech = "LOGIN", "PLAIN" }, nil,
			[]Step{Expect("^a001 AUTHENTICATE LOGIN$"), Send("+ VXNlcm5hbWU6\r\n"), Expect("^YWxpY2U=$"), Send("+ UGFzc3dvcmQ6\r\n"), Expect("^Z2VoZWlt$"), Send("a001 OK in\r\n")}, []string{"     challenge Username:", "     user     alice", "     challenge Password:", "     password ••••••"}, StatusOK},
		"the best one is chosen": {"AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=X-FOO", func(o *Options) { o.Target.Auth = "*" }, nil,
			[]Step{Expect("^a001 AUTHENTICATE CRAM-MD5$"), Send("+ " + b64("<1@x>") + "\r\n"), Expect(`^\S+$`), Send("a001 OK in\r\n")}, []string{"     challenge <1@x>\n", "     user     alice\n     digest   ••••••\n"}, StatusOK},
		"the best one, capabilities unknown": {"", func(o *Options) { o.Mech = "auto" }, nil,
			[]Step{Expect("^a001 CAPABILITY$"), Send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\na001 OK\r\n"), Expect("^a002 AUTHENTICATE PLAIN " + plain + "$"), Send("a002 OK in\r\n")}, nil, StatusOK},
		"none that imapsh supports, so LOGIN": {"AUTH=GSSAPI", func(o *Options) { o.Mech = "auto" }, nil,
			[]Step{Expect(`^a001 LOGIN alice "?geheim"?$`), Send("a001 OK in\r\n")}, nil, StatusOK},
		"LOGIN is disabled": {"LOGINDISABLED AUTH=PLAIN AUTH=CRAM-MD5", nil, nil,
			[]Step{Expect("^a001 AUTHENTICATE CRAM-MD5$"), Send("+ " + b64("<1@x>") + "\r\n"), Expect(`^\S+$`), Send("a001 OK in\r\n")}, nil, StatusOK},
		"a mechanism that is not offered": {"AUTH=LOGIN", func(o *Options) { o.Mech = "PLAIN" }, nil,
			[]Step{Expect("^a001 AUTHENTICATE PLAIN$"), Send("a001 NO unsupported\r\n")}, []string{"!! PLAIN is not offered here; offered are LOGIN"}, StatusFailed},
		"another identity": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.AuthzID = "bob" }, nil,
			[]Step{Expect("^a001 AUTHENTICATE PLAIN " + b64("bob\x00alice\x00geheim") + "$"), Send("a001 OK in\r\n")}, []string{"     authzid  bob\n     user     alice\n"}, StatusOK},
		"another identity, which LOGIN cannot carry": {"AUTH=LOGIN", func(o *Options) { o.AuthzID = "bob" }, nil,
			nil, []string{"!! LOGIN was not sent: it carries no identity to act as (--authzid), and no mechanism that does is offered"}, StatusFailed},
		"another identity, which CRAM-MD5 cannot carry": {"AUTH=CRAM-MD5", func(o *Options) { o.AuthzID, o.Mech = "bob", "CRAM-MD5" }, nil,
			nil, []string{"!! CRAM-MD5 was not sent: it carries no identity to act as (--authzid)"}, StatusFailed},
		"a mechanism bound to TLS, without TLS": {"AUTH=SCRAM-SHA-256-PLUS", func(o *Options) { o.Mech = "SCRAM-SHA-256-PLUS" }, nil,
			nil, []string{"!! SCRAM-SHA-256-PLUS was not sent: it is bound to TLS, and there is no TLS"}, StatusFailed},
		"a mechanism that is not built in": {"AUTH=GSSAPI", func(o *Options) { o.Target.Auth = "GSSAPI" }, nil,
			nil, []string{"!! AUTHENTICATE was not sent: GSSAPI is not built in; authenticate GSSAPI lets you answer by hand, in base64"}, StatusFailed},
		"an unknown mechanism": {"AUTH=X-FOO", func(o *Options) { o.Target.Auth = "X-FOO" }, nil,
			nil, []string{"!! AUTHENTICATE was not sent: X-FOO is not a mechanism that imapsh knows"}, StatusFailed},
		":auth in a script": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Target.User = "" }, []string{":auth plain alice"},
			[]Step{Expect("^a001 AUTHENTICATE PLAIN " + plain + "$"), Send("a001 OK in\r\n")}, nil, StatusOK},
		":auth without a user": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Target.User = "" }, []string{":auth plain"},
			nil, []string{"!! a script cannot be asked for the user's name: imaps://user@host has it, or :auth MECH USER"}, StatusUsage},
		":auth with too many arguments": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Target.User = "" }, []string{":auth plain alice geheim"},
			nil, []string{":1:7: usage: :auth [MECH [USER]]; the secret is asked for"}, StatusUsage},
		"EXTERNAL needs no secret": {"SASL-IR AUTH=EXTERNAL", func(o *Options) { o.Target.User, o.Password, o.Mech = "", nil, "EXTERNAL" }, nil,
			[]Step{Expect("^a001 AUTHENTICATE EXTERNAL =$"), Send("a001 OK in\r\n")}, []string{"     authzid  empty: the identity of the connection\n"}, StatusOK},
		"authenticate in a script": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Target.User, o.Password = "", nil }, []string{"authenticate anonymous"},
			[]Step{Expect("^a001 authenticate anonymous =$"), Send("a001 OK in\r\n")}, []string{"!! ANONYMOUS is not offered here; offered are PLAIN"}, StatusOK},
		"authenticate in a script, by hand": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Target.User, o.Password = "", nil }, []string{"authenticate plain", plain, "noop"},
			[]Step{Expect("^a001 authenticate plain$"), Send("+ \r\n"), Expect("^" + plain + "$"), Send("a001 OK in\r\n"), Expect("^a002 noop$"), Send("a002 OK\r\n")}, []string{"C: ••••••\n     user     alice\n     password ••••••\n"}, StatusOK},
		"an initial response by hand": {"SASL-IR AUTH=PLAIN", func(o *Options) { o.Target.User, o.Password = "", nil }, []string{"authenticate plain " + b64("alice\x00geheim\n")},
			[]Step{Expect("^a001 authenticate plain " + b64("alice\x00geheim\n") + "$"), Send("a001 NO no\r\n")},
			[]string{"!! 2 fields where PLAIN has 3: [authzid] NUL user NUL password; is the first NUL missing?", "!! the answer ends with a line end"}, StatusFailed},
	} {
		t.Run(name, func(t *testing.T) {
			greeting := Send("* OK ready\r\n")
			if row.caps != "" {
				greeting = offers(row.caps)
			}
			srv := NewCanned(t, append(append([]Step{greeting}, row.steps...), Answer())...)
			st, out := runScript(t, srv, row.lines, knows("alice", "geheim", func(o *Options) {
				if row.with != nil {
					row.with(o)
				}
			}))
			for _, want := range row.shown {
				if !strings.Contains(out, want) {
					t.Errorf("not shown: %s", want)
				}
			}
			if st != row.st || strings.Contains(out, "geheim") || strings.Contains(out, plain) {
				t.Errorf("status %d, want %d; or the secret was shown", st, row.st)
			}
			if t.Failed() {
				t.Log(out, "\nreceived ", fmt.Sprintf("%q", srv.Received()))
			}
		})
	}
}

func TestAServerThatDoesNotProveItselfIsReportedAndSentNothingMore(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		last  []Step
		shown string
	}{
		"a wrong proof":                {[]Step{Send("+ " + b64("v=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=") + "\r\n"), Expect(`^\*$`), Send("a001 BAD cancelled\r\n")}, "!! the exchange cannot continue: the server's proof is wrong: it does not know the password, or an attacker is in between; it is cancelled"},
		"a wrong proof, and OK":        {[]Step{Send("+ " + b64("v=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=") + "\r\n"), Expect(`^\*$`), Send("a001 OK in\r\n")}, "!! the server said OK to an exchange that failed: do not trust it"},
		"no proof at all":              {[]Step{Send("a001 OK in\r\n")}, "!! the server said OK without proving that it knows the password: do not trust it"},
		"an error of the server":       {[]Step{Send("+ " + b64("e=other-error") + "\r\n"), Expect(`^\*$`), Send("a001 NO no\r\n")}, "!! the exchange cannot continue: the server refuses: other-error, it does not say why; it is cancelled"},
		"an answer that is not base64": {[]Step{Send("+ !!\r\n"), Expect(`^\*$`), Send("a001 BAD no\r\n")}, "!! the challenge is not base64: byte 0 is not a character of it; it is cancelled"},
		"one challenge too many":       {[]Step{Send("+ " + b64("v=") + "\r\n"), Expect(`^\*$`), Send("+ \r\n")}, "a001 AUTHENTICATE: the server continues although it was cancelled"},
		"too many iterations":          {nil, "!! the exchange cannot continue: the server asks for 2000000000 iterations"},
	} {
		t.Run(name, func(t *testing.T) {
			iterations, tail := 4096, []Step{Expect(`^\S+$`)}
			if row.last == nil {
				iterations, tail = 2_000_000_000, []Step{Expect(`^\*$`)}
				row.last = []Step{Send("a001 BAD cancelled\r\n")}
			}
			steps := append([]Step{offers("SASL-IR AUTH=SCRAM-SHA-256"), BeginSCRAM("", iterations)}, append(tail, row.last...)...)
			srv := NewCanned(t, append(steps, Answer())...)
			st, out := runScript(t, srv, []string{"noop"}, knows("alice", Password, func(o *Options) { o.Mech = "SCRAM-SHA-256" }))
			if !strings.Contains(out, row.shown) || st == StatusOK || strings.Contains(srv.Received(), "noop") {
				t.Errorf("status %d, received %q, want %s in\n%s", st, srv.Received(), row.shown, out)
			}
		})
	}
}

func TestARefusedLoginIsExplained(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		caps   string
		line   string
		answer string
		shown  []string
		never  string
	}{
		"a wrong password":                {"AUTH=PLAIN AUTH=SCRAM-SHA-256 AUTH=XOAUTH2 AUTH=GSSAPI", "login alice geheim", "NO [AUTHENTICATIONFAILED] no", []string{"the login failed"}, "not tried"},
		"a right password, of another":    {"AUTH=PLAIN AUTH=LOGIN", "login alice geheim", "NO [AUTHORIZATIONFAILED] no", nil, "not tried"},
		"several mechanisms, and no code": {"AUTH=PLAIN AUTH=SCRAM-SHA-256 AUTH=XOAUTH2 AUTH=GSSAPI", "login alice geheim", "NO no", []string{"-- also offered, not tried yet: SCRAM-SHA-256, PLAIN, XOAUTH2 (--mech MECH)"}, "begins or ends"},
		"a way that is not possible":      {"AUTH=PLAIN AUTH=LOGIN", "authenticate plain AGFsaWNlAGdlaGVpbQ==", "NO [CANNOT] not PLAIN", []string{"-- also offered, not tried yet: LOGIN (--mech MECH)"}, ""},
		"a code, but LOGINDISABLED":       {"LOGINDISABLED AUTH=PLAIN", "login alice geheim", "NO [AUTHENTICATIONFAILED] no", []string{"whatever the password", "-- also offered, not tried yet: PLAIN"}, ""},
		"a code, but no password":         {"AUTH=EXTERNAL AUTH=PLAIN", "authenticate external =", "NO [AUTHENTICATIONFAILED] no", []string{"-- also offered, not tried yet: PLAIN"}, ""},
		"a space after the user":          {"", `login "alice " geheim`, "NO no", []string{`-- the user name "alice " begins or ends with a space`}, "also offered, not tried yet"},
		"a space before the user":         {"", `login " alice" geheim`, "NO no", []string{`-- the user name " alice" begins or ends with a space`}, ""},
		"a server that cannot check it":   {"AUTH=PLAIN", "login alice geheim", "NO [UNAVAILABLE] try again", []string{"-- this says nothing about the password: the server could not check it"}, "not tried"},
		"too many connections":            {"AUTH=PLAIN", "login alice geheim", "NO [LIMIT] too many", []string{"-- this does not say that the password is wrong: try again later, perhaps after other connections of this user have ended"}, "not tried"},
		"LOGINDISABLED":                   {"LOGINDISABLED STARTTLS AUTH=CRAM-MD5", "login alice geheim", "NO no", []string{"-- the server does not allow LOGIN here (LOGINDISABLED), whatever the password; after starttls it may", "-- also offered, not tried yet: CRAM-MD5 (--mech MECH)"}, ""},
		"Gmail requires an app password":  {"AUTH=PLAIN AUTH=XOAUTH2", "login alice geheim", "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)", []string{"-- Google requires an app password, or a token (XOAUTH2), because 2-Step Verification is on"}, ""},
		"Microsoft accepts no password":   {"AUTH=PLAIN AUTH=XOAUTH2", "login alice geheim", "NO Basic authentication is disabled.", []string{"-- Microsoft no longer accepts a password here, right or wrong: use a token (XOAUTH2)"}, ""},
		"a mechanism that was tried":      {"AUTH=PLAIN AUTH=LOGIN", "authenticate plain AGFsaWNlAGdlaGVpbQ==", "NO no", []string{"-- also offered, not tried yet: LOGIN (--mech MECH)"}, ""},
		"an expired password":             {"AUTH=PLAIN", "login alice geheim", "NO [EXPIRED] old", []string{"-- the password was right once and has expired"}, "not tried"},
		"a disabled account":              {"AUTH=PLAIN", "login alice geheim", "NO [CONTACTADMIN] disabled", []string{"the server needs its administrator: its text or its log says why"}, "not tried"},
		"TLS is required":                 {"AUTH=PLAIN", "login alice geheim", "NO [PRIVACYREQUIRED] no", []string{"the server requires TLS first: use STARTTLS or connect with imaps"}, ""},
		"a text that repeats the secret":  {"AUTH=PLAIN", "login alice geheim", "NO [AUTHENTICATIONFAILED geheim] geheim is wrong", nil, ""},
		"no code":                         {"AUTH=PLAIN", "login alice geheim", "NO Login failed.", []string{"-- no response code says why: it can be the user name, the password or a rule of the server; its log may say more\n-- also offered"}, ""},
		"no code, by a mechanism":         {"AUTH=PLAIN AUTH=LOGIN", "authenticate plain AGFsaWNlAGdlaGVpbQ==", "NO no", []string{"-- no response code says why: it can be the user name, the password or a rule of the server; its log may say more\n"}, ""},
		"no code, but LOGINDISABLED":      {"LOGINDISABLED", "login alice geheim", "NO no", []string{"whatever the password"}, "no response code"},
		"no code, and no password":        {"AUTH=EXTERNAL", "authenticate external =", "NO no", nil, "no response code"},
		"BAD without a code":              {"AUTH=PLAIN", "login alice geheim", "BAD no", nil, "no response code"},
		"a command that is not a login":   {"AUTH=PLAIN", "noop", "NO [UNAVAILABLE] no", nil, "says nothing about"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := NewCanned(t, offers(strings.TrimSpace("IDLE "+row.caps)), Expect("^a001 "), Send("{tag} "+row.answer+"\r\n"), Answer())
			_, out := runScript(t, srv, []string{row.line}, knows("", ""))
			for _, want := range row.shown {
				if !strings.Contains(out, want) {
					t.Errorf("not shown: %s\n%s", want, out)
				}
			}
			if row.never != "" && strings.Contains(out, row.never) || strings.Contains(out, "geheim") {
				t.Errorf("shown: %s, or the secret\n%s", row.never, out)
			}
		})
	}
}

func TestAfterARefusedLoginThePromptSaysHowToTryAgain(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ line, answer, want string }{
		"a wrong password":                  {"login alice geheim", "NO [AUTHENTICATIONFAILED] no", "-- to try again: login alice (asks for the password)"},
		"no code":                           {"login alice geheim", "NO no", "-- to try again: login alice (asks for the password)"},
		"a user name with a space":          {`login "al ice" geheim`, "NO no", `-- to try again: login "al ice" (asks for the password)`},
		"a server that cannot check it":     {"login alice geheim", "NO [UNAVAILABLE] later", ""},
		"an account that needs its admin":   {"login alice geheim", "NO [CONTACTADMIN] no", ""},
		"a command that the server rejects": {"login alice geheim", "BAD no", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, canned(t, greeting, expect("LOGIN"), Send("a001 "+row.answer+"\r\n")))
			s.typ(row.line)
			s.sees("S: a001 " + row.answer)
			s.asks("a002 mail.example.net> ")
			if row.want == "" {
				s.hides("to try again")
				return
			}
			s.sees(row.want)
		})
	}
}

func TestTheSourceOfARefusedSecretIsShown(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, offers("SASL-IR AUTH=PLAIN"), Expect("^a001 "), Send("{tag} NO no\r\n"), Answer())
	if _, out := runScript(t, srv, nil, knows("alice", "geheim", func(o *Options) { o.Mech = "PLAIN" })); !strings.Contains(out, "-- the password or token came from IMAPSH_PASSWORD") {
		t.Error(out)
	}
}

func TestAtATerminalNoExchangeShowsOrKeepsItsSecret(t *testing.T) {
	t.Parallel()
	const secret = "Zw3tschgen-K0mpott"
	challenges := map[string][]string{"LOGIN": {"Username:", "Password:"}, "CRAM-MD5": {"<1@x>"}, "DIGEST-MD5": {`nonce="y",qop="auth",algorithm=md5-sess,charset=utf-8`}}
	for _, m := range sasl.Mechanisms() {
		if m.New == nil || m.Needs == sasl.Nothing || m.Binds {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			steps := []Step{expect("AUTHENTICATE " + m.Name)}
			for _, c := range append(challenges[m.Name], "")[:max(1, len(challenges[m.Name]))] {
				steps = append(steps, Send("+ "+b64(c)+"\r\n"), Expect("."))
			}
			s := begin(t, canned(t, greeting, append(steps, Send("a001 NO no\r\n"))...))
			s.typ("authenticate " + m.Name)
			s.asks("User name: ")
			s.typ("alice")
			if q := s.asks(m.Needs.Title() + " for alice: "); !q.Secret {
				t.Error("the password was not asked for as a secret")
			}
			s.typ(secret)
			s.sees("S: a001 NO no")
			s.asks("a002 mail.example.net> ")
			for before := range 3 {
				coded := b64(strings.Repeat("x", before) + secret + "xxx")
				s.hides(coded[(before*8+5)/6 : (before+len(secret))*8/6])
			}
			s.hides(secret)
		})
	}
}

package repl

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	. "imapsh/internal/testserver"
)

// gives returns options with a password command.
func gives(f func(context.Context, conn.Target) (string, error)) setting {
	return func(o *Options, s *Shell) {
		if s == nil {
			o.Target.User, o.Target.Mailbox = "alice", "INBOX"
			o.PasswordCommand = "asks"
			o.Password = func(ctx context.Context, t conn.Target, _ sasl.Needs) (Secret, error) {
				text, err := f(ctx, t)
				return Secret{Text: text}, err
			}
		}
	}
}

func TestAPasswordCommandHasTheTerminalAndTheLoopContinues(t *testing.T) {
	t.Parallel()
	asking, open := gate()
	answered := make(chan struct{})
	srv := canned(t, greeting, Expect(`^a001 LOGIN alice "?geheim"?$`), Send("{tag} OK in\r\n"))
	s := begin(t, srv, gives(func(ctx context.Context, _ conn.Target) (string, error) {
		open()
		<-answered
		return "geheim", nil
	}))
	<-asking
	s.until("the terminal to be lent", func() bool { return s.lent == 1 })
	close(answered)
	s.sees("S: a001 OK in", "C: a002 EXAMINE INBOX")
	s.until("the terminal to be back", func() bool { return s.lent == 0 })
	s.hides("geheim")
}

func TestTheEndOfTheShellEndsThePasswordCommand(t *testing.T) {
	t.Parallel()
	asking, open := gate()
	ended, over := gate()
	s := begin(t, canned(t, greeting), gives(func(ctx context.Context, _ conn.Target) (string, error) {
		open()
		<-ctx.Done()
		over()
		return "", ctx.Err()
	}))
	<-asking
	s.signals <- terminated{}
	<-ended
	s.until("the end", func() bool { return s.status != nil })
}

func TestASecondCtrlCEndsAPasswordCommandThatDoesNotTakeTheFirst(t *testing.T) {
	t.Parallel()
	asking, open := gate()
	srv := canned(t, greeting)
	s := begin(t, srv, gives(func(ctx context.Context, _ conn.Target) (string, error) {
		open()
		<-ctx.Done()
		return "", errors.New("running --password-command: signal: killed")
	}))
	<-asking
	s.until("the terminal to be lent", func() bool { return s.lent == 1 })
	s.signals <- os.Interrupt
	s.signals <- os.Interrupt
	s.sees("!! running --password-command: signal: killed: nothing was sent")
	s.asks("a001 mail.example.net> ")
	s.typ("noop")
	s.sees("S: a001 OK")
	if got := srv.Received(); strings.Contains(got, "LOGIN") {
		t.Errorf("the server got %q", got)
	}
}

func TestNothingIsSentIfThePasswordCommandFails(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		password string
		err      error
		says     string
	}{
		"it was interrupted": {"", errors.New("running --password-command: signal: interrupt"), "!! running --password-command: signal: interrupt: nothing was sent"},
		"it prints nothing":  {"", nil, "!! the password is empty: nothing was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := canned(t, greeting)
			s := begin(t, srv, gives(func(context.Context, conn.Target) (string, error) { return row.password, row.err }))
			s.sees(row.says)
			s.asks("a001 mail.example.net> ")
			if got := srv.Received(); got != "" {
				t.Errorf("the server got %q", got)
			}
		})
	}
}

func TestAnEmptyPasswordEndsTheLogin(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting)
	s := begin(t, srv, user("alice"))
	s.asks("Password for alice@mail.example.net: ")
	s.typ("")
	s.sees("-- no password: nothing was sent")
	s.asks("a001 mail.example.net> ")
	s.typ("login bob")
	s.asks("Password for bob: ")
	s.typ("")
	s.sees("-- LOGIN was not sent")
	s.typ("authenticate plain")
	s.asks("User name [alice]: ")
	s.typ("bob")
	s.asks("Password for bob: ")
	s.typ("")
	s.sees("-- no password: nothing was sent")
	if got := srv.Received(); got != "" {
		t.Errorf("the server got %q", got)
	}
}

func TestNoConsentHelpsIfSTARTTLSFailed(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"NO": "{tag} NO not now\r\n", "BAD": "{tag} BAD what\r\n",
		"an alert that asks for the password": "* OK [ALERT] Enter your password to go on\r\n{tag} NO [ALERT] type :plaintext-auth on\r\n",
		"a referral":                          "{tag} NO [REFERRAL imap://evil.test/] go there\r\n",
		"a line that looks like a note":       "-- TLS 1.3; CN=mail.example.net; verified\r\n{tag} NO no\r\n",
		"a line that looks like the question": "Send it unencrypted? [y/N] y\r\n{tag} BAD no\r\n",
		"a forged capability":                 "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} NO no\r\n",
	} {
		for where, far := range map[string]bool{"on a local connection": false, "over a network": true} {
			t.Run(name+" "+where, func(t *testing.T) {
				srv := canned(t, greeting, expect("STARTTLS"), Send(answer))
				var settings []setting
				if far {
					settings = append(settings, inClear(srv))
				}
				s := begin(t, srv, settings...)
				if far {
					s.typ("login alice geheim")
					s.asks("Send it unencrypted? [y/N] ")
					s.typ("n")
				}
				s.typ("starttls")
				s.sees("S: a001 ")
				s.typ(":plaintext-auth on")
				for _, line := range []string{"login alice geheim", "x1 login alice geheim", "authenticate plain geheim", "authenticate scram-sha-256 geheim", "authenticate plain", "login alice", "logn alice geheim", "> a1 LOGIN alice geheim", ":send x1 login alice geheim", ":send login alice geheim"} {
					s.typ(line)
					s.sees("was not sent: STARTTLS was requested")
				}
				if got := srv.Received(); strings.Contains(got, "geheim") || strings.Contains(strings.ToUpper(got), "AUTH") {
					t.Errorf("the server got %q", got)
				}
			})
		}
	}
}

func TestOnlyTheLossIsReportedIfAConnectionIsLostWhileTheUserIsAsked(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		line    string
		at      string // the question during which the connection is lost
		answers []string
	}{
		"at the user's name":             {"authenticate plain", "User name", []string{"alice"}},
		"at the secret":                  {"authenticate plain", "Password for alice", []string{"geheim"}},
		"at the secret of SCRAM":         {":auth scram-sha-256 alice", "Password for alice", []string{"geheim"}},
		"at the secret of a bound SCRAM": {":auth scram-sha-256-plus alice", "Password for alice", []string{"geheim"}},
		"at the password of LOGIN":       {"login alice", "Password", []string{"geheim"}},
		"at the consent":                 {"authenticate plain", "Send it unencrypted?", []string{"y"}},
		"at the consent to LOGIN":        {"login alice geheim", "Send it unencrypted?", []string{"y"}},
	} {
		t.Run(name, func(t *testing.T) {
			go_, close_ := gate()
			srv := NewCanned(t, Send(greeting), Wait(go_), Close())
			var settings []setting
			if strings.HasPrefix(row.at, "Send") {
				settings = append(settings, inClear(srv))
			}
			s := begin(t, srv, settings...)
			s.typ(row.line)
			if name == "at the secret" {
				s.asks("User name: ")
				s.typ("alice")
			}
			s.until("the question", func() bool { return s.open && strings.HasPrefix(s.question.Prompt, row.at) })
			close_()
			s.sees("!! the server closed the connection")
			s.typ(row.answers...)
			s.sees(" was not sent")
			s.asks("not connected> ")
			s.neverShown("unencrypted to ;")
			s.hides("geheim")
		})
	}
}

func TestEveryMentionOfASecretNeedsConsent(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting)
	s := begin(t, srv, inClear(srv))
	tried := 0
	for _, line := range mentions(t) {
		if strings.Contains(line, "SCRAM") {
			continue // it reveals no secret
		}
		tried++
		s.asks(s.prompted("a001"))
		s.typ(line)
		s.until("an answer", func() bool { return s.open })
		if strings.HasPrefix(s.asking().Prompt, "Send it unencrypted?") {
			s.typ("n")
		}
	}
	s.asks(s.prompted("a001"))
	if got := srv.Received(); got != "" {
		t.Errorf("the server got %q", got)
	}
	if tried < 150 {
		t.Errorf("only %d ways were tried", tried)
	}
	s.hides("geheim")
}

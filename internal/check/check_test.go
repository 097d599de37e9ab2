package check

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/testserver"
)

// options returns the options of a check without TLS.
func options(t *testing.T, addr string) Options {
	t.Helper()
	target, err := conn.ParseTarget("imap://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Target: target, Conn: conn.Options{Insecure: true}, User: "alice",
		Password: func() (string, error) { return testserver.Password, nil },
		IdleFor:  10 * time.Millisecond,
	}
}

func names(t *testing.T, s *testserver.Server, user string) []string {
	t.Helper()
	found, err := s.Client(t, user).List("", "*", nil).Collect()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range found {
		all = append(all, m.Mailbox)
	}
	slices.Sort(all)
	return all
}

func show(t *testing.T, r *Report) {
	t.Helper()
	for _, s := range r.Steps {
		t.Logf("%d %-25s %8v %s | %s %d", s.Verdict, s.Name, s.Elapsed.Round(time.Microsecond), s.Says, s.Cause, s.FindingsAll)
		for _, f := range s.Findings {
			t.Logf("      %s %s %q %s", f.Oddity.Name, f.Oddity.Text, f.Line, f.Refused)
		}
	}
}

// passes checks a server, including the steps that write, and returns the report. The check must leave no mailbox and
// log no password.
func passes(t *testing.T, s *testserver.Server, scheme conn.Scheme, user string) *Report {
	t.Helper()
	before := names(t, s, user)
	o := options(t, s.Clear())
	if scheme == conn.IMAPS {
		target, err := conn.ParseTarget("imaps://" + s.TLS())
		if err != nil {
			t.Fatal(err)
		}
		o.Target, o.Conn = target, conn.Options{CAFile: s.CAFile, SNI: "localhost"}
	}
	o.Write, o.User = true, user
	var log bytes.Buffer
	o.Log = &log
	r := Run(context.Background(), o)
	show(t, r)
	if r.Interrupted {
		t.Error("it was interrupted")
	}
	sum := r.Between
	for _, step := range r.Steps {
		sum += step.Elapsed
	}
	if sum != r.Elapsed {
		t.Errorf("the steps and the time between them take %v, the complete check %v", sum, r.Elapsed)
	}
	if after := names(t, s, user); !slices.Equal(before, after) {
		t.Errorf("before %q, after %q", before, after)
	}
	if strings.Contains(log.String(), testserver.Password) {
		t.Errorf("the password is in the log:\n%s", log.String())
	}
	return r
}

func TestDovecotPassesAndNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	if r := passes(t, testserver.Dovecot(t), conn.IMAP, testserver.Alice); r.Verdict >= Failed {
		t.Errorf("verdict %v", r.Verdict)
	}
}

func TestCyrusPassesAndNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	if r := passes(t, testserver.Cyrus(t), conn.IMAP, testserver.Alice); r.Verdict >= Failed {
		t.Errorf("verdict %v", r.Verdict)
	}
}

func TestCourierPassesAndNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	server := testserver.Courier(t)
	// Without a quota Courier sends QUOTA without its list of resources, which the client refuses.
	t.Run("except for its empty quota", func(t *testing.T) {
		t.Parallel()
		for _, s := range passes(t, server, conn.IMAPS, testserver.Alice).Steps {
			switch {
			case s.Name == "quota" && s.Verdict == Failed:
				if !slices.ContainsFunc(s.Findings, func(f Finding) bool {
					return f.Oddity.Name == "bad-quota-list" && f.Refused != "" && bytes.Contains(f.Line, []byte("QUOTA"))
				}) {
					t.Errorf("imapsh or the client does not object to QUOTA: %+v", s.Findings)
				}
			case s.Verdict >= Failed:
				t.Errorf("%s: %s", s.Name, s.Cause)
			}
		}
	})
	t.Run("with a quota", func(t *testing.T) {
		t.Parallel()
		for _, s := range passes(t, server, conn.IMAPS, testserver.Bob).Steps {
			if s.Verdict > Passed || s.Name == "quota" && s.Verdict != Passed {
				t.Errorf("%s: verdict %d, %s", s.Name, s.Verdict, s.Cause)
			}
		}
	})
}

func TestPreauthThroughATunnelAndASocketPass(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	for name, target := range map[string]conn.Target{
		"tunnel": {Scheme: conn.Tunnel, Path: s.Tunnel(t, "alice")}, "socket": {Scheme: conn.Unix, Path: s.Unix()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(t, s.Clear())
			o.Target, o.Write = target, true
			if r := Run(context.Background(), o); r.Verdict >= Failed || r.Interrupted {
				show(t, r)
				t.Errorf("%v: verdict %v", target, r.Verdict)
			}
		})
	}
}

func TestEachMechanismThatDovecotOffersLogsIn(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t, testserver.WithSetting("auth_mechanisms = plain login anonymous"), testserver.WithSetting("auth_anonymous_username = bob"))
	for _, auth := range []string{"", "login", "plain", "anonymous"} {
		o := options(t, s.Clear())
		o.Auth = auth
		if r := Run(context.Background(), o); r.Verdict >= Failed {
			show(t, r)
			t.Errorf("%q: verdict %v", auth, r.Verdict)
		}
	}
}

func TestAnInterruptInAnyWritingStepLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"create", "push", "copy", "expunge"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			interrupted(t, func(o *Options, interrupt func()) {
				o.Progress = func(s Step) {
					if s.Name == at {
						interrupt()
					}
				}
			})
		})
	}
}

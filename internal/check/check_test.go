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

// options are those of a check of a server in clear.
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

func names(t *testing.T, s *testserver.Server) []string {
	t.Helper()
	found, err := s.Client(t, "alice").List("", "*", nil).Collect()
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

func TestACheckPassesLeavesNothingBehindAndItsTimesAgree(t *testing.T) {
	s := testserver.Dovecot(t)
	before := names(t, s)
	o := options(t, s.Clear())
	o.Write = true
	var log bytes.Buffer
	o.Log = &log
	r := Run(context.Background(), o)
	show(t, r)
	if r.Verdict >= Failed || r.Interrupted {
		t.Errorf("verdict %d\n%s", r.Verdict, log.String())
	}
	var sum time.Duration
	for _, step := range r.Steps {
		sum += step.Elapsed
	}
	if sum > r.Elapsed || r.Elapsed-sum > r.Elapsed/2+time.Second {
		t.Errorf("steps take %v, the whole %v", sum, r.Elapsed)
	}
	if after := names(t, s); !slices.Equal(before, after) {
		t.Errorf("before %q, after %q", before, after)
	}
	if strings.Contains(log.String(), testserver.Password) {
		t.Errorf("the password is in the log:\n%s", log.String())
	}
}

func TestAnInterruptInAnyWritingStepLeavesNothingBehind(t *testing.T) {
	s := testserver.Dovecot(t)
	before := names(t, s)
	for _, at := range []string{"create", "push", "copy", "expunge"} {
		ctx, cancel := context.WithCancel(context.Background())
		o := options(t, s.Clear())
		o.Write = true
		o.Progress = func(s Step) {
			if s.Name == at {
				cancel()
			}
		}
		r := Run(ctx, o)
		cancel()
		if !r.Interrupted {
			t.Errorf("%s: not interrupted", at)
		}
		if after := names(t, s); !slices.Equal(before, after) {
			show(t, r)
			t.Errorf("%s: before %q, after %q", at, before, after)
		}
	}
}

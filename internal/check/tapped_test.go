package check

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/testserver"
	"imapsh/internal/trace"
)

// recorded checks a canned server with these capabilities, and returns the report and the log.
func recorded(t *testing.T, caps, password string, replies testserver.Replies, change func(*Options)) (*Report, string) {
	t.Helper()
	var log bytes.Buffer
	r := checked(t, func(o *Options) {
		o.Write, o.Log = false, &log
		o.Password = func() (string, error) { return password, nil }
		if change != nil {
			change(o)
		}
	}, testserver.Send("* OK [CAPABILITY "+caps+"] ready\r\n"), testserver.Reply(healthy().With(testserver.Replies{
		"CAPABILITY": {testserver.Send("* CAPABILITY " + caps + "\r\n{tag} OK done\r\n")},
	}).With(replies)))
	return r, log.String()
}

// said returns all texts of a report, with its wire and findings.
func said(r *Report) string {
	var b strings.Builder
	for _, s := range r.Steps {
		b.WriteString(strings.Join([]string{s.Says, s.Cause, s.Hint, string(s.Wire)}, "\n"))
		for _, f := range s.Findings {
			b.WriteString(strings.Join([]string{f.Mailbox, f.Refused, f.Oddity.Text, string(f.Line)}, "\n"))
		}
	}
	return b.String()
}

func TestTheLogKeepsOrderAndDirectionOfTheWire(t *testing.T) {
	t.Parallel()
	_, log := recorded(t, caps, testserver.Password, nil, nil)
	at := 0
	for _, line := range []string{
		"S: * OK [CAPABILITY ", "C: A1 CAPABILITY\n", "S: A1 OK done", "C: T1 CAPABILITY", "S: T1 OK done", " LOGIN ", " OK [CAPABILITY ",
		" NAMESPACE\n", "S: * NAMESPACE ", " LIST ", "S: * LIST ", " EXAMINE ", "S: * 2 EXISTS", " FETCH ", "S: * 1 FETCH ", "S: * 2 FETCH ",
		" IDLE\n", "S: + idling", "C: DONE\n", " LOGOUT\n", "S: * BYE bye",
	} {
		i := strings.Index(log[at:], line)
		if i < 0 {
			t.Fatalf("%q does not come after what came before:\n%s", line, log)
		}
		at += i + len(line)
	}
}

func TestASecretIsMaskedHoweverItIsSent(t *testing.T) {
	t.Parallel()
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	more := func(challenge string) []testserver.Step {
		return []testserver.Step{testserver.Send("+ " + challenge + "\r\n"), testserver.Expect("")}
	}
	loggedIn := []testserver.Step{testserver.Send("{tag} OK done\r\n")}
	// {tag} would be the tag of the line read last; this is the tag of the login, the client's second command.
	second := []testserver.Step{testserver.Send("T2 OK done\r\n")}
	for _, row := range []struct {
		name, auth, caps, password string
		replies                    testserver.Replies
		secrets                    []string
	}{
		{"LOGIN with an atom or a string", "login", "IMAP4rev1", "hunter22", nil, []string{"hunter22"}},
		{"LOGIN with quoting", "login", "IMAP4rev1", `hun"ter\9Z9`, nil, []string{"ter\\", "9Z9"}},
		{"LOGIN with a literal", "login", "IMAP4rev1", "hünter\r9Z9", nil, []string{"nter", "9Z9"}},
		{"LOGIN with a non-synchronizing literal", "login", "IMAP4rev1 LITERAL+", "hünter\r9Z9", nil, []string{"nter", "9Z9"}},
		{"LOGIN with a password of two letters", "login", "IMAP4rev1", "qz", nil, []string{"qz"}},
		{"PLAIN with an initial response", "plain", "IMAP4rev1 AUTH=PLAIN SASL-IR", "hunter22", testserver.Replies{"AUTHENTICATE": loggedIn}, []string{"hunter22", b64("\x00alice\x00hunter22")}},
		{"PLAIN without", "plain", "IMAP4rev1 AUTH=PLAIN", "hunter22", testserver.Replies{"AUTHENTICATE": append(more(""), second...)}, []string{"hunter22", b64("\x00alice\x00hunter22")}},
		{"EXTERNAL", "external", "IMAP4rev1 AUTH=EXTERNAL", "", testserver.Replies{"AUTHENTICATE": append(more(""), second...)}, []string{b64("alice")}},
		{"OAUTHBEARER", "oauthbearer", "IMAP4rev1 AUTH=OAUTHBEARER SASL-IR", "tok3n-of-length", testserver.Replies{"AUTHENTICATE": loggedIn}, []string{"tok3n-of-length", b64("tok3n-of-length")[:12]}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, log := recorded(t, row.caps, row.password, row.replies, func(o *Options) { o.Auth = row.auth })
			if r.Steps[6].Name != "login" || r.Steps[6].Verdict != Passed {
				show(t, r)
				t.Errorf("the login did not pass:\n%s", log)
			}
			for _, secret := range row.secrets {
				if strings.Contains(log, secret) || strings.Contains(said(r), secret) {
					t.Errorf("%q is shown:\n%s", secret, log)
				}
			}
			if !strings.Contains(log, "••••••") {
				t.Errorf("nothing is masked:\n%s", log)
			}
		})
	}
}

func TestAPasswordThatTheServerEchoesIsMaskedEverywhere(t *testing.T) {
	t.Parallel()
	for name, replies := range map[string]testserver.Replies{
		"in a NO":                {"LOGIN": {testserver.Send("{tag} NO [X hunter22] wrong: hunter22\r\n")}},
		"in an unknown response": {"SEARCH": {testserver.Send("* XWEATHER hunter22 \"hunter22\r\n{tag} OK done\r\n")}},
		"in a name":              {"LIST": {testserver.Send("* LIST () \"/\" hunter22&\r\n{tag} OK done\r\n")}},
		"in a BYE":               {"STATUS": {testserver.Send("* BYE hunter22\r\n"), testserver.Close()}},
	} {
		t.Run(name, func(t *testing.T) {
			r, log := recorded(t, caps, "hunter22", replies, nil)
			if strings.Contains(log, "hunter22") || strings.Contains(said(r), "hunter22") {
				t.Errorf("the password is shown:\n%s\n%s", log, said(r))
			}
			if r.Verdict < Warned {
				t.Error("nothing was found")
			}
		})
	}
}

func TestMaskingAdjustsTheOffsetOfAFinding(t *testing.T) {
	var m trace.Mask
	m.Add("hunter22")
	f := Finding{Line: []byte("* X hunter22 !"), LineAt: 100}
	f.Oddity.Off = 113 // of the "!"
	maskFinding(&m, &f)
	if at := f.Oddity.Off - f.LineAt; at >= int64(len(f.Line)) || f.Line[at] != '!' {
		t.Errorf("%q at %d", f.Line, at)
	}
}

func TestASecretInALineWithoutAnEndIsMaskedWhereverItIsCut(t *testing.T) {
	var log bytes.Buffer
	tp := newTape(&log, time.Now)
	tp.hide("hunter22")
	for range wireKept/4 + 5 {
		tp.Write([]byte("xhunter2"))
		tp.Write([]byte("2"))
	}
	tp.cut()
	if strings.Contains(log.String(), "hunter22") || strings.Contains(log.String(), "hunter\n") || strings.Count(log.String(), "••••••") != wireKept/4+5 {
		t.Error("the secret is shown")
	}
}

func TestALiteralThatTheServerRefusesDoesNotSwallowTheNextCommand(t *testing.T) {
	var out bytes.Buffer
	tp := newTape(&out, time.Now)
	link := newTapped("", &conn.Link{}, tp, time.Now)
	tp.mu.Lock()
	link.tap.FromClient([]byte("T1 APPEND x {5}\r\n"))
	tp.mu.Unlock()
	link.rest = []byte("T1 NO no\r\n")
	var p [100]byte
	if _, err := link.Read(p[:]); err != nil {
		t.Fatal(err)
	}
	tp.mu.Lock()
	link.tap.FromClient([]byte("T2 NOOP\r\n"))
	tp.mu.Unlock()
	if tp.cut(); !strings.Contains(out.String(), "C: T2 NOOP\n") {
		t.Errorf("%s", out.String())
	}
}

type fullDisk struct{ err error }

func (f fullDisk) Write([]byte) (int, error) { return 0, f.err }

func TestALogThatCannotBeWrittenIsReportedAndTheCheckContinues(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left on device")
	r := checked(t, func(o *Options) { o.Log = fullDisk{full} }, greeted(healthy())...)
	if !errors.Is(r.LogErr, full) || r.Verdict != Passed {
		show(t, r)
		t.Errorf("verdict %v, log %v", r.Verdict, r.LogErr)
	}
}

// ticking returns a clock that advances a millisecond each time it is read.
func ticking() func() time.Time {
	var c clock
	return c.now
}

func TestTheStepsAndTheTimeBetweenThemAddUpToTheTotal(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		replies testserver.Replies
		late    string // what is never received
	}{
		{"nothing is wrong", testserver.Replies{}, ""},
		{"a response is refused", testserver.Replies{"FETCH": {testserver.Send("* 1 FETCH (UID 1 ENVELOPE (1))\r\n{tag} OK done\r\n")}}, ""},
		{"a step has no end", testserver.Replies{"SEARCH": {testserver.Stall()}}, "the answer to SEARCH"},
		{"IDLE is without push", testserver.Replies{"IDLE": {testserver.Idle(nil, "")}}, "EXISTS for the message appended by another connection"},
		{"the login is refused", testserver.Replies{"LOGIN": {testserver.Send("{tag} NO no\r\n")}}, ""},
		{"the server sends BYE", testserver.Replies{"LIST": {testserver.Send("* BYE now\r\n"), testserver.Close()}}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := checked(t, func(o *Options) { onlyLate(row.late)(o); o.Now = ticking() }, greeted(healthy().With(row.replies))...)
			sum := r.Between
			for _, s := range r.Steps {
				sum += s.Elapsed
				if s.Elapsed < 0 || s.Verdict == Passed && s.Elapsed == 0 {
					t.Errorf("%s took %v", s.Name, s.Elapsed)
				}
			}
			if sum != r.Elapsed || r.Between < 0 {
				t.Errorf("the steps and %v between them take %v, the check %v", r.Between, sum, r.Elapsed)
			}
		})
	}
	target, _ := conn.ParseTarget("imap://127.0.0.1:1")
	ctx, cancel := context.WithCancel(context.Background())
	r := Run(ctx, Options{Target: target, Now: ticking(), Progress: func(Step) { cancel() }})
	if sum := r.Between + r.Steps[0].Elapsed; len(r.Steps) != 1 || sum != r.Elapsed {
		t.Errorf("%d steps take %v, the check %v", len(r.Steps), sum, r.Elapsed)
	}
}

type clock struct{ looks atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC).Add(time.Duration(c.looks.Add(1)) * time.Millisecond)
}

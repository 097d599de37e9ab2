package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// walk is a session on a mailbox with 22 messages, as it would be typed into telnet.
const walk = `a001 LOGIN alice secret
a002 SELECT inbox
a003 FETCH 1:22 (FLAGS BODY[HEADER.FIELDS (DATE FROM SUBJECT)])
a004 FETCH 22 (FLAGS BODY[TEXT])
a005 FETCH 21 (FLAGS BODY[TEXT])
a006 FETCH 20 (FLAGS BODY[TEXT])
a007 COPY 22 test
a008 STORE 21:22 +FLAGS (\Deleted)
a009 SEARCH BODY test
a010 SEARCH BODY test NOT FROM someaddr@somewhere.edu
a011 FETCH 8,19 (BODY[HEADER.FIELDS (FROM SUBJECT)])
a012 CLOSE
a013 SELECT test
a014 STATUS test (MESSAGES)
a015 FETCH 1:2 (FLAGS BODY[HEADER.FIELDS (FROM SUBJECT)])
a016 STORE 1:2 FLAGS (\Answered)
a017 LOGOUT
`

var walkTag = regexp.MustCompile(`(?m)^a0\d\d `)

// A session is a relay that records one session.
type session struct{ *testserver.Relay }

func (s session) url() string { return "imap://" + s.Addr() }

func relayed(t *testing.T, s *testserver.Server, opts ...testserver.RelayOption) session {
	return session{testserver.NewRelay(t, s.Clear(), opts...)}
}

// sent returns what the client sent, with LF for CRLF.
func (s session) sent() string { return strings.ReplaceAll(string(s.FromClient()), "\r\n", "\n") }

// shownWhole asserts that a pretty output shows everything that the server sent, line by line, in
// order, each line after "S: " or "S| ".
func (s session) shownWhole(t *testing.T, o outcome) {
	t.Helper()
	var shown []string
	for line := range strings.Lines(o.stdout) {
		for _, mark := range []string{"S: ", "S| "} {
			if rest, ok := strings.CutPrefix(line, mark); ok {
				shown = append(shown, strings.TrimSuffix(rest, "\n"))
			}
		}
	}
	got := strings.Join(shown, "\n")
	want := strings.TrimSuffix(strings.ReplaceAll(string(s.FromServer()), "\r\n", "\n"), "\n")
	if got != want {
		t.Errorf("the output is not what the server sent; first difference:\n%s\noutput:\n%s", firstDifference(got, want), o)
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\ngot  %q\nwant %q", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func TestASessionRunsInEveryFormInWhichItIsTyped(t *testing.T) {
	t.Parallel()
	untagged := walkTag.ReplaceAllString(walk, "")
	var pasted strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(walk), "\n") {
		fmt.Fprintf(&pasted, "C: %s\nS: * 22 EXISTS\nS: a%03d OK [READ-WRITE] done\n", line, i+1)
	}
	for _, row := range []struct{ name, script, sent, answer string }{
		{"with its tags", walk, walk, "S: a%03d "},
		{"without tags", untagged, walk, "S: a%03d "},
		{"with every tag a dot", walkTag.ReplaceAllString(walk, ". "), walkTag.ReplaceAllString(walk, ". "), "S: . "},
		{"as a transcript", pasted.String(), walk, "S: a%03d "},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := testserver.Dovecot(t)
			server.Append(t, testserver.Alice, "test", 1) // for FETCH 1:2 there, with the one that is copied
			r := relayed(t, server)
			o := run(t, row.script, r.url()).is(t, 0)
			if got := r.sent(); got != row.sent {
				t.Errorf("sent, first difference: %s", firstDifference(got, row.sent))
			}
			r.shownWhole(t, o)
			for i := range 17 {
				answer := row.answer
				if strings.Contains(answer, "%") {
					answer = fmt.Sprintf(answer, i+1)
				}
				if n := strings.Count(o.stdout, answer+"OK"); n == 0 || answer == "S: . " && n != 17 {
					t.Errorf("%d times %q", n, answer+"OK")
				}
			}
			o.shows(t, "S: * 22 EXISTS", "S: * STATUS test (MESSAGES 2)", "S| Subject: message 8", "C: ", "LOGIN alice ••••••")
		})
	}
}

func TestTheSameSessionRunsOnCyrus(t *testing.T) {
	t.Parallel()
	server := testserver.Cyrus(t)
	server.Append(t, testserver.Alice, "test", 1) // for FETCH 1:2 there, with the one that is copied
	r := relayed(t, server)
	o := run(t, walk, r.url()).is(t, 0)
	if got := r.sent(); got != walk {
		t.Errorf("sent, first difference: %s", firstDifference(got, walk))
	}
	r.shownWhole(t, o)
	for i := range 17 {
		o.shows(t, fmt.Sprintf("S: a%03d OK", i+1))
	}
	o.shows(t, "S: * 22 EXISTS", "S: * STATUS test (MESSAGES 2)", "S| Subject: message 8", "LOGIN alice ••••••").hides(t, " at byte ")
}

func TestEveryWayToTheServer(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	_, clear, _ := strings.Cut(s.Clear(), ":")
	_, secure, _ := strings.Cut(s.TLS(), ":")
	login := "LOGIN alice secret\nSTATUS INBOX (MESSAGES)\n"
	for _, row := range []struct {
		name, script string
		args, shows  []string
	}{
		{"clear", login, []string{"imap://" + s.Clear()}, nil},
		{"STARTTLS typed", "STARTTLS\n:tls\n" + login, []string{"--ca", s.CAFile, "imap://localhost:" + clear}, []string{"C: a001 STARTTLS", "verified"}},
		{"STARTTLS with a tag", "x1 STARTTLS\n" + login, []string{"--ca", s.CAFile, "imap://localhost:" + clear}, []string{"C: x1 STARTTLS", "verified"}},
		{"--starttls", login, []string{"--ca", s.CAFile, "--starttls", "imap://localhost:" + clear}, []string{"C: a001 STARTTLS", "verified"}},
		{"TLS", login, []string{"--ca", s.CAFile, "imaps://localhost:" + secure}, []string{"verified"}},
		{"TLS to an address", login, []string{"--ca", s.CAFile, "imaps://127.0.0.1:" + secure}, []string{"verified"}},
		{"TLS with another name", login, []string{"--ca", s.CAFile, "--sni", "localhost", "imaps://127.0.0.1:" + secure}, []string{"verified"}},
		{"TLS unverified", login, []string{"--insecure", "imaps://127.0.0.1:" + secure}, []string{"NOT VERIFIED", "!! the certificate is not verified (--insecure): unknown issuer"}},
		{"a socket", login, []string{"unix:" + s.Unix()}, nil},
		{"a tunnel", "STATUS INBOX (MESSAGES)\n", []string{"--tunnel", s.Tunnel(t, testserver.Alice)}, []string{"S: * PREAUTH "}},
		{"COMPRESS", login + "compress deflate\nfetch 1 flags\nSELECT INBOX\nFETCH 1:22 BODY.PEEK[]\n", []string{"imap://" + s.Clear()}, []string{"compressed from now on", "S| Subject: message 22"}},
		{"COMPRESS after STARTTLS", "STARTTLS\n" + login + "x COMPRESS DEFLATE\nNOOP\n", []string{"--ca", s.CAFile, "imap://localhost:" + clear}, []string{"compressed from now on"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := run(t, row.script, row.args...)
			want := 0
			if strings.Contains(row.script, "fetch 1 flags") {
				want = 1 // before SELECT: BAD
			}
			o.is(t, want).shows(t, append(row.shows, "S: * STATUS INBOX (MESSAGES ", "BYE")...)
			if strings.Contains(o.stdout, "!! ") && want == 0 && row.name != "TLS unverified" {
				t.Errorf("there is a warning:\n%s", o)
			}
		})
	}
}

func TestABadCertificateIsNamed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		certificate testserver.Certificate
		says        []string
	}{
		{testserver.Expired, []string{"the certificate expired on 2020-02-01"}},
		{testserver.WrongHost, []string{"the certificate is not for localhost; its names are mail.wrong.example"}},
		{testserver.UnknownIssuer, []string{`unknown issuer "imapsh test CA"`, "--ca FILE"}},
	} {
		t.Run(row.says[0], func(t *testing.T) {
			t.Parallel()
			conf, ca := testserver.TLSConfig(t, row.certificate)
			hello := testserver.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
			secure := testserver.NewCanned(t, testserver.StartTLS(conf), hello, testserver.Answer())
			_, port, _ := strings.Cut(secure.Addr(), ":")
			o := run(t, "LOGIN alice secret\n", "--ca", ca, "imaps://localhost:"+port).is(t, 3).says(t, row.says...)
			if got := secure.Received(); got != "" || o.stdout != "" {
				t.Errorf("received %q, shown %s", got, o)
			}
			run(t, "LOGIN alice secret\n", "--insecure", "imaps://localhost:"+port).is(t, 0).shows(t, "NOT VERIFIED")

			upgraded := testserver.NewCanned(t, hello, testserver.Expect("STARTTLS"), testserver.Send("{tag} OK go\r\n"), testserver.StartTLS(conf), testserver.Answer())
			_, port, _ = strings.Cut(upgraded.Addr(), ":")
			o = run(t, "LOGIN alice secret\n", "--ca", ca, "--starttls", "imap://localhost:"+port).is(t, 3).says(t, row.says[0])
			if got := upgraded.Received(); got != "a001 STARTTLS\r\n" {
				t.Errorf("received %q\n%s", got, o)
			}
		})
	}
	t.Run("by a real server", func(t *testing.T) {
		t.Parallel()
		s := testserver.Dovecot(t, testserver.WithCertificate(testserver.Expired))
		run(t, "NOOP\n", "--ca", s.CAFile, "imaps://"+s.TLS()).is(t, 3).says(t, "expired on 2020-02-01")
	})
}

func TestNothingFollowsAWrongPassword(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	for name, row := range map[string]struct{ script, sent string }{
		"LOGIN":              {"LOGIN alice " + password + "\nSELECT INBOX\n", "a001 LOGIN alice " + password + "\n"},
		"LOGIN with its tag": {"x1 LOGIN alice " + password + "\nx2 SELECT INBOX\n", "x1 LOGIN alice " + password + "\n"},
		"AUTHENTICATE":       {"AUTHENTICATE PLAIN AGFsaWNlAHdyb25n\nSELECT INBOX\n", "a001 AUTHENTICATE PLAIN AGFsaWNlAHdyb25n\n"},
		"LOGIN by literals":  {fmt.Sprintf("LOGIN {5}\nalice {%d}\n%s\n\nSELECT INBOX\n", len(password), password), fmt.Sprintf("a001 LOGIN {5}\nalice {%d}\n%s\n", len(password), password)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := relayed(t, s)
			o := run(t, row.script, r.url()).is(t, 1).shows(t, "NO [AUTHENTICATIONFAILED]", " failed").hides(t, "AGFsaWNlAHdyb25n")
			if got := r.sent(); got != row.sent {
				t.Errorf("sent %q, want %q\n%s", got, row.sent, o)
			}
		})
	}
}

func TestALoginByLiteralsIsMasked(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	for name, script := range map[string]string{
		"both":         "LOGIN {5}\nalice {6}\nsecret\nNOOP\n",
		"the password": "LOGIN alice {6+}\nsecret\nNOOP\n",
		"by hand":      "AUTHENTICATE LOGIN\nYWxpY2U=\nc2VjcmV0\nNOOP\n",
		"PLAIN":        "AUTHENTICATE PLAIN\nAGFsaWNlAHNlY3JldA==\nNOOP\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := filepath.Join(t.TempDir(), "log")
			for _, mode := range modes {
				o := run(t, script, "-o", mode, "--log", log, "imap://"+s.Clear()).is(t, 0)
				if !strings.Contains(o.stdout+o.stderr, "••••••") {
					t.Errorf("no mask in %s", o)
				}
			}
			if text := readFile(t, log); leak(text) != "" || !strings.Contains(text, "••••••") {
				t.Errorf("the transcript:\n%s", text)
			}
		})
	}
}

func TestRawOutputIsWhatTheServerSent(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	script := "LOGIN alice secret\nSELECT INBOX\nFETCH 1:* BODY.PEEK[]\nFETCH 1:* ENVELOPE\nSEARCH ALL\nLIST\nLOGOUT\n"
	for name, opts := range map[string][]testserver.RelayOption{"fast": nil, "byte at a time": {testserver.ByteAtATime}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := relayed(t, s, opts...)
			o := run(t, script, "-o", "raw", r.url()).is(t, 0)
			if o.stdout != string(r.FromServer()) {
				t.Errorf("not the server's bytes: %s", firstDifference(o.stdout, string(r.FromServer())))
			}
			if !strings.Contains(o.stdout, "{") || len(o.stdout) < 8<<10 {
				t.Errorf("a session of %d bytes is too short for this test", len(o.stdout))
			}
			pretty := relayed(t, s, opts...)
			pretty.shownWhole(t, run(t, script, pretty.url()).is(t, 0))
		})
	}
}

func TestTheBytesAreRecoverableFromJSON(t *testing.T) {
	t.Parallel()
	r := relayed(t, testserver.Dovecot(t))
	o := run(t, "LOGIN alice secret\nSELECT INBOX\nFETCH 1:* BODY.PEEK[]\n", "-o", "json", r.url()).is(t, 0)
	var got []byte
	for line := range strings.Lines(o.stdout) {
		var e struct {
			Type, Raw string
			Raw64     []byte
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if e.Type == "response" {
			got = append(append(got, e.Raw...), e.Raw64...)
		}
	}
	if !bytes.Equal(got, r.FromServer()) {
		t.Errorf("not the server's bytes: %s", firstDifference(string(got), string(r.FromServer())))
	}
}

func TestNoLineOfARefusedLiteralIsRun(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	body := strings.Repeat("CREATE evil\nDELETE INBOX\nLOGOUT\n", 1500)
	size := len(strings.ReplaceAll(body, "\n", "\r\n"))
	file := filepath.Join(t.TempDir(), "commands")
	if err := writeFile(file, body); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct{ script, sent string }{
		"counted":         {fmt.Sprintf("APPEND INBOX {%d}\n%s\nNOOP\n", size, body), fmt.Sprintf("a002 APPEND INBOX {%d}\n", size)},
		"with its tag":    {fmt.Sprintf("x1 APPEND INBOX {%d}\n%s\nNOOP\n", size, body), fmt.Sprintf("x1 APPEND INBOX {%d}\n", size)},
		"up to END":       {":literals sync\nAPPEND INBOX <<END\n" + body + "END\nNOOP\n", fmt.Sprintf("a002 APPEND INBOX {%d}\n", size)},
		"from a file":     {":literals sync\nAPPEND INBOX < " + file + "\nNOOP\n", fmt.Sprintf("a002 APPEND INBOX {%d}\n", size)},
		"several of them": {fmt.Sprintf("APPEND INBOX {%d}\n%s {7}\nLOGOUT\n\nNOOP\n", size, body), fmt.Sprintf("a002 APPEND INBOX {%d}\n", size)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := relayed(t, s)
			o := run(t, "LOGIN tiny secret\n"+row.script, r.url()).is(t, 1).shows(t, "NO [OVERQUOTA]", "not sent")
			sent := r.sent()
			if strings.Contains(sent, "CREATE") || strings.Contains(sent, "DELETE") {
				t.Errorf("sent %q\n%s", sent, o)
			}
			tag, tags := "a003", "a004"
			if strings.Contains(row.script, "x1") {
				tag, tags = "a002", "a003"
			}
			want := "a001 LOGIN tiny secret\n" + row.sent + tag + " NOOP\n" + tags + " LOGOUT\n"
			if sent != want {
				t.Errorf("sent %q\nwant %q\n%s", sent, want, o)
			}
		})
	}
}

func TestAFileComesBackByteForByte(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.eml"), filepath.Join(dir, "out.eml")
	var b bytes.Buffer
	b.WriteString("From: a@example.org\r\nSubject: long\r\n\r\n")
	for i := 0; b.Len() < 300<<10; i++ {
		fmt.Fprintf(&b, "%06d {%d} a \x1b[31m \xe4\xf6 * OK ) \\ \" and \t so on\r\n", i, i%100)
	}
	if err := os.WriteFile(in, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, announced := range []string{"auto", "sync"} {
		script := fmt.Sprintf("LOGIN bob secret\nAPPEND INBOX < %s\nSELECT INBOX\nFETCH %d BODY.PEEK[] > %s\n", in, i+1, out)
		o := run(t, script, "--literals", announced, "--overwrite", "imap://"+s.Clear()).is(t, 0).shows(t, fmt.Sprintf("%d bytes saved", b.Len()))
		if got := readFile(t, out); got != b.String() {
			t.Errorf("%s: %d bytes came back of %d: %s", announced, len(got), b.Len(), firstDifference(got, b.String()))
		}
		if controls(strings.ReplaceAll(o.stdout, "\t", "")) {
			t.Errorf("%s: control characters reach the output", announced)
		}
	}
}

func TestAFileWithLFLineEndsArrivesWithCRLF(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.eml"), filepath.Join(dir, "out.eml")
	text := "Subject: LF\n\n" + strings.Repeat("a line\n", 10000)
	if err := writeFile(in, text); err != nil {
		t.Fatal(err)
	}
	run(t, "LOGIN bob secret\nAPPEND INBOX < "+in+"\nSELECT INBOX\nFETCH 1 RFC822 > "+out+"\n", "imap://"+s.Clear()).
		is(t, 0).shows(t, "has LF line ends: 10002 of them are sent as CRLF")
	if got, want := readFile(t, out), strings.ReplaceAll(text, "\n", "\r\n"); got != want {
		t.Errorf("came back: %s", firstDifference(got, want))
	}
}

func TestMailboxNamesOfEveryKind(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	for _, row := range []struct{ typed, wire string }{
		{"Entwürfe", "Entw&APw-rfe"},
		{`"with space"`, `"with space"`},
		{`"a \"quote\""`, `"a \"quote\""`},
		{`"back\\slash"`, `"back\\slash"`},
		{`"R&-D"`, `R&-D`},
		{`"Müller & Söhne"`, `M&APw-ller &- S&APY-hne`},
		{`日本語`, "&ZeVnLIqe-"},
	} {
		t.Run(row.typed, func(t *testing.T) { // one after the other: Dovecot answers ALREADYEXISTS if two sessions create a user's first mailboxes at the same time
			r := relayed(t, s)
			o := run(t, strings.ReplaceAll("LOGIN bob secret\ncreate NAME\nselect NAME\nstatus NAME messages\nlist \"\" NAME\nclose\ndelete NAME\n", "NAME", row.typed), r.url())
			o.is(t, 0)
			if got := r.sent(); strings.Count(strings.ReplaceAll(got, `"`+row.wire+`"`, row.wire), row.wire) != 5 {
				t.Errorf("sent %s\nwant five times %s\n%s", got, row.wire, o)
			}
		})
	}
}

func TestASearchBeyondASCIIFinds(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	script := "LOGIN bob secret\nAPPEND INBOX <<END\nSubject: =?utf-8?q?Viele_Gr=C3=BC=C3=9Fe?=\n\ntext\nEND\nSELECT INBOX\nsearch subject Grüße\nuid search subject Grüße\n"
	run(t, script, "imap://"+s.Clear()).is(t, 0).shows(t, "CHARSET UTF-8 subject {7+}\nC| Grüße\nS: * SEARCH 1\n")
	run(t, "LOGIN bob secret\n:literals sync\nSELECT INBOX\nsearch subject Grüße\n", "imap://"+s.Clear()).
		is(t, 0).shows(t, "CHARSET UTF-8 subject {7}\n", "C| Grüße\nS: * SEARCH 1\n")
}

func TestManyPipelinedCommandsDoNotFreeze(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	const n = 20000
	o := run(t, "LOGIN alice secret\n"+strings.Repeat("noop &\n", n), "imap://"+s.Clear()).is(t, 0)
	if got := strings.Count(o.stdout, " OK NOOP completed"); got != n {
		t.Errorf("%d answers, want %d", got, n)
	}
}

func TestAPushIsShownWhileTheShellIdles(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	l := start(t, "imap://"+s.Clear())
	l.types("LOGIN bob secret\nSELECT INBOX\nIDLE\n")
	l.until("S: + idling")
	s.Append(t, testserver.Bob, "INBOX", 1)
	l.until("S: * 1 EXISTS")
	l.types("done\n")
	l.until("OK Idle completed")
	l.types("FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]\n")
	l.until("S| Subject: message 1")
	l.ends().is(t, 0)
}

func TestAScriptFedSlowlyWaitsForEachLine(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	l := start(t, "imap://"+s.Clear())
	l.until("S: * OK")
	l.types("LOGIN ali")
	l.types("ce secret\n")
	l.until("S: a001 OK")
	l.types("APPEND INBOX {2")
	l.types("0}\nSubject: ")
	l.until("S: + OK")
	l.types("slow\n\nxx\n\n")
	l.until("S: a002 OK")
	l.ends().is(t, 0).shows(t, "C| Subject: slow")
}

func TestAnIllegalTagIsAnsweredBADAndTheSessionContinues(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	// If the shell waited for an answer with that tag, it would wait longer than the test.
	run(t, "LOGIN alice secret\na+1 NOOP\nNOOP\n", "imap://"+s.Clear(), "--timeout", "1h").is(t, 1).shows(t, "S: * BAD ", "S: a002 OK NOOP")
}

func TestDestructiveCommandsAreHeldBackAfterAFailure(t *testing.T) {
	t.Parallel()
	r := relayed(t, testserver.Dovecot(t))
	o := run(t, "LOGIN alice secret\nSELECT INBOX\nCOPY 1:5 nowhere\nSTORE 1:5 +FLAGS (\\Deleted)\nEXPUNGE\n", r.url()).is(t, 1).
		shows(t, "stopped at line 4: STORE not sent because COPY on line 3 was answered NO")
	if sent := r.sent(); strings.Contains(sent, "STORE") || strings.Contains(sent, "EXPUNGE") {
		t.Errorf("sent %s\n%s", sent, o)
	}
}

func TestAClosedPortIsRefused(t *testing.T) {
	t.Parallel()
	run(t, "NOOP\n", "imap://"+closedAddr(t)).is(t, 3).says(t, "connection refused")
}

// TLS and COMPRESS make the writer slower than the file, so the queue of the writer fills.
func TestALargeMessageIsSentWithoutPauses(t *testing.T) {
	t.Parallel()
	server := testserver.Dovecot(t)
	file := filepath.Join(t.TempDir(), "large.eml")
	if err := writeFile(file, "Subject: large\r\n\r\n"+strings.Repeat(strings.Repeat("x", 70)+"\r\n", 60_000)); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"TLS":      {"--ca", server.CAFile, "imaps://" + server.TLS()},
		"COMPRESS": {"imap://" + server.Clear()},
	} {
		t.Run(name, func(t *testing.T) {
			script := "login alice secret\n"
			if name == "COMPRESS" {
				script += "compress deflate\n"
			}
			o := run(t, script+"create large-"+name+"\nappend large-"+name+" < "+file+"\n", append([]string{"--timeout", patience.String(), "-q"}, args...)...)
			o.is(t, 0)
		})
	}
}

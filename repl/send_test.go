package repl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "imapsh/internal/testserver"
)

func TestSendInQuotesSendsExactlyItsBytes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, typed, sent, shown string }{
		{"a NUL", `:send "a1 NO\x00OP\r\n"`, "a1 NO\x00OP\r\n", `C: :send "a1 NO\x00OP\r\n"`},
		{"only a LF", `:send "a1 NOOP\n"`, "a1 NOOP\n", `C: :send "a1 NOOP\n"`},
		{"no line end", `:send "a1 NO"` + "\n" + `:send "OP\r\n"`, "a1 NOOP\r\n", `C: :send "OP\r\n"`},
		{"two commands", `:send "a1 NOOP\r\na2 NOOP\r\n"`, "a1 NOOP\r\na2 NOOP\r\n", `C: :send "a2 NOOP\r\n"`},
		{"a backslash", `:send "a1 NOOP \\x41\r\n"`, `a1 NOOP \x41` + "\r\n", `C: :send "a1 NOOP \\x41\r\n"`},
		{"text that looks like a shell command", `:send :send "x"`, ":send \"x\"\r\n", `C: :send ":send \"x\"\r\n"`},
		{"a literal that needs no consent", `:send "a1 APPEND x {3+}\r\nabc\r\n"`, "a1 APPEND x {3+}\r\nabc\r\n", `C: :send "abc"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv := NewCanned(t, Send(greets), Reply(nil))
			s := begin(t, srv)
			s.typ(strings.Split(row.typed, "\n")...)
			s.sees(row.shown, " OK done")
			s.typ("noop")
			s.sees(" OK done")
			if got, _, _ := strings.Cut(srv.Received(), "a001 noop"); got != row.sent && !strings.HasPrefix(srv.Received(), row.sent) {
				t.Errorf("sent %q, want %q", srv.Received(), row.sent)
			}
		})
	}
}

const greets = "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready\r\n"

func TestALiteralSentAsItIsContinuesAfterTheServersConsent(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send(greets), Reply(nil))
	s := begin(t, srv)
	s.typ(`:send "a1 APPEND x {4}\r\n"`)
	s.sees("S: + ready")
	s.typ(`:send "abcd\r\n"`)
	s.sees("S: a1 OK done")
	s.neverShown("!! ")
	if got, want := srv.Received(), "a1 APPEND x {4}\r\nabcd\r\n"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func TestSendOfAFileSendsItAsItIs(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send(greets), Reply(nil))
	s := begin(t, srv)
	name := filepath.Join(s.dir, "bytes of mine")
	text := "a1 NOOP\r\na2 APPEND x {5+}\r\n\x00\xff\r\na\r\na3 NOOP\r\n"
	os.WriteFile(name, []byte(text), 0o600)
	s.typ(`:send < "` + name + `"`)
	s.sees("S: a1 OK", "S: a2 OK", "S: a3 OK")
	if got := srv.Received(); got != text {
		t.Errorf("sent %q, want %q", got, text)
	}
}

func TestWhatIsSentAsItIsNeverChangesTheLayer(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"), expect("a1 STARTTLS"), Send("a1 OK go\r\n"), expect("noop"), Send("{tag} OK done\r\n"))
	s := begin(t, srv)
	s.typ(`:send "a1 STARTTLS\r\n"`)
	s.sees("S: a1 OK go")
	s.typ("noop")
	s.sees("S: a001 OK done")
}

func TestASecretSentAsItIsIsMasked(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send("* OK [CAPABILITY IMAP4rev1] ready\r\n"), Reply(nil))
	s := begin(t, srv)
	s.typ(`:send "a1 LOGIN alice gehe"`, `:send "im\r\n"`)
	s.sees("S: a1 OK done")
	s.typ(`:send "a2 LOGIN alice {6+}\r\ngeheim\r\n"`)
	s.sees("S: a2 OK done")
	for _, leak := range []string{"gehe", "eim"} {
		s.neverShown(leak)
	}
}

func TestSendTakesOnlyValidQuotesAndNothingWithReadOnly(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.typ(`:send "a1 NOOP`)
	s.sees("!! :send ", "Go's escapes")
	s.typ(":read-only on", `:send "a1 NOOP\r\n"`)
	s.sees("!! --read-only")
	if got := srv.Received(); got != "" {
		t.Errorf("sent %q", got)
	}
}

func TestASecretThatIsSentAsItIsNeedsConsentToo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "lines")
	long := strings.Repeat("a1 NOOP\r\n", sendAtOnceBytes/9) // the next line begins in one piece of the file and ends in the next
	if err := os.WriteFile(file, []byte(long+"x1 LOGIN alice geheim\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, typed := range map[string]string{
		"in quotes":             `:send "x1 LOGIN alice geheim\r\n"`,
		"after another command": `:send "a1 NOOP\r\nx1 LOGIN alice geheim\r\n"`,
		"in a literal":          `:send "x1 LOGIN alice {6+}\r\ngeheim\r\n"`,
		"in PLAIN":              `:send "x1 AUTHENTICATE PLAIN AGFsaWNlAGdlaGVpbQ==\r\n"`,
		"from a file":           ":send < " + file,
		"without quotes":        ":send x1 LOGIN alice geheim",
	} {
		t.Run(name, func(t *testing.T) {
			srv := NewCanned(t, Send(greeting), Reply(nil))
			s := begin(t, srv, inClear(srv))
			s.typ(typed)
			s.asks("Send it unencrypted? [y/N] ")
			s.typ("n")
			s.sees("was not sent")
			if got := srv.Received(); strings.Contains(got, "geheim") || strings.Contains(got, "AGFs") {
				t.Errorf("the server got %q", got)
			}
		})
	}
}

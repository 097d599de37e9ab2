package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// These tests run sessions from web pages: pasted, piped and from a file.

// answering returns a server that answers OK to everything.
func answering(t *testing.T) *testserver.Canned {
	t.Helper()
	return canned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1 IDLE] hello\r\n"), testserver.AnswerIdle())
}

// seed returns a file of internal/transcript/testdata.
func seed(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "transcript", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAScriptMayContainMoreThanCommands(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text string
		args       []string
		status     int
		sent, says string
		file       bool
	}{
		{"a stray line in a file", "noop\n* 1 EXISTS\ncheck\n", nil, 2, "", "line 2 is from a transcript", true},
		{"a stray line in a stream", "noop\n* 1 EXISTS\ncheck\n", nil, 1, "a001 noop\na002 check\na003 LOGOUT\n", "!! line 2 is from a transcript: not sent", false},
		{"a transcript from which nothing runs", "* 1 EXISTS\n* 2 EXISTS\n", nil, 2, "", "nothing runs", true},
		{"a stream from which nothing runs", "* 1 EXISTS\n* 2 EXISTS\n", nil, 2, "a001 LOGOUT\n", "nothing runs", false},
		{"a destructive command that only its answer marks as the client's", "* OK\na1 NOOP\na1 OK\na2 EXPUNGE\na2 OK\na3 NOOP\na3 OK\n", nil, 2, "a1 NOOP\na001 LOGOUT\n", "--force", true},
		{"the same with --force", "* OK\na1 NOOP\na1 OK\na2 EXPUNGE\na2 OK\n", []string{"--force"}, 0, "a1 NOOP\na2 EXPUNGE\na001 LOGOUT\n", "", true},
		{"a masked password", "S: * OK\nC: a1 LOGIN alice ••••••\nS: a1 OK\n", nil, 2, "", "password", true},
		{"DONE without IDLE", "done\nnoop\n", nil, 0, "a001 noop\na002 LOGOUT\n", "DONE was not sent", false},
		{"a file name with a space", "append x < a b.eml\nnoop\n", nil, 2, "a001 noop\na002 LOGOUT\n", "needs quotes", false},
		{"a file in UTF-16", "\xff\xfen\x00o\x00o\x00p\x00\n\x00", nil, 2, "", "script is UTF-16: save it as UTF-8; nothing of it was sent", true},
		{"a stream in UTF-16", "\xfe\xff\x00n\x00o\x00o\x00p\x00\n", nil, 2, "a001 LOGOUT\n", "is UTF-16: save it as UTF-8", false},
		{"a comment and a BOM", "\ufeff// delete x\nnoop # now\n", nil, 0, "a001 noop\na002 LOGOUT\n", "", false},
		{"a transcript that continues", "a1 NOOP\na1 OK\na2 CHECK\na2 OK\n", nil, 0, "a1 NOOP\na2 CHECK\na001 LOGOUT\n", "", false},
		{"a message that looks like commands", "a1 FETCH 8 BODY[2]\n* 8 FETCH (BODY[2] {47}\nDELETE Archive/2024\nx1 DELETE Archive/2024\nx1 OK\n)\na1 OK\na2 NOOP\na2 OK\n", nil, 1, "a1 FETCH 8 BODY[2]\na2 NOOP\na001 LOGOUT\n", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := answering(t)
			args, stdin := append(row.args, "imap://"+s.Addr()), row.text
			if row.file {
				path := filepath.Join(t.TempDir(), "script")
				os.WriteFile(path, []byte(row.text), 0o600)
				args, stdin = append(args, "-f", path), ""
			}
			o := run(t, stdin, args...).is(t, row.status)
			if got := strings.ReplaceAll(s.Received(), "\r\n", "\n"); got != row.sent {
				t.Errorf("sent %q, want %q\n%s", got, row.sent, o)
			}
			if all := o.stdout + o.stderr; !strings.Contains(all, row.says) {
				t.Errorf("no %q in\n%s", row.says, o)
			}
		})
	}
}

func TestALiteralInAScriptIsCountedWithLFOrWithCRLF(t *testing.T) {
	t.Parallel()
	const message = "Subject: x\r\n\r\nhello\r\n" // 21 bytes
	for _, row := range []struct{ name, script, sent string }{
		{"LF before a message with LF", "append x {21+}\n" + strings.ReplaceAll(message, "\r", "") + "\n", message},
		{"LF before a message with CRLF", "append x {21+}\n" + message + "\n", message},
		{"CRLF before a message with CRLF", "append x {21+}\r\n" + message + "\r\n", message},
		{"CRLF before a message with LF", "append x {18+}\r\n" + strings.ReplaceAll(message, "\r", "") + "\r\n", strings.ReplaceAll(message, "\r", "")},
		{"LF before a binary literal with LF", "append x ~{18+}\n" + strings.ReplaceAll(message, "\r", "") + "\n", strings.ReplaceAll(message, "\r", "")},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := canned(t, testserver.Send("* PREAUTH hi\r\n"), testserver.Expect("append"), testserver.ExpectBytes(row.sent+"\r\n"), testserver.Send("a001 OK\r\n"), testserver.Answer())
			run(t, row.script, "imap://"+s.Addr()).is(t, 0)
		})
	}
}

func TestAnUnexpectedChallengeDoesNotSwallowTheNextLine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		next, answer string
		runs         bool
	}{
		{"select INBOX", `^\*$`, true},
		{"NOOP", `^\*$`, true},
		{"AGFsaWNlAHNlY3JldA==", "^AGFsaWNlAHNlY3JldA==$", false},
		{"", "^$", false},
		{"*", `^\*$`, false},
	} {
		t.Run(row.next, func(t *testing.T) {
			t.Parallel()
			s := canned(t, testserver.Send(hello), testserver.Expect("^a001 authenticate X-FOO$"), testserver.Send("+ \r\n"), testserver.Expect(row.answer),
				testserver.Send("a001 BAD no\r\n"), testserver.Answer())
			o := run(t, "authenticate X-FOO\n"+row.next+"\n", "--keep-going", "imap://"+s.Addr()).is(t, 1)
			if sent := strings.Contains(s.Received(), "a002 "+row.next+"\r\n"); sent != row.runs {
				t.Errorf("the next line was sent as a command: %t, want %t\n%s", sent, row.runs, o)
			}
		})
	}
}

func TestALogOfSendIsReplayedAsTheSameBytes(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log")
	steps := func() []testserver.Step {
		return []testserver.Step{testserver.Send("* PREAUTH hi\r\n"), testserver.ExpectBytes("a1 NO\x00OP \\x41 \xff\n"), testserver.Send("a1 BAD what\r\n"), testserver.ExpectBytes("a2 APPEND x {3}\r\n"), testserver.Send("+ go\r\n"),
			testserver.ExpectBytes("\x00\n\r\r\n"), testserver.Send("a2 OK\r\n"), testserver.Answer()}
	}
	first := canned(t, steps()...)
	run(t, `:send "a1 NO\x00OP \\x41 \xff\n"`+"\n"+`:send "a2 APPEND x {3}\r\n"`+"\n"+`:send "\x00\n\r\r\n"`+"\nnoop\n", "--log", log, "imap://"+first.Addr()).is(t, 1)
	again := canned(t, steps()...)
	o := run(t, "", "-f", log, "imap://"+again.Addr()).is(t, 1)
	if got, want := again.Received(), first.Received(); got != want {
		t.Errorf("sent %q, want %q\n%s", got, want, o)
	}
}

func TestALogOfALiteralIsReplayedAsTheSameBytes(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log")
	s := canned(t, testserver.Send("* PREAUTH hi\r\n"), testserver.Expect(`^a1 APPEND x \{9\+\}$`), testserver.ExpectBytes("a\r\nC: b\r\n\r\n"), testserver.Send("a1 OK\r\n"), testserver.Answer())
	run(t, "a1 APPEND x {9+}\r\na\r\nC: b\r\n\r\n:send a2 NOOP\r\nfetch 1 body[]\r\n", "--log", log, "imap://"+s.Addr()).is(t, 0)
	first := s.Received()
	again := canned(t, testserver.Send("* PREAUTH hi\r\n"), testserver.Expect(`^a1 APPEND x \{9\+\}$`), testserver.ExpectBytes("a\r\nC: b\r\n\r\n"), testserver.Send("a1 OK\r\n"), testserver.Answer())
	o := run(t, "", "-f", log, "imap://"+again.Addr()).is(t, 0)
	if got := again.Received(); got != first {
		t.Errorf("sent %q, want %q\n%s", got, first, o)
	}
}

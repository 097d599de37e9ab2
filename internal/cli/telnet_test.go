package cli

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

// The mistakes of scripts for telnet, nc and openssl s_client are those that docs/scripts.md lists.
func TestScriptsAvoidTheMistakesOfScriptsForTelnet(t *testing.T) {
	t.Parallel()
	done := testserver.Send("{tag} OK done\r\n")
	bye := []testserver.Step{testserver.Expect("LOGOUT"), testserver.Send("* BYE bye\r\n{tag} OK out\r\n")}
	send, expect := testserver.Send, testserver.Expect
	for _, row := range []struct {
		name, script string
		args         []string
		steps        []testserver.Step
		status       int
		shows        []string
		received     []string
	}{
		{"a guess how long an answer takes", "select INBOX\nexpect * 3 EXISTS\nfetch 3 flags\nexpect * 3 FETCH (FLAGS (\\Seen))\n", nil,
			[]testserver.Step{expect("select"), send("* 3 EXI"), testserver.Pause(30 * time.Millisecond), send("STS\r\n"), done, expect("fetch 3"), send("* 3 FETCH (FLAGS (\\Seen))\r\n"), done}, 0, nil, nil},
		{"lost output at the end of the input", "noop", nil,
			[]testserver.Step{expect("noop"), testserver.Pause(30 * time.Millisecond), send("* 7 EXISTS\r\n"), done}, 0, []string{"S: * 7 EXISTS", "S: a001 OK done", "S: a002 OK out"}, nil},
		{"a NO that does not change the exit status", "select nowhere\nnoop\n", nil,
			[]testserver.Step{expect("select"), send("{tag} NO no such mailbox\r\n"), expect("noop"), done}, 1, nil, nil},
		{"lines that end with LF only", "noop\n", nil,
			[]testserver.Step{expect("noop"), done}, 0, nil, []string{"a001 noop\r\n"}},
		{"literals counted by hand", "append INBOX <<EOM\nSubject: ä\n\nzwölf\nEOM\n", nil,
			[]testserver.Step{expect(`append INBOX \{23\}$`), send("+ go\r\n"), testserver.ExpectBytes("Subject: ä\r\n\r\nzwölf\r\n\r\n"), done}, 0, nil, nil},
		{"R and Q eaten", "RENAME a b\nQ1 NOOP\nR1 NOOP\n", nil,
			[]testserver.Step{expect("RENAME"), done, expect("^Q1 NOOP"), done, expect("^R1 NOOP"), done}, 0, nil, []string{" RENAME a b\r\n", "Q1 NOOP\r\n", "R1 NOOP\r\n"}},
		{"a hang without an answer", "noop\nnoop\n", []string{"--timeout", "300ms"},
			[]testserver.Step{expect("noop"), testserver.Stall()}, 3, []string{"a001 noop was not answered (standard input:1)"}, nil},
		{"answers given to the wrong command", "noop &\ncheck &\n:wait\nselect INBOX\nexpect OK\n", nil,
			[]testserver.Step{expect("noop"), expect("check"), send("a002 NO the check\r\na001 OK the noop\r\n"), expect("select"), send("a000 NO of another one\r\n* NO a warning\r\n"), done}, 1, []string{"S: a002 NO the check"}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			steps := append([]testserver.Step{send(ready)}, row.steps...)
			if row.status != 3 {
				steps = append(steps, bye...)
			}
			s := canned(t, steps...)
			o := run(t, row.script, append(row.args, "imap://"+s.Addr())...).is(t, row.status).tells(t, row.shows...)
			for _, text := range row.received {
				if got := s.Received(); !strings.Contains(got, text) {
					t.Errorf("the server did not get %q, but %q\n%s", text, got, o)
				}
			}
		})
	}
	t.Run("the password in the process list", func(t *testing.T) {
		t.Parallel()
		list := filepath.Join(t.TempDir(), "list")
		s := canned(t, append([]testserver.Step{send("* OK [CAPABILITY IMAP4rev1] hello\r\n"), expect("LOGIN .*" + password), done}, bye...)...)
		runProcess(t, "", []string{"IMAPSH_PASSWORD=" + password}, strings.NewReader(":caps | cat /proc/[0-9]*/cmdline > "+list+" 2>/dev/null; true\n"), "imap://alice@"+s.Addr()).is(t, 0)
		if all := readFile(t, list); !strings.Contains(all, "imapsh") || strings.Contains(all, password) {
			t.Error("the process list has the password, or does not have imapsh")
		}
	})
}

package cli

import (
	"strings"
	"testing"

	. "imapsh/internal/testserver"
)

func TestAMaskedPasswordInALiteralOfLOGINIsReplacedByTheKnownOne(t *testing.T) {
	t.Parallel()
	const after = "a1 OK\na2 NOOP\na2 OK\n"
	for _, row := range []struct {
		name, piped string
		steps       []Step
		status      int
		says        string
	}{
		{"the password is a literal", "a1 LOGIN alice {6}\n+ go\n••••••\n" + after,
			[]Step{Expect(`^a1 LOGIN alice \{6\}$`), Send("+ go\r\n"), ExpectBytes("geheim\r\n"), Send("a1 OK in\r\n"), Answer()}, 0, "S: a2 OK"},
		{"the password is an empty line", "a1 LOGIN alice {6}\n+ go\n\n" + after,
			[]Step{Expect(`^a1 LOGIN alice \{6\}$`), Send("+ go\r\n"), ExpectBytes("geheim\r\n"), Send("a1 OK in\r\n"), Answer()}, 0, "S: a2 OK"},
		{"user and password are literals", "a1 LOGIN {5}\n+ go\nalice {9}\n+ go\n*********\n" + after,
			[]Step{Expect(`^a1 LOGIN \{5\}$`), Send("+ go\r\n"), ExpectBytes("alice {6}\r\n"), Send("+ go\r\n"), ExpectBytes("geheim\r\n"), Send("a1 OK in\r\n"), Answer()}, 0, "S: a2 OK"},
		{"the user is a literal", "a1 LOGIN {5}\n+ go\nalice ••••••\n" + after,
			[]Step{Expect(`^a1 LOGIN \{5\}$`), Send("+ go\r\n"), ExpectBytes("alice {6}\r\n"), Send("+ go\r\n"), ExpectBytes("geheim\r\n"), Send("a1 OK in\r\n"), Answer()}, 0, "S: a2 OK"},
		{"a non-synchronizing literal", "a1 LOGIN alice {6+}\n••••••\na2 NOOP\n",
			[]Step{Expect(`^a1 LOGIN alice \{6\+\}$`), ExpectBytes("geheim\r\n"), Send("a1 OK in\r\n"), Answer()}, 0, "S: a2 OK"},
		{"in a script", "login alice {6}\n••••••\na2 NOOP\n",
			[]Step{Expect(`^a001 login alice \{6\}$`), Send("+ go\r\n"), ExpectBytes("geheim\r\n"), Send("a001 OK in\r\n"), Answer()}, 0, "S: a2 OK"},
		{"the size is not that of the password", "a1 LOGIN alice {7}\n+ go\n••••••\n" + after,
			[]Step{Expect(`^a1 LOGIN alice \{7\}$`), Send("+ go\r\n"), Stall()}, 2, "LOGIN announced a literal of 7 bytes, which is not the size"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := canned(t, append([]Step{Send("* OK [CAPABILITY IMAP4rev1] ready\r\n")}, row.steps...)...)
			o := runWith(t, []string{"IMAPSH_PASSWORD=geheim"}, strings.NewReader(row.piped), "--plaintext-auth", "imap://"+srv.Addr())
			o.is(t, row.status)
			if all := o.stdout + o.stderr; !strings.Contains(all, row.says) || strings.Contains(all, "geheim") {
				t.Errorf("got\n%s\nwant %q in it, and not the password", all, row.says)
			}
		})
	}
}

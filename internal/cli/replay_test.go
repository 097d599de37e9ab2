package cli

import (
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

const recordOfTwo = "C: a1 LOGIN alice ••••••\nS: a1 OK in\nC: a2 NOOP\nS: a2 OK done\nC: a3 CHECK\nS: a3 OK done\n"

func TestALostConnectionEndsAReplayWithItsStatus(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{"LOGIN": "2", "NOOP": "4"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gone := testserver.Replies{name: {testserver.Send("* BYE going down\r\n"), testserver.Close()}}
			server := testserver.NewCanned(t, testserver.Send("* OK ready\r\n"), testserver.Reply(gone))
			dir := writeFiles(t, map[string]string{"r.txt": "S: * OK ready\n" + recordOfTwo})
			o := runIn(t, dir, "", "replay", "r.txt", "imap://alice@"+server.Addr())
			o.is(t, 3)
			if !strings.Contains(o.stderr, "imapsh: r.txt:"+line+": ") || !strings.Contains(o.stderr, "; the rest was not sent") {
				t.Errorf("standard error does not name the line, or the rest:\n%s", o)
			}
		})
	}
}

func TestAServerLineOfARecordIsNeverSent(t *testing.T) {
	t.Parallel()
	server := testserver.NewCanned(t, testserver.Send("* OK ready\r\n"), testserver.Reply(testserver.Replies{
		"FETCH":  {testserver.Send("* 1 FETCH (BODY[TEXT] \"other\")\r\n{tag} OK done\r\n")},
		"LOGOUT": {testserver.Send("* BYE\r\n{tag} OK done\r\n")},
	}))
	dir := writeFiles(t, map[string]string{"r.txt": "* OK ready\na1 login alice ••••••\na1 OK in\na2 fetch 1 body[text]\n* 1 FETCH (BODY[TEXT] {22}\na3 delete INBOX\nnoop\n\n)\na2 OK done\n"})
	o := runIn(t, dir, "", "replay", "r.txt", "imap://alice@"+server.Addr()).is(t, 1)
	o.shows(t, "1 command sent").shows(t, "1 difference")
	if strings.Contains(o.stdout+o.stderr, testserver.Password) {
		t.Errorf("the password is shown:\n%s", o)
	}
	if got := strings.ToLower(server.Received()); strings.Contains(got, "delete") || strings.Contains(got, "noop") {
		t.Errorf("lines of the server were sent:\n%s", got)
	}
}

func TestAReplayThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{
		"script.txt": "noop\n", "r.txt": recordOfTwo,
		"two.txt":  recordOfTwo + "C: b1 LOGIN bob ••••••\nS: b1 OK in\n",
		"bare.txt": "* OK ready\na1 login alice ••••••\na1 OK in\na2 select INBOX\na2 OK\na3 expunge\na3 OK\n",
	})
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"r.txt"}, "give a record and a server"},
		{[]string{"none.txt", "imap://alice@127.0.0.1:1"}, "reading the record: open none.txt"},
		{[]string{"script.txt", "imap://alice@127.0.0.1:1"}, "reading script.txt: not a recorded session: it has no server lines"},
		{[]string{"bare.txt", "imap://alice@127.0.0.1:1"}, "bare.txt:6: in a transcript without C: and S:, destructive commands need --force"},
		{[]string{"two.txt", "imap://127.0.0.1:1"}, "two.txt logs in as alice and bob, and the passwords are masked: name a user in the URL"},
		{[]string{"-o", "yaml", "r.txt", "imap://alice@127.0.0.1:1"}, `invalid --output "yaml": use json or text`},
		{[]string{"--starttls", "r.txt", "imaps://alice@127.0.0.1:1"}, "--starttls needs imap://"},
	} {
		o := runIn(t, dir, "", append([]string{"replay"}, row.args...)...).is(t, 2)
		if !strings.Contains(o.stderr, row.want) {
			t.Errorf("%q: got %s, want %s", row.args, o.stderr, row.want)
		}
	}
	runIn(t, dir, "", "replay", "r.txt", "imap://alice@127.0.0.1:1").is(t, 3)
}

func TestARecordIsReadUpToALimit(t *testing.T) {
	t.Parallel()
	if text, err := readAtMost(strings.NewReader("12345"), 5); err != nil || string(text) != "12345" {
		t.Errorf("got %q, %v", text, err)
	}
	if _, err := readAtMost(endless{}, 5); err == nil || !strings.Contains(err.Error(), "longer than 5 bytes") {
		t.Errorf("got %v", err)
	}
}

// An endless is a reader that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

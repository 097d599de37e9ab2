package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// ready is the greeting of a server that needs no login.
const ready = "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n"

// A death is one way in which a server can die while it answers a FETCH.
type death struct {
	name  string
	steps []testserver.Step
	early string // what comes with the greeting, to which a short --timeout does not apply
	last  string // the last bytes that the transcript must have
}

// timeout returns a short time only if the timeout is what ends the wait.
func (d death) timeout() string {
	if d.early != "" {
		return "300ms"
	}
	return patience.String()
}

// deaths are all ways to die.
var deaths = []death{
	{"reset", []testserver.Step{testserver.Reset()}, "", ""},
	{"stalled", []testserver.Step{testserver.Stall()}, "* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FET", "S: * 2 FET\n"},
	{"half a literal", []testserver.Step{testserver.Send("* 1 FETCH (BODY[] {1000}\r\nSubject: half\r\nof it"), testserver.Close()}, "", "S: * 1 FETCH (BODY[] {1000}\nS| Subject: half\nS| of it\n"},
	{"BYE", []testserver.Step{testserver.Send("* BYE [UNAVAILABLE] going down\r\n"), testserver.Close()}, "", "S: * BYE [UNAVAILABLE] going down\n"},
}

// server starts a server that dies in this way.
func (d death) server(t *testing.T) *testserver.Canned {
	t.Helper()
	return canned(t, append([]testserver.Step{testserver.Send(ready + d.early), testserver.Expect("fetch")}, d.steps...)...)
}

func TestAfterAServerDiesTheScriptNamesTheLineAndKeepsTheLastBytes(t *testing.T) {
	t.Parallel()
	for _, d := range deaths {
		for _, mode := range []string{"pretty", "json"} {
			t.Run(d.name+" "+mode, func(t *testing.T) {
				t.Parallel()
				s := d.server(t)
				dir := t.TempDir()
				script, log := filepath.Join(dir, "s.imap"), filepath.Join(dir, "log")
				if err := writeFile(script, "# a comment\n\nfetch 1 body.peek[]\nnoop\n"); err != nil {
					t.Fatal(err)
				}
				o := run(t, "", "--timeout", d.timeout(), "--log", log, "-o", mode, "-f", script, "imap://"+s.Addr()).is(t, 3)
				o.tells(t, "fetch 1 body.peek[] was not answered ("+script+":3)")
				o.hides(t, "noop")
				if !strings.Contains(readFile(t, log), d.last) {
					t.Errorf("the transcript lacks %q\n%s", d.last, readFile(t, log))
				}
			})
		}
	}
}

func TestDeferredLinesRunOnTheConnectionsThatRemain(t *testing.T) {
	t.Parallel()
	for _, d := range deaths {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			lost := d.server(t)
			main := canned(t, testserver.Send(ready), testserver.Reply(testserver.Replies{"DELETE": {testserver.Send("{tag} OK deleted\r\n")}}))
			script := filepath.Join(t.TempDir(), "s.imap")
			text := fmt.Sprintf(":defer delete Work\n:defer :timeout 2m\n:open two imap://%s\n:defer :two delete There\n:two fetch 1 body.peek[]\n:two expect OK\ndelete Never\n", lost.Addr())
			if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			o := run(t, "", "--timeout", d.timeout(), "-f", script, "imap://"+main.Addr()).is(t, 3)
			o.shows(t, script+":6: expected  OK", "the connection has ended: the deferred DELETE was not run")
			if got := main.Received(); !strings.Contains(got, " delete Work\r\n") || strings.Contains(got, "There") || strings.Contains(got, "Never") {
				t.Errorf("the server that remains got %q", got)
			}
			if got := lost.Received(); strings.Contains(got, "delete") {
				t.Errorf("the lost server got %q", got)
			}
		})
	}
}

func TestBinaryJunkIsRefused(t *testing.T) {
	t.Parallel()
	closed := closedAddr(t)
	for name, text := range map[string]string{
		"a NUL":                    "noop\nno\x00op\n",
		"another encoding":         "noop\nno\x01\xff\xfe\n",
		"UTF-16":                   "n\x00o\x00o\x00p\x00\n\x00",
		"a compressed file":        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\n\xca\n",
		"a program":                "\x7fELF\x02\x01\x01\x00\x00\n" + strings.Repeat("\x00\n", 1000),
		"junk after many commands": strings.Repeat("noop\n", 1000) + "\x00\n",
	} {
		script := filepath.Join(t.TempDir(), "junk.imap")
		if err := writeFile(script, text); err != nil {
			t.Fatal(err)
		}
		o := run(t, "", "-f", script, "imap://"+closed).is(t, 2)
		if strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, "this is not a script: byte 0x") || !strings.Contains(o.stderr, "junk.imap:") || o.stdout != "" {
			t.Errorf("%s: %s", name, o)
		}
	}
}

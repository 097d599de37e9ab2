package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// within matches how long a script waits for something.
var within = regexp.MustCompile(`within \d+s`)

// patiently returns a script of docs/scripts that waits longer: a busy machine is not a broken server.
func patiently(t *testing.T, name string) string {
	t.Helper()
	return within.ReplaceAllString(readFile(t, filepath.Join("../../docs/scripts", name)), "within 2min")
}

// A scriptRun is a run of a script of docs/scripts on a real server.
type scriptRun struct {
	name   string
	before string   // lines that prepare the mailboxes
	vars   []string // name=text
	prints string   // standard output; "" if it is not compared
	lacks  string   // the server that does not offer what it needs
	bobs   string   // the server on which it runs as Bob
}

// scriptRuns are all runs. MBX is replaced by the name of a new mailbox, and HOST by the address of the server.
var scriptRuns = []scriptRun{
	{name: "mailbox", before: "append INBOX < probe.eml\n", vars: []string{"keys=subject probe", "since=now-1h"}},
	{name: "roundtrip", before: "append MBX < probe.eml\n", vars: []string{"box=MBX", "token=probe"}},
	{name: "arrived", before: "append MBX < probe.eml\n", vars: []string{"box=MBX", `id="<probe@example.org>"`}},
	{name: "report", bobs: "courier"},
	{name: "bulk", before: "create MBX-to\nappend MBX (\\Seen) < probe.eml\n", vars: []string{"box=MBX", "sender=ann@example.org", "date=1-Jan-2040", "to=MBX-to"}, prints: "moved 1\n", lacks: "courier"},
	{name: "folders", vars: []string{"names=names.txt"}},
	{name: "export", before: "append MBX < probe.eml\nappend MBX < probe.eml\n", vars: []string{"box=MBX", "dir=out"}, prints: "2 messages\n"},
	{name: "import", vars: []string{"box=MBX", "list=list.txt"}},
	{name: "wait", before: "append MBX < probe.eml\n", vars: []string{"box=MBX", "subject=probe"}, prints: "1\n"},
	{name: "acl"},
	{name: "logins", vars: []string{"users=users.txt", "host=HOST", "master="}},
	{name: "push", vars: []string{"box=MBX-new", "eml=probe.eml"}},
	{name: "qresync", vars: []string{"box=MBX-new", "eml=probe.eml"}, lacks: "courier"},
	{name: "malformed", lacks: "courier"},
	{name: "caps", lacks: "courier"},
}

func TestTheScriptsOfTheDocsRunOnEachServer(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"probe.eml": "Subject: probe one\r\nFrom: ann@example.org\r\nMessage-ID: <probe@example.org>\r\n\r\nhello\r\n",
		"users.txt": "alice\nbob\n",
		"list.txt":  "\\Seen\t01-Feb-2026 10:00:00 +0000\tprobe.eml\n\t02-Feb-2026 10:00:00 +0000\tprobe.eml\n",
	}
	for _, server := range []struct {
		name, prefix string
		start        func(testing.TB) *testserver.Server
	}{
		{"dovecot", "", func(t testing.TB) *testserver.Server { return testserver.Dovecot(t) }},
		{"cyrus", "INBOX.", testserver.Cyrus},
		{"courier", "INBOX.", testserver.Courier},
	} {
		t.Run(server.name, func(t *testing.T) {
			parallelIfFast(t, server.name)
			s := server.start(t)
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "out"), 0o700); err != nil {
				t.Fatal(err)
			}
			own := map[string]string{"names.txt": server.prefix + "Entwürfe\n" + server.prefix + "Plain\n" + server.prefix + "Entwürfe\n"}
			for _, set := range []map[string]string{files, own} {
				for name, text := range set {
					if err := writeFile(filepath.Join(dir, name), text); err != nil {
						t.Fatal(err)
					}
				}
			}
			urlOf := func(r scriptRun) string {
				if r.bobs == server.name {
					return "imap://bob@" + s.Clear()
				}
				return "imap://alice@" + s.Clear()
			}
			fillOf := func(r scriptRun) (box string, fill func(string) string) {
				box = server.prefix + "box-" + r.name
				return box, strings.NewReplacer("MBX", box, "HOST", s.Clear()).Replace
			}
			before := map[string]string{} // by the URL
			for _, r := range scriptRuns {
				box, fill := fillOf(r)
				before[urlOf(r)] += "create " + box + "\n" + fill(r.before)
			}
			for url, lines := range before {
				runIn(t, dir, lines, url).is(t, 0)
			}
			for _, r := range scriptRuns {
				url := urlOf(r)
				_, fill := fillOf(r)
				script := filepath.Join(dir, r.name+".imap")
				if err := writeFile(script, patiently(t, r.name+".imap")); err != nil {
					t.Fatal(err)
				}
				args := []string{"-q", "-f", script}
				for _, v := range r.vars {
					args = append(args, "--var", fill(v))
				}
				o := runIn(t, dir, "", append(args, url)...)
				if r.lacks == server.name {
					o.is(t, 1).shows(t, "skipped: the server does not offer ")
					continue
				}
				o.is(t, 0)
				if r.prints != "" && o.stdout != r.prints {
					t.Errorf("%s: got %q, want %q", r.name, o.stdout, r.prints)
				}
			}
			saved, err := filepath.Glob(filepath.Join(dir, "out", "*.eml"))
			if err != nil || len(saved) != 2 {
				t.Errorf("export.imap wrote %q (%v), want two files", saved, err)
			}
		})
	}
}

// runIn runs the shell in a folder, with the password of the users of test servers.
func runIn(t *testing.T, dir, stdin string, args ...string) outcome {
	t.Helper()
	return runFrom(t, dir, []string{"IMAPSH_PASSWORD=secret"}, strings.NewReader(stdin), args...)
}

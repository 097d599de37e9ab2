package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// evilNames are names of mailboxes that would do harm if they were more than values.
var evilNames = []string{
	"$(touch PWNED)", "`touch PWNED`", "';touch PWNED;'", "|touch PWNED", ">PWNED", ">>PWNED", "&", "<x", "<<x", ":quit", ":log", "!touch",
	"../../PWNED", "/PWNED", "${env.HOME}", "${pw}", "expunge", "a\r\nb1 EXPUNGE", "a\nb\tc", "-rf", "CON", "..",
}

func TestANameOfAMailboxIsNeverMoreThanAValueInAScript(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no sh")
	}
	var listed strings.Builder
	for _, name := range evilNames {
		fmt.Fprintf(&listed, "* LIST () \"/\" {%d}\r\n%s\r\n", len(name), name)
	}
	for _, line := range []string{
		"status ${mailbox} (messages)", "${mailbox}", "${name} x", "uid ${name} 1", "noop | cat ${name}", ":defer noop | cat ${name}", ":defer ${name}",
		":defer delete ${mailbox}", ":defer search ${name} ${name}", ":defer fetch 1 body[] > ${name}", ":defer :log ${name}", ":log ${name}", ":source ${name}", ":open ${name}",
		":defer :print ${name}", ":print ${name}|", ":send \"x ${name}\\r\\n\"", "fetch 1 body[] > ${name}", "append x < ${name}", ":set x ${name}\n${x}\n:defer ${x}\nselect ${x}",
		":watch 0.1 x1 ${name}", ":watch 0.1 x1 noop | cat ${name}", ":require ${name}", ":each < ${name}\n:print x\n:end", "fetch ${name} body[] > %m-%d",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			top := t.TempDir()
			dir := filepath.Join(top, "a", "b")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			s := canned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] in\r\n"), testserver.Expect("list|LOGOUT"), testserver.Send(listed.String()+"{tag} OK done\r\n"), testserver.Answer())
			o := runFrom(t, dir, []string{"pw=geheim", "HOME=/home/of/alice"}, strings.NewReader("list \"\" *\n:each\n"+line+"\n:end\nnoop\n"), "--keep-going", "--secret", "pw", "imap://"+s.Addr())
			got := s.Received()
			for _, sent := range strings.Split(got, "\r\n") {
				if _, command, _ := strings.Cut(sent, " "); sent == "b1 EXPUNGE" || !strings.HasPrefix(line, ":send") && strings.EqualFold(command, "expunge") || strings.HasPrefix(command, "UID expunge") {
					t.Errorf("sent %q\n%s", sent, o)
				}
			}
			for _, text := range []string{o.stdout, o.stderr, got} {
				if strings.Contains(text, "geheim") || strings.Contains(text, "/home/of/alice") {
					t.Errorf("a value was replaced again: %q", text)
				}
			}
			if strings.Contains(o.stdout, "\nb1 EXPUNGE|") || strings.Contains(o.stdout, "\nb\tc|") {
				t.Errorf("a value begins a line:\n%s", o)
			}
			for _, folder := range []string{top, filepath.Join(top, "a")} {
				if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
					t.Errorf("%s has %v, %v", folder, entries, err)
				}
			}
			if _, err := os.Lstat(filepath.Join(dir, "PWNED")); err == nil && !strings.Contains(line, "log") && !strings.Contains(line, ">") {
				t.Errorf("a name was run as a command\n%s", o)
			}
		})
	}
}

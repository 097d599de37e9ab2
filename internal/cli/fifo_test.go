//go:build unix

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"imapsh/internal/testserver"
)

// makeFIFO makes a named pipe that no process has opened.
func makeFIFO(t *testing.T, name string) {
	t.Helper()
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
}

// fetched returns a server that answers each FETCH with hello, and everything else with OK.
func fetched(t *testing.T) *testserver.Canned {
	fetch := testserver.Send("* 1 FETCH (BODY[] {5}\r\nhello)\r\n{tag} OK done\r\n")
	return canned(t, testserver.Send(hello), testserver.Reply(testserver.Replies{"FETCH": {fetch}}))
}

func TestASignalEndsAWaitForAFile(t *testing.T) {
	for _, row := range []struct{ name, script, until string }{
		{"> a pipe that nobody reads", "fetch 1 body[] > fifo\n", "S: a001 OK"},
		{">> a pipe that nobody reads", "fetch 1 body[] >> fifo\n", "S: a001 OK"},
		{":source of a pipe that nobody writes", "noop\n:source fifo\n", "S: a001 OK"},
	} {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
			t.Run(row.name+" "+sig.String(), func(t *testing.T) {
				dir := t.TempDir()
				t.Chdir(dir)
				makeFIFO(t, "fifo")
				l := startProcess(t, nil, "imap://"+fetched(t).Addr())
				l.types(row.script)
				l.until(row.until)
				l.signals(sig)
				l.ends().is(t, 130)
				if left, _ := os.ReadDir(dir); len(left) != 1 {
					t.Errorf("left: %v", left)
				}
			})
		}
	}
}

func TestASignalEndsAScriptThatIsAPipe(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFIFO(t, "fifo")
	l := startProcess(t, nil, "-f", "fifo", "imap://"+fetched(t).Addr())
	l.until("S: * OK")
	l.signals(syscall.SIGTERM)
	l.ends().is(t, 130)
}

func TestASignalDuringADownloadLeavesNoFile(t *testing.T) {
	for _, row := range []struct{ name, line, first string }{
		{"> FILE", "fetch 1 body[] > one", ""},
		{"> FILE for each", "fetch 1:2 body[] > mail-%d", ""},
		{">> FILE", "fetch 1 body[] >> one", ""},
		{"save", "select inbox\nsave 1 2", twoParts},
	} {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
			t.Run(row.name+" "+sig.String(), func(t *testing.T) {
				dir := t.TempDir()
				t.Chdir(dir)
				steps := []testserver.Step{testserver.Send(hello)}
				item := "BODY[]"
				if row.first != "" {
					steps, item = append(steps, testserver.Expect("select"), testserver.Send("{tag} OK done\r\n"), testserver.Expect("FETCH"), testserver.Send(row.first)), "BODY[2]"
				}
				steps = append(steps, testserver.Expect("(?i)fetch"), testserver.SendUntilLeft("* 1 FETCH ("+item+" {9000000}\r\n"+large()), testserver.Stall())
				l := start(t, "imap://"+canned(t, steps...).Addr())
				l.types(row.line + "\n")
				l.until("S| … 9,000,000 bytes to ")
				l.signals(sig)
				l.ends().is(t, 130)
				holds(t, dir, nil)
			})
		}
	}
}

func TestATimeoutDuringADownloadLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	s := canned(t, testserver.Send(hello), testserver.Expect("fetch"), testserver.SendUntilLeft("* 1 FETCH (BODY[] {9000000}\r\n"+large()), testserver.Stall())
	run(t, "fetch 1 body[] > one\n", "--timeout", "500ms", "imap://"+s.Addr()).is(t, 3).shows(t, "nothing was saved")
	holds(t, dir, nil)
}

func TestValuesCanBeSavedInAPipe(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFIFO(t, "fifo")
	got := make(chan string)
	go func() {
		b, _ := os.ReadFile("fifo")
		got <- string(b)
	}()
	run(t, "fetch 1 body[] > fifo\n", "imap://"+fetched(t).Addr()).is(t, 0).shows(t, "-- 5 bytes saved in fifo")
	if text := <-got; text != "hello" {
		t.Errorf("got %q", text)
	}
}

func TestAFullDeviceIsReported(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	run(t, "fetch 1 body[] > /dev/full\nnoop\n", "imap://"+fetched(t).Addr()).is(t, 1).
		shows(t, "!! > /dev/full: no space left on device: nothing was saved").hides(t, "bytes saved")
}

func TestOnlyOrdinaryFilesAreSent(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	makeFIFO(t, "fifo")
	os.Mkdir("folder", 0o700)
	for _, row := range []struct{ file, why string }{
		{"fifo", "it is not a regular file"},
		{"/dev/zero", "it is not a regular file"},
		{"folder", "it is a directory"},
		{"missing", "no such file or directory"},
	} {
		t.Run(filepath.Base(row.file), func(t *testing.T) {
			s := canned(t, testserver.Send(hello), testserver.Answer())
			run(t, "append x < "+row.file+"\n", "imap://"+s.Addr()).is(t, 2).shows(t, "!! < "+row.file+": "+row.why, "; APPEND was not sent")
			if strings.Contains(s.Received(), "append") {
				t.Errorf("received %q", s.Received())
			}
		})
	}
}

func TestAPipeCanBeAScript(t *testing.T) {
	for _, row := range []struct {
		name string
		in   string
		args []string
	}{
		{":source", ":source fifo\n", nil},
		{"-f", "", []string{"-f", "fifo"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			makeFIFO(t, "fifo")
			go writeFile(filepath.Join(dir, "fifo"), "noop\nnoop")
			s := canned(t, testserver.Send(hello), testserver.Answer())
			run(t, row.in, append(row.args, "imap://"+s.Addr())...).is(t, 0).shows(t, "C: a002 noop\n")
		})
	}
}

func TestATranscriptThatCannotBeWrittenIsReported(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("no /dev/full")
	}
	fifo := filepath.Join(t.TempDir(), "fifo")
	makeFIFO(t, fifo)
	for _, row := range []struct {
		name, file, says string
		status           int
	}{
		{"a FIFO that nobody reads", fifo, "is a FIFO or a socket; a transcript needs a regular file", 2},
		{"a directory", t.TempDir(), "is a directory", 2},
		{"a folder that is not there", "/nowhere/log", "no such file or directory", 2},
		{"a full disk", "/dev/full", "writing the transcript /dev/full: no space left on device", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := canned(t, testserver.Send(hello), testserver.Answer())
			o := run(t, "noop\n", "--log", row.file, "imap://"+s.Addr()).is(t, row.status)
			if !strings.Contains(o.stdout+o.stderr, row.says) {
				t.Errorf("it does not say %q\n%s", row.says, o)
			}
		})
	}
}

func TestTheTranscriptOfACheckIsARegularFileToo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	makeFIFO(t, fifo)
	for name, says := range map[string]string{fifo: "is a FIFO or a socket; a transcript needs a regular file", dir: "is a directory"} {
		if o := run(t, "", "check", "--log", name, "imap://127.0.0.1:1").is(t, 2); !strings.Contains(o.stderr, says) {
			t.Errorf("it does not say %q\n%s", says, o)
		}
	}
}

func TestTheEndOfTheShellEndsTheCommandOfAPipe(t *testing.T) {
	for name, command := range map[string]string{
		"a command that ends on TERM": `trap "echo TERM >signal; exit" TERM; echo; echo running; while :; do sleep 0.02; done`,
		"a command that ignores TERM": `trap "echo TERM >signal" TERM; echo $$ >pid; echo running; while :; do sleep 0.02; done`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			l := start(t, "imap://"+fetched(t).Addr())
			l.types("noop | " + command + "\n")
			l.until("running")
			l.signals(syscall.SIGTERM)
			l.ends().is(t, 130)
			if _, err := os.Stat("signal"); err != nil {
				t.Error("the command did not get TERM")
			}
			if b, err := os.ReadFile("pid"); err == nil {
				pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
				if err := syscall.Kill(pid, 0); err == nil && runtime.GOOS == "linux" && !isZombie(pid) {
					t.Errorf("the command, process %d, is still running", pid)
				}
			}
		})
	}
}

// isZombie reports whether a process has ended but its status has not been read.
func isZombie(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := strings.Cut(string(b), ") ")
	return err != nil || strings.HasPrefix(after, "Z")
}

//go:build unix

package repl

import (
	"os"
	"syscall"
	"testing"

	. "imapsh/internal/testserver"
)

func TestCtrlCLeavesAPipeThatNobodyReads(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := syscall.Mkfifo("fifo", 0o600); err != nil {
		t.Skip(err)
	}
	s := begin(t, canned(t, preauth, expect("fetch"), Send("* 1 FETCH (BODY[] {5}\r\nhello)\r\n{tag} OK done\r\n")))
	s.typ("fetch 1 body.peek[] > fifo")
	s.sees("S: a001 OK")
	s.nudge() // the command has ended before the next line is handled
	s.ctrlC()
	s.sees("-- what was saved has not been read yet; still waiting for a reader")
	s.typ("noop")
	s.sees("S: a002 OK")
	s.typ("check")
	s.sees("S: a003 OK") // the commands after it do not wait for the pipe again
	if got, err := os.ReadFile("fifo"); string(got) != "hello" {
		t.Errorf("read %q (%v), want %q", got, err, "hello")
	}
	s.sees("-- 5 bytes saved in fifo")
}

func TestCtrlCLeavesAScriptThatIsAPipe(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := syscall.Mkfifo("fifo", 0o600); err != nil {
		t.Skip(err)
	}
	s := begin(t, canned(t, preauth))
	s.asks("a001 mail.example.net> ")
	s.typ(":source fifo")
	s.ctrlC()
	s.sees("-- fifo was stopped")
	s.typ("noop")
	s.sees("S: a001 OK")
}

func TestACommandThatNeedsAFileWaitsForNoPipe(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := syscall.Mkfifo("fifo", 0o600); err != nil {
		t.Skip(err)
	}
	s := begin(t, canned(t, preauth))
	for _, line := range []string{":each < fifo noop", ":send < fifo"} {
		s.typ(line)
		s.sees("reading fifo: it is not a regular file")
	}
	s.typ("noop")
	s.sees("S: a001 OK")
	if _, err := OpenHistory("fifo"); err == nil {
		t.Error("a pipe was opened as the history")
	}
}

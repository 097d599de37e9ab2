package cli

import (
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"imapsh/internal/testserver"
)

func TestKILLDuringADownloadLeavesNoFile(t *testing.T) {
	for _, row := range []struct{ name, line, first string }{
		{"> FILE", "fetch 1 body[] > one", ""},
		{"> FILE for each", "fetch 1:2 body[] > mail-%d", ""},
		{"save", "select inbox\nsave 1 2", twoParts},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			if fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR, 0o600); err == nil {
				unix.Close(fd)
			} else {
				t.Skipf("no file without a name here: %v", err)
			}
			steps := []testserver.Step{testserver.Send(hello)}
			item := "BODY[]"
			if row.first != "" {
				steps, item = append(steps, testserver.Expect("select"), testserver.Send("{tag} OK done\r\n"), testserver.Expect("FETCH"), testserver.Send(row.first)), "BODY[2]"
			}
			steps = append(steps, testserver.Expect("(?i)fetch"), testserver.SendUntilLeft("* 1 FETCH ("+item+" {9000000}\r\n"+large()), testserver.Stall())
			l := startProcess(t, nil, "imap://"+canned(t, steps...).Addr())
			l.types(row.line + "\n")
			l.until("S| … 9,000,000 bytes to ")
			l.signals(syscall.SIGKILL)
			l.ends().is(t, -1)
			if left, _ := os.ReadDir(dir); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

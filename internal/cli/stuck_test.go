//go:build linux || darwin

package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

func TestASecondSIGTERMEndsTheProgramWhateverIsStuck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	silent := testserver.NewCanned(t, testserver.Stall())
	unanswered := testserver.NewCanned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n"), testserver.Stall())
	long := strings.Repeat("fetch 1:* body.peek[]\n", 50)
	for _, row := range []struct {
		name  string
		args  []string
		typed string
	}{
		{"a server that does not greet", []string{"imap://" + silent.Addr(), "-e", "noop"}, ""},
		{"a server that does not answer", []string{"imap://" + unanswered.Addr(), "-e", "noop"}, ""},
		{"a script that is a pipe", []string{"demo", "-f", fifo}, ""},
		{"an input that does not end", []string{"demo"}, "noop\n"},
		{"an output that nobody reads", []string{"demo"}, "select inbox\n" + long},
		{"a command after |", []string{"demo", "-e", "noop | sleep 1000"}, ""},
		{"a password command", []string{"imap://alice@" + unanswered.Addr(), "--password-command", "sleep 1000", "-e", "noop"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(builtShell(t), row.args...)
			cmd.Env = environ()
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			in, _ := cmd.StdinPipe()
			out, w, err := os.Pipe() // it is never read
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			cmd.Stdout = w
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			w.Close()
			defer in.Close()
			defer syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // and the programs that it started
			go in.Write([]byte(row.typed))

			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			tick := time.NewTicker(300 * time.Millisecond) // as an impatient user sends it
			defer tick.Stop()
			late := time.After(patience)
			for {
				select {
				case err := <-ended:
					if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
						t.Errorf("ended with %v, want an exit status other than 0", err)
					}
					return
				case <-tick.C:
					cmd.Process.Signal(syscall.SIGTERM)
				case <-late:
					t.Fatal("the program does not end")
				}
			}
		})
	}
}

func TestSIGTERMRestoresATerminalThatAnotherProgramUses(t *testing.T) {
	t.Parallel()
	s := onScreen(t, 80, 24, interactiveBash)
	s.asks(`\$`)
	s.types("clear; B=$(stty -a); $IMAPSH demo; echo status $?; [ \"$B\" = \"$(stty -a)\" ] && echo same as before")
	s.asks("a002 demo@127.0.0.1>")
	s.types("noop | echo lent; kill -TERM $PPID; sleep 3")
	s.shows("status 130", "same as before")
}

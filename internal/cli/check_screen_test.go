//go:build linux || darwin

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"imapsh/internal/testserver"
)

func TestACheckAsksForThePasswordWithoutShowingItAndFitsTheScreen(t *testing.T) {
	t.Parallel()
	server := testserver.Dovecot(t)
	for _, cols := range []int{80, 40} {
		s := onScreenToItsEnd(t, cols, 100, "$IMAPSH check --write --idle-for 50ms --ca "+server.CAFile+" imaps://alice@"+server.TLS())
		s.shows("Password for alice:")
		s.types(testserver.Password)
		s.shows("✓ connect", "✓ login", "✓ push", "✓ logout", "passed", ended+"0")
		if whole := s.whole(); strings.Contains(whole, "checking ") || strings.Contains(whole, testserver.Password) {
			t.Errorf("the progress or the password is still there:\n%s", whole)
		}
		s.fits(cols)
	}
}

func TestTheProgressOfACheckIsShownAndCtrlCEndsIt(t *testing.T) {
	t.Parallel()
	stalls := canned(t, testserver.Send("* OK ready\r\n"), testserver.Expect("CAPABILITY"), testserver.Stall())
	s := onScreenToItsEnd(t, 40, 30, "$IMAPSH check imap://"+stalls.Addr())
	s.shows("checking imap://")
	s.until("the greeting taken", func(string) bool { return strings.Contains(stalls.Received(), "CAPABILITY") })
	s.fits(40)
	s.press("C-c")
	s.until(ended, func(whole string) bool { return strings.Contains(whole, ended) })
	s.fits(40)
	for _, text := range []string{"-- cleaning up (Ctrl-C quits now)", "✓ greeting", "interrupted; passed", ended + "130"} {
		if whole := s.whole(); !strings.Contains(whole, text) {
			t.Errorf("no %q on\n%s", text, whole)
		}
	}
	if whole := s.whole(); strings.Contains(whole, "checking ") {
		t.Errorf("the progress is still there:\n%s", whole)
	}
}

func TestCtrlCAtThePasswordRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"a check": {"check"}, "a script": {"-e", "noop"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			interruptsThePassword(t, args)
		})
	}
}

// restoredPTY opens a terminal, which restored compares with what it was before.
func restoredPTY(t *testing.T) (master, tty *os.File, restored func()) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close(); master.Close() })
	pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24})
	before := settings(t, tty)
	return master, tty, func() {
		t.Helper()
		if after := settings(t, tty); after != before {
			t.Errorf("the terminal was\n%s\nand is\n%s", before, after)
		}
	}
}

// interruptsThePassword runs the program, which must ask for a password, and answers with Ctrl-C.
func interruptsThePassword(t *testing.T, args []string) {
	master, tty, restored := restoredPTY(t)
	cmd := exec.Command(builtShell(t), append(args, "imap://alice@"+closedAddr(t))...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.Env = environ("IMAPSH_PASSWORD=", "TERM=xterm")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hung := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer hung.Stop()
	readUntil(t, master, "Password for alice")
	if _, err := master.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if status := cmd.ProcessState.ExitCode(); status != 130 {
		t.Errorf("exit status %d", status)
	}
	restored()
}

func TestWhatIsTypedIsHiddenBeforeThePasswordIsAskedFor(t *testing.T) {
	t.Parallel()
	master, tty, restored := restoredPTY(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	w.SetWriteDeadline(time.Now().Add(10 * time.Millisecond)) // until it is full: the question waits
	if _, err := w.Write(make([]byte, 1<<20)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	w.SetWriteDeadline(time.Time{})
	f := &flags{process: &process{stdin: tty, stderr: w}}
	answered := make(chan string)
	go func() {
		answer, err := f.ask("Password: ")
		answered <- fmt.Sprintf("%s %v", answer, err)
	}()
	for end := time.Now().Add(patience); !strings.Contains(settings(t, tty), "-echo "); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Error("the question is asked while the terminal shows what is typed")
			break
		}
	}
	go io.Copy(io.Discard, r)
	master.Write([]byte("geheim\n"))
	if got := <-answered; got != "geheim <nil>" {
		t.Errorf("got %q", got)
	}
	restored()
}

// readUntil reads from a terminal until it has shown a text, and returns what was shown.
func readUntil(t *testing.T, master *os.File, text string) string {
	t.Helper()
	var seen strings.Builder
	for p := make([]byte, 256); !strings.Contains(seen.String(), text); {
		n, err := master.Read(p)
		if err != nil {
			t.Fatalf("%v after %q", err, seen.String())
		}
		seen.Write(p[:n])
	}
	return seen.String()
}

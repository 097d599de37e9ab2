//go:build linux || darwin

package terminal

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

func TestCtrlCInterruptsWithWhatWasTyped(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("noo\x03")
	r.next(Answer{Kind: Interrupt, Text: "noo"})
	r.shows("")
	r.Ask(Question{Prompt: "> "})
	r.typ("noop\r")
	r.next(Answer{Kind: Line, Text: "noop"})
}

func TestCtrlCBetweenQuestionsInterruptsAndDropsWhatWasTypedAhead(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.reads("one\r", "two\r", "three\x03", "four\r")
	r.next(Answer{Kind: Line, Text: "one"})
	r.next(Answer{Kind: Interrupt})
	r.Ask(Question{Prompt: "> "})
	r.next(Answer{Kind: Line, Text: "four"})
}

func TestLinesTypedAheadComeInOrder(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.reads("one\r", "two\r\n", "thr")
	for _, want := range []string{"one", "two"} {
		r.Ask(Question{Prompt: "> "})
		r.next(Answer{Kind: Line, Text: want})
	}
	r.Ask(Question{Prompt: "> "})
	r.shows("> thr")
	if strings.Contains(strings.ReplaceAll(r.raw(), "> one", ""), "one") {
		t.Error("what was typed ahead was echoed")
	}
}

func TestASecondCtrlCWhileTheFirstIsNotTakenMeansStuck(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	r := newRig(t, 80, 24, Config{Stuck: func() { close(stuck) }})
	r.Ask(Question{Prompt: "> "})
	r.typ("noo")
	r.shows("> noo")
	r.typ("\x03")
	r.shows("")
	r.typ("\x03")
	select {
	case <-stuck:
	case <-time.After(deadline):
		t.Fatal("not called")
	}
	wantCooked(t, r)
}

func TestASecondCtrlCWhileACompletionHangsMeansStuck(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	r := newRig(t, 80, 24, Config{Stuck: func() { close(stuck) }})
	r.Ask(Question{Prompt: "> "})
	r.typ("se\t")
	r.next(Answer{Kind: Complete, Text: "se", Pos: 2})
	r.typ("\x03")
	r.posts(Interrupt)
	r.typ("\t\x03")
	select {
	case <-stuck:
	case <-time.After(deadline):
		t.Fatal("not called")
	}
	wantCooked(t, r)
}

func TestTwoCtrlCsThatArriveTogetherAreNotTakenForOne(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	r := newRig(t, 80, 24, Config{Stuck: func() { close(stuck) }})
	r.typ("\x03\x03") // on a slow machine, one read returns both
	select {
	case <-stuck:
	case <-time.After(deadline):
		t.Fatal("not called")
	}
	wantCooked(t, r)
}

func TestCtrlCsThatASearchTakesLeaveNothingStuck(t *testing.T) {
	r := newRig(t, 80, 24, Config{History: []string{"noop"}, Stuck: func() { t.Error("stuck") }})
	r.Ask(Question{Prompt: "> "})
	r.typ("x\x12noo")
	r.shows("(search: noo) noop")
	f := r.Terminal.(*full)
	taken, _ := f.interrupts()
	r.typ("\x03\x03")
	r.shows("> x")
	if f.hangs(taken) {
		t.Error("the program counts as stuck")
	}
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "x"})
}

func TestASecondCtrlCAfterTheFirstWasTakenIsAnotherInterrupt(t *testing.T) {
	r := newRig(t, 80, 24, Config{Stuck: func() { t.Error("stuck") }})
	for range 50 {
		r.Ask(Question{Prompt: "> "})
		r.typ("\x03")
		r.next(Answer{Kind: Interrupt})
	}
}

func TestCtrlDOnAnEmptyLineIsTheEnd(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	for range 2 {
		r.Ask(Question{Prompt: "> "})
		r.typ("\x04")
		r.next(Answer{Kind: EOF})
	}
}

func TestATerminalThatGoesAwayIsTheEnd(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.shows(">")
	r.master.Close()
	r.next(Answer{Kind: EOF})
	r.Ask(Question{Prompt: "> "})
	r.next(Answer{Kind: EOF})
}

func TestAResizeIsAnAnswerAndTheQuestionIsDrawnAgain(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("noop")
	r.shows("> noop")
	if err := pty.Setsize(r.slave, &pty.Winsize{Cols: 50, Rows: 10}); err != nil {
		t.Fatal(err)
	}
	unix.Kill(os.Getpid(), unix.SIGWINCH)
	r.next(Answer{Kind: Resize})
	if cols, rows := r.Size(); cols != 50 || rows != 10 {
		t.Errorf("size %d, %d", cols, rows)
	}
	r.typ(strings.Repeat("x", 60) + "\r")
	r.next(Answer{Kind: Line, Text: "noop" + strings.Repeat("x", 60)})
}

func TestCloseRestoresTheTerminalWhileAReadIsPending(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	wantMode(t, r, true)
	r.Write([]byte("S: * BYE\n"))
	r.Ask(Question{Prompt: "> "})
	r.typ("noo")
	r.shows("S: * BYE", "> noo")
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	left := make(chan struct{})
	go func() {
		r.Terminal.(*full).running.Wait()
		close(left)
	}()
	select {
	case <-left:
	case <-time.After(deadline):
		t.Error("the read did not end")
	}
	r.shows("S: * BYE")
	wantCooked(t, r)
	r.Ask(Question{Prompt: "> "})
	r.Edit("x", 1)
	r.Write([]byte("bye\n"))
	r.shows("S: * BYE", "bye")
	if !strings.HasSuffix(strings.TrimSuffix(strings.TrimRight(r.raw(), "\r\n"), "bye"), pasteOff) { // its line end may still arrive
		t.Errorf("bracketed paste left on: %q", r.raw())
	}
}

func TestCloseStopsWaitingForAScreenThatTakesNothing(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24})
	term, err := Open(Config{In: slave, Out: slave})
	if err != nil {
		t.Fatal(err)
	}
	term.Ask(Question{Prompt: "> "})
	go func() { // nobody reads the master: this blocks
		for {
			if _, err := term.Write([]byte(strings.Repeat("x", 4095) + "\n")); err != nil {
				return
			}
		}
	}()
	done := make(chan struct{})
	go func() {
		term.Close()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(deadline):
		t.Fatal("Close hangs")
	}
}

func TestLendGivesTheTerminalAwayAndTakesItBack(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("noo")
	r.shows("> noo")
	refused := errors.New("refused")
	err := r.Lend(func() error {
		wantCooked(t, r)
		r.typ("for the pager\n")
		cmd := exec.Command("sh", "-c", `read line; echo "got $line"; printf "no line end"`)
		cmd.Stdin, cmd.Stdout = r.slave, r.slave
		if err := cmd.Run(); err != nil {
			t.Error(err)
		}
		r.Write([]byte("S: * 2 EXISTS\n"))
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	wantMode(t, r, true)
	r.shows("for the pager", "got for the pager", "no line end", "S: * 2 EXISTS", "> noo")
	r.typ("p\r")
	r.next(Answer{Kind: Line, Text: "noop"})
}

func TestLendDoesNotWaitForATerminalThatWentAway(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.master.Close()
	r.next(Answer{Kind: EOF})
	over := make(chan struct{})
	go func() {
		r.Lend(func() error { return nil })
		close(over)
	}()
	select {
	case <-over:
	case <-time.After(deadline):
		t.Fatal("Lend hangs")
	}
}

func TestCloseDuringLendLeavesTheTerminalRestored(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Lend(func() error { return r.Close() })
	wantCooked(t, r)
}

func TestAPanicRestoresTheTerminalAndIsAnAnswer(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> ", Paint: func(string) (string, string) { panic("out of paint") }})
	a := r.next(Answer{Kind: Failed})
	if a.Err == nil || !strings.Contains(a.Err.Error(), "out of paint") {
		t.Errorf("error %v", a.Err)
	}
	wantCooked(t, r)
}

func TestADeadlySignalRestoresTheTerminalAndEndsTheProgram(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"xterm", "dumb"} {
		for _, sig := range deadly {
			t.Run(kind+", "+sig.String(), func(t *testing.T) {
				t.Parallel()
				master, slave, err := pty.Open()
				if err != nil {
					t.Fatal(err)
				}
				defer slave.Close()
				defer master.Close()
				pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24})
				before := modes(t, slave)
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), shellVariable+"=secret", "TERM="+kind)
				cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
				cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				hung := time.AfterFunc(deadline, func() { cmd.Process.Kill() })
				defer hung.Stop()
				go func() {
					var seen strings.Builder
					buf := make([]byte, 4096)
					for asked := false; ; {
						n, err := master.Read(buf)
						if err != nil {
							return
						}
						if seen.Write(buf[:n]); !asked && strings.Contains(seen.String(), "Password:") {
							asked = true
							if during := modes(t, slave); during == before {
								t.Error("the terminal was never taken")
							}
							cmd.Process.Signal(sig)
						}
					}
				}()
				cmd.Wait()
				if status := cmd.ProcessState.ExitCode(); status != 2 {
					t.Errorf("it ended with %v, want the status 2 of a stack trace", cmd.ProcessState)
				}
				if after := modes(t, slave); after != before {
					t.Errorf("the terminal was\n%+v\nand is\n%+v", before, after)
				}
			})
		}
	}
}

func modes(t *testing.T, slave *os.File) unix.Termios {
	t.Helper()
	mode, err := unix.IoctlGetTermios(int(slave.Fd()), getTermios)
	if err != nil {
		t.Error(err)
		return unix.Termios{}
	}
	return *mode
}

func wantCooked(t *testing.T, r *rig) {
	t.Helper()
	wantMode(t, r, false)
}

func wantMode(t *testing.T, r *rig, raw bool) {
	t.Helper()
	mode, err := unix.IoctlGetTermios(int(r.slave.Fd()), getTermios)
	if err != nil {
		t.Fatal(err)
	}
	const bits = unix.ICANON | unix.ECHO | unix.ISIG
	if got := mode.Lflag&bits == 0; got != raw {
		t.Errorf("raw is %v, want %v (lflag %#x)", got, raw, mode.Lflag)
	}
}

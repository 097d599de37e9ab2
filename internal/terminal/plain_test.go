//go:build linux || darwin

package terminal

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestADumbTerminalHasCookedLines(t *testing.T) {
	r := newRig(t, 80, 24, Config{Term: "dumb"})
	r.Ask(Question{Prompt: "a001> "})
	r.shows("a001>")
	r.typ("noopp\x7f\n")
	r.next(Answer{Kind: Line, Text: "noop"})
	r.Write([]byte("C: a001 NOOP\n"))
	r.wait("the line", func(v *vt) bool { return strings.HasSuffix(v.String(), "\nC: a001 NOOP") })
	r.Ask(Question{Prompt: "a002> "})
	r.Write([]byte("S: * 2 EXISTS\n"))
	r.wait("the prompt again", func(v *vt) bool { return strings.HasSuffix(v.String(), "a002>\nS: * 2 EXISTS\na002>") })
	r.typ("\x04")
	r.next(Answer{Kind: EOF})
	if strings.Contains(r.raw(), "\x1b[?") {
		t.Errorf("control sequences for a dumb terminal: %q", r.raw())
	}
}

func TestATerminalOfUnknownSizeIsPlain(t *testing.T) {
	r := newRig(t, 0, 0, Config{})
	if cols, rows := r.Size(); cols != 80 || rows != 24 {
		t.Errorf("size %d, %d", cols, rows)
	}
	if _, ok := r.Terminal.(*plain); !ok {
		t.Errorf("got a %T", r.Terminal)
	}
}

func TestADumbTerminalDoesNotEchoASecret(t *testing.T) {
	r := newRig(t, 80, 24, Config{Term: "dumb"})
	echoes := func() bool {
		mode, err := unix.IoctlGetTermios(int(r.slave.Fd()), getTermios)
		if err != nil {
			t.Fatal(err)
		}
		return mode.Lflag&unix.ECHO != 0
	}
	r.Ask(Question{Prompt: "a001> "}) // a read is under way when the question turns into a secret
	r.Ask(Question{Prompt: "Password: ", Secret: true})
	r.shows("a001>", "Password:")
	r.typ("hunter2\n")
	r.next(Answer{Kind: Line, Text: "hunter2"})
	if !echoes() {
		t.Error("echo is still off after the answer")
	}
	r.Write([]byte("C: a001 LOGIN\n"))
	r.shows("a001>", "Password:", "C: a001 LOGIN")
	r.Ask(Question{Prompt: "Password: ", Secret: true})
	r.Close()
	if !echoes() {
		t.Error("echo is still off after Close")
	}
}

func TestASignalIsAnInterruptOfADumbTerminal(t *testing.T) {
	stuck := make(chan struct{})
	r := newRig(t, 80, 24, Config{Term: "dumb", Stuck: func() { close(stuck) }})
	r.Ask(Question{Prompt: "> "})
	r.shows(">")
	unix.Kill(os.Getpid(), unix.SIGINT)
	r.next(Answer{Kind: Interrupt})
	r.Ask(Question{Prompt: "> "})
	unix.Kill(os.Getpid(), unix.SIGINT)
	r.posts(Interrupt)
	unix.Kill(os.Getpid(), unix.SIGINT)
	select {
	case <-stuck:
	case <-time.After(deadline):
		t.Fatal("not called")
	}
}

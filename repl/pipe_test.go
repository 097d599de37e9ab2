package repl

import (
	"os"
	"os/exec"
	"testing"

	"imapsh/internal/testserver"
)

func TestACtrlCForThePagerDoesNotReachTheShell(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		sig  os.Signal
		ends bool
	}{{"Ctrl-C", os.Interrupt, false}, {"TERM", terminated{}, true}} {
		t.Run(row.name, func(t *testing.T) {
			signals := make(chan os.Signal, 2)
			s := New(Options{Terminal: newTypist(t), Signals: signals, Now: newClock().Now})
			s.outside.away = 1
			signals <- row.sig
			signals <- row.sig
			s.cameBack()
			if s.user.pressed || s.quit != row.ends || s.outside.away != 0 || len(signals) != 0 {
				t.Errorf("pressed %v, quit %v (want %v), away %d, %d signals wait", s.user.pressed, s.quit, row.ends, s.outside.away, len(signals))
			}
		})
	}
}

func TestACtrlCThatEndedAProgramIsNotTheShellsEvenIfItComesLate(t *testing.T) {
	t.Parallel()
	testserver.HeedSignals()
	for _, row := range []struct {
		name, program string
		before        int // how often the signal comes while the program runs
		presses       int // how many of two later ones are the user's, for the shell
	}{
		{"it exits with 130", "exit 130", 0, 1},
		{"a signal ends it", "kill -INT $$", 0, 1},
		{"the shell got the signal before", "exit 130", 1, 2},
		{"it fails without a signal", "exit 1", 0, 2},
		{"it succeeds", "exit 0", 0, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			signals := make(chan os.Signal, 2)
			s := New(Options{Terminal: newTypist(t), Signals: signals, Now: newClock().Now})
			ended := false
			s.lends(exec.Command("sh", "-c", row.program).Run, func(error) { ended = true })
			for range row.before {
				signals <- os.Interrupt
			}
			for !ended {
				s.turn()
			}
			presses := 0
			for range 2 {
				s.user.pressed = false
				if s.signal(os.Interrupt); s.user.pressed {
					presses++
				}
			}
			if presses != row.presses {
				t.Errorf("the shell took %d of 2 for its own, want %d", presses, row.presses)
			}
		})
	}
}

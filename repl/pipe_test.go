package repl

import (
	"os"
	"testing"
)

func TestACtrlCForThePagerDoesNotReachTheShell(t *testing.T) {
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

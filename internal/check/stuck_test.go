package check

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

// On some capabilities the client's library loops endlessly (go-imap v2.0.0-beta.8, readCapabilities): neither the end
// of the stream nor closing it ends the loop. An abandoned loop runs until the process ends, so these checks run in a
// separate process.

const stuckIn = "IMAPSH_TEST_STUCK"

// stuckLate ends each wait but the first, in which the check itself reads the greeting, once the client is in its loop.
// It never returns from there, however short the time that it is given for that.
func stuckLate(o *Options) {
	first := true
	o.StepTimeout, o.Conn.Timeout = 20*time.Millisecond, patience
	o.after = func(string, time.Duration) <-chan time.Time {
		if first {
			first = false
			return nil
		}
		loops := make(chan time.Time)
		go func() {
			defer close(loops)
			stacks := make([]byte, 256<<10)
			for range time.Tick(5 * time.Millisecond) {
				if bytes.Contains(stacks[:runtime.Stack(stacks, true)], []byte("readCapabilities(")) {
					return
				}
			}
		}()
		return loops
	}
}

func TestAClientInAnEndlessLoopIsAbandoned(t *testing.T) {
	t.Parallel()
	circles := healthy().With(testserver.Replies{"CAPABILITY": {testserver.Send("* CAPABILITY IMAP4rev1 (\r\n{tag} OK done\r\n")}})
	for name, steps := range map[string][]testserver.Step{
		"in the answer":   {testserver.Send("* OK ready\r\n"), testserver.Reply(circles)},
		"in the greeting": {testserver.Send("* OK [CAPABILITY IMAP4rev1 (] ready\r\n"), testserver.Reply(healthy())},
	} {
		t.Run(name, func(t *testing.T) {
			if os.Getenv(stuckIn) == "" {
				cmd := exec.Command(os.Args[0], "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")
				cmd.Env = append(os.Environ(), stuckIn+"=1")
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				return
			}
			r := checked(t, stuckLate, steps...)
			said, after := false, 0
			for _, s := range r.Steps {
				if s.Name == "capabilities" {
					said = s.Verdict == Failed && strings.Contains(s.Cause, " within 20ms") && strings.Contains(s.Cause, "hangs on the last response")
				}
				if s.Name == "login" && s.Verdict == Skipped {
					after++
				}
			}
			if !said || after != 1 {
				show(t, r)
				t.Errorf("the step says that the client was abandoned: %t; the login is skipped: %t", said, after == 1)
			}
		})
	}
}

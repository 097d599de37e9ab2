package main

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

const (
	againstRounds = 7       // interleaved; the median counts
	manyNoops     = 100_000 // lines of "noop &"
)

// againstRuns are what two binaries are compared by: CPU, user and system, which other work on the
// machine disturbs less than wall time.
var againstRuns = []struct{ payload, mode string }{
	{"literal", "raw"}, {"envelopes", "raw"}, {"fetch", "pretty"}, {"fetch", "json"}, {"structures", "pretty"}, {"structures", "json"},
}

// compare measures this imapsh beside another one.
func (b *bench) compare(other string) error {
	for _, r := range againstRuns {
		if !strings.Contains("against "+r.payload+" "+r.mode, b.only) {
			continue
		}
		server, err := b.serve(r.payload)
		if err != nil {
			return err
		}
		commands := map[string]func() (*exec.Cmd, error){}
		for name, path := range map[string]string{"new": b.imapsh, "old": other} {
			commands[name] = func() (*exec.Cmd, error) {
				with := *b
				with.imapsh = path
				return with.command("imapsh "+r.mode, server.addr, r.payload)
			}
		}
		err = b.judgeCPU(r.payload+" "+r.mode, commands, 1.1)
		server.stop()
		if err != nil {
			return err
		}
	}
	return b.noops(other)
}

// noops sends many commands that ask for nothing, without waiting: what a line costs by itself.
func (b *bench) noops(other string) error {
	if !strings.Contains("against noops", b.only) {
		return nil
	}
	server, err := b.serve("exists") // nothing is fetched of it
	if err != nil {
		return err
	}
	defer server.stop()
	n := int(float64(manyNoops) * b.scale)
	script := strings.Repeat("noop &\n", n)
	commands := map[string]func() (*exec.Cmd, error){}
	for name, path := range map[string]string{"new": b.imapsh, "old": other} {
		commands[name] = func() (*exec.Cmd, error) {
			cmd := exec.Command(path, "-q", "-f", "-", "imap://"+server.addr)
			cmd.Stdin = strings.NewReader(script)
			return cmd, nil
		}
	}
	commands["nc"] = func() (*exec.Cmd, error) {
		cmd, err := b.command("nc", server.addr, "exists")
		if err == nil {
			var lines strings.Builder
			for i := range n {
				fmt.Fprintf(&lines, "a%03d noop\r\n", i+1)
			}
			lines.WriteString("a0 LOGOUT\r\n")
			cmd.Stdin = strings.NewReader(lines.String())
		}
		return cmd, err
	}
	return b.judgeCPU(fmt.Sprintf("%d noop &", n), commands, 1.0/3)
}

// judgeCPU runs commands in turns and prints the median of what each costs.
func (b *bench) judgeCPU(what string, commands map[string]func() (*exec.Cmd, error), atMost float64) error {
	took := map[string][]time.Duration{}
	for range againstRounds {
		for _, name := range []string{"old", "new", "nc"} {
			if commands[name] == nil {
				continue
			}
			cmd, err := commands[name]()
			if err == nil {
				err = cmd.Run()
			}
			if err != nil {
				return fmt.Errorf("running %s of %s: %w", name, what, err)
			}
			took[name] = append(took[name], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
	}
	median := func(name string) time.Duration {
		slices.Sort(took[name])
		return took[name][len(took[name])/2]
	}
	ratio := float64(median("new")) / float64(median("old"))
	fmt.Fprintf(b.out, "against: %-18s new %6.3f s CPU, old %6.3f s: %.2f x (at most %.2f)", what, median("new").Seconds(), median("old").Seconds(), ratio, atMost)
	b.judge(ratio <= atMost)
	if len(took["nc"]) > 0 {
		fmt.Fprintf(b.out, "; nc sends and receives the same in %.3f s", median("nc").Seconds())
	}
	fmt.Fprintln(b.out)
	return nil
}

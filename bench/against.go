package main

import (
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"time"
)

const (
	againstRounds = 7       // in turns; the median counts
	manyNoops     = 100_000 // lines of "noop &"
)

// againstRuns are the runs by which two binaries are compared, in user and system CPU time, which other work on the
// machine disturbs less than wall time.
var againstRuns = []struct{ payload, mode string }{
	{"literal", "raw"}, {"envelopes", "raw"}, {"fetch", "pretty"}, {"fetch", "json"}, {"structures", "pretty"}, {"structures", "json"},
}

// compare measures this imapsh against another one.
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

// noops measures the cost of a command line by itself, without starting and connecting: it sends many NOOP commands
// without waiting.
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
	run := func(path string, lines int) func() (*exec.Cmd, error) {
		script := strings.Repeat("noop &\n", lines)
		return func() (*exec.Cmd, error) {
			cmd := exec.Command(path, "-q", "-f", "-", "imap://"+server.addr)
			cmd.Stdin = strings.NewReader(script)
			return cmd, nil
		}
	}
	took, err := cpuOf(map[string]func() (*exec.Cmd, error){
		"new": run(b.imapsh, n), "new, one": run(b.imapsh, 1), "old": run(other, n), "old, one": run(other, 1),
		"nc": func() (*exec.Cmd, error) {
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
		},
	})
	if err != nil {
		return err
	}
	line := func(name string) float64 {
		return max(0, (took[name]-took[name+", one"]).Seconds()) / float64(n) * 1e6
	}
	ratio := line("new") / line("old")
	fmt.Fprintf(b.out, "against: %-18s new %6.2f µs a line, old %6.2f µs: %.2f x (at most %.2f)", fmt.Sprintf("%d noop &", n), line("new"), line("old"), ratio, 1.0/3)
	b.judge(ratio <= 1.0/3)
	fmt.Fprintf(b.out, "; in all %.3f s, %.3f s, nc with the same bytes %.3f s\n", took["new"].Seconds(), took["old"].Seconds(), took["nc"].Seconds())
	return nil
}

// judgeCPU runs the commands "new" and "old" in turns, and prints the CPU time of each.
func (b *bench) judgeCPU(what string, commands map[string]func() (*exec.Cmd, error), atMost float64) error {
	took, err := cpuOf(commands)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	ratio := float64(took["new"]) / float64(took["old"])
	fmt.Fprintf(b.out, "against: %-18s new %6.3f s CPU, old %6.3f s: %.2f x (at most %.2f)", what, took["new"].Seconds(), took["old"].Seconds(), ratio, atMost)
	b.judge(ratio <= atMost)
	fmt.Fprintln(b.out)
	return nil
}

// cpuOf runs commands in turns and returns the median CPU time of each.
func cpuOf(commands map[string]func() (*exec.Cmd, error)) (map[string]time.Duration, error) {
	took := map[string][]time.Duration{}
	for range againstRounds {
		for _, name := range slices.Sorted(maps.Keys(commands)) {
			cmd, err := commands[name]()
			if err == nil {
				err = cmd.Run()
			}
			if err != nil {
				return nil, fmt.Errorf("running %s: %w", name, err)
			}
			took[name] = append(took[name], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
	}
	median := map[string]time.Duration{}
	for name, all := range took {
		slices.Sort(all)
		median[name] = all[len(all)/2]
	}
	return median, nil
}

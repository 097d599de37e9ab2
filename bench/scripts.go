package main

import (
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// manyCommands is how many commands a measured script has; it waits for each.
const manyCommands = 100_000

// scriptRuns are the commands, and the expectation that follows each in the second run.
var scriptRuns = []struct{ command, expect string }{
	{"noop", "expect OK"},
	{"search all", "expect * SEARCH ... 3"},
}

// grownMost is how much more memory the complete script may take than a tenth of it, in bytes.
const grownMost = 8 << 20

// scripts measures what an expectation after each command costs.
func (b *bench) scripts() error {
	if !strings.Contains("scripts expect", b.only) {
		return nil
	}
	server, err := b.serve("exists") // nothing is fetched of it
	if err != nil {
		return err
	}
	defer server.stop()
	n := int(float64(manyCommands) * b.scale)
	fmt.Fprintf(b.out, "\nscripts: %d commands, each waited for\n", n)
	for _, r := range scriptRuns {
		plain, checked := r.command+"\n", r.command+"\n"+r.expect+"\n"
		var took [3]result
		for range b.rounds {
			for i, script := range []string{strings.Repeat(plain, n), strings.Repeat(checked, n), strings.Repeat(checked, n/10)} {
				got, err := b.script(server.addr, script)
				if err != nil {
					return fmt.Errorf("running %s: %w", r.command, err)
				}
				took[i] = better(took[i], got)
			}
		}
		ratio := took[1].wall.Seconds() / took[0].wall.Seconds()
		fmt.Fprintf(b.out, "  %-12s %8.3f s, with %-22s %8.3f s: %.2f x (at most 2)", r.command, took[0].wall.Seconds(), r.expect, took[1].wall.Seconds(), ratio)
		b.judge(ratio <= 2)
		fmt.Fprintf(b.out, "; %.1f MiB, with a tenth of it %.1f MiB", float64(took[1].rss)/(1<<20), float64(took[2].rss)/(1<<20))
		b.judge(took[1].rss-took[2].rss <= grownMost)
		fmt.Fprintln(b.out)
	}
	return nil
}

// script runs a script; its output is thrown away.
func (b *bench) script(addr, script string) (result, error) {
	cmd := exec.Command(b.imapsh, "-f", "-", "imap://"+addr)
	cmd.Stdin = strings.NewReader(script)
	start := time.Now()
	err := cmd.Run()
	return result{wall: time.Since(start), rss: peakRSS(cmd.ProcessState)}, err
}

// Command bench measures how fast imapsh receives, and how much memory it takes,
// compared with nc, which only receives, and Python's imaplib, which splits the
// same bytes. It prints wall times, peak memory and ratios. It says nothing about
// real servers: its own sends prepared answers on the loopback interface.
package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

func main() {
	serve := flag.String("serve", "", "run as the canned server for this payload (used by bench itself)")
	imapsh := flag.String("imapsh", "./imapsh", "path of the imapsh to measure")
	rounds := flag.Int("rounds", 3, "run each this many times and keep the best")
	scale := flag.Float64("scale", 1, "multiply all sizes and counts by this")
	against := flag.String("against", "", "compare CPU time with this older imapsh instead")
	only := flag.String("only", "", "run only measurements whose name contains this")
	check := flag.Bool("check", false, "exit 1 if a target is missed")
	flag.Parse()

	if *serve != "" {
		fatal(runServer(*serve, *scale, os.Stdout))
	}
	b := &bench{imapsh: *imapsh, rounds: *rounds, scale: *scale, only: *only, out: os.Stdout}
	run := b.run
	if *against != "" {
		run = func() error { return b.compare(*against) }
	}
	if err := run(); err != nil {
		fatal(err)
	}
	if *check && b.missed > 0 {
		os.Exit(1)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// A bench is one run of all measurements. The canned server is a separate process, because the peak
// memory of a child starts at that of its parent.
type bench struct {
	imapsh string
	rounds int
	scale  float64
	only   string
	out    io.Writer
	missed int
}

// A result is the best of some rounds.
type result struct {
	wall time.Duration
	rss  int64  // bytes, the most of all rounds
	left string // why there is no result
}

// A race is a payload and the clients that receive it.
type race struct {
	payload string
	clients []string
	targets []target
}

// A target limits the time of one client compared with that of another.
type target struct {
	client, against string
	atMost          float64 // client / against
}

var races = []race{
	{"literal", []string{"nc", "imapsh raw"}, []target{{"imapsh raw", "nc", 2}}},
	{"envelopes", []string{"nc", "imapsh raw"}, []target{{"imapsh raw", "nc", 2}}},
	{"fetch", []string{"nc", "imaplib", "imapsh raw", "imapsh pretty", "imapsh json"},
		[]target{{"imapsh pretty", "imaplib", 1 / 3.0}, {"imapsh json", "imaplib", 1 / 1.5}}},
	{"structures", []string{"nc", "imaplib", "imapsh pretty", "imapsh json"},
		[]target{{"imapsh pretty", "imaplib", 1 / 1.5}, {"imapsh json", "imaplib", 1}}},
}

// hungry are the payloads of the runs that measure memory, not time.
var hungry = []string{"big literal", "big line", "exists", "fetch", "structures"}

const maxRSS = 64 << 20

func (b *bench) run() error {
	for _, r := range races {
		if err := b.race(r); err != nil {
			return err
		}
	}
	if err := b.memory(); err != nil {
		return err
	}
	if err := b.scripts(); err != nil {
		return err
	}
	return b.firstLines() // last, because it makes payloads in this process, whose peak memory its children inherit
}

func (b *bench) race(r race) error {
	if !strings.Contains("race "+r.payload, b.only) {
		return nil
	}
	server, err := b.serve(r.payload)
	if err != nil {
		return err
	}
	defer server.stop()
	fmt.Fprintf(b.out, "\n%s: %s\n", r.payload, server.about)
	results := make(map[string]result)
	for range b.rounds { // in turns, so that other load on the machine affects all alike
		for _, client := range r.clients {
			results[client] = better(results[client], b.receive(client, server, r.payload))
		}
	}
	for _, client := range r.clients {
		got := results[client]
		if got.left != "" {
			fmt.Fprintf(b.out, "  %-14s left out: %s\n", client, got.left)
			continue
		}
		fmt.Fprintf(b.out, "  %-14s %8.3f s  %7.0f MB/s  %6.1f MiB", client, got.wall.Seconds(),
			float64(server.size)/1e6/got.wall.Seconds(), float64(got.rss)/(1<<20))
		for _, t := range r.targets {
			against := results[t.against]
			if t.client != client || against.left != "" {
				continue
			}
			ratio := got.wall.Seconds() / against.wall.Seconds()
			if t.atMost >= 1 {
				fmt.Fprintf(b.out, "   %.2f x %s (at most %.3g)", ratio, t.against, t.atMost)
			} else {
				fmt.Fprintf(b.out, "   %.2f times as fast as %s (at least %.3g)", 1/ratio, t.against, 1/t.atMost)
			}
			b.judge(ratio <= t.atMost)
		}
		fmt.Fprintln(b.out)
	}
	return nil
}

// memory runs imapsh in every mode on payloads that could fill its memory.
func (b *bench) memory() error {
	for _, payload := range hungry {
		if !strings.Contains("memory "+payload, b.only) {
			continue
		}
		server, err := b.serve(payload)
		if err != nil {
			return err
		}
		fmt.Fprintf(b.out, "\nmemory, %s: %s\n", payload, server.about)
		for _, mode := range []string{"raw", "pretty", "json"} {
			client := "imapsh " + mode
			got := b.receive(client, server, payload)
			if got.left != "" {
				fmt.Fprintf(b.out, "  %-14s left out: %s\n", client, got.left)
				continue
			}
			fmt.Fprintf(b.out, "  %-14s %8.3f s  %6.1f MiB (at most %d)", client, got.wall.Seconds(), float64(got.rss)/(1<<20), maxRSS>>20)
			b.judge(got.rss < maxRSS)
			fmt.Fprintln(b.out)
		}
		server.stop()
	}
	return nil
}

func (b *bench) judge(held bool) {
	if held {
		fmt.Fprint(b.out, "  ok")
		return
	}
	fmt.Fprint(b.out, "  MISSED")
	b.missed++
}

func better(a, b result) result {
	if a == (result{}) || b.left != "" {
		return b
	}
	if a.left != "" {
		return a
	}
	return result{wall: min(a.wall, b.wall), rss: max(a.rss, b.rss)}
}

// receive runs a client against the server, its output thrown away.
func (b *bench) receive(client string, server *server, payload string) result {
	cmd, err := b.command(client, server.addr, payload)
	if err != nil {
		return result{left: err.Error()}
	}
	var stderr strings.Builder
	cmd.Stderr = &limited{&stderr}
	start := time.Now()
	err = cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return result{left: fmt.Sprintf("%v %s", err, strings.TrimSpace(stderr.String()))}
	}
	return result{wall: wall, rss: peakRSS(cmd.ProcessState)}
}

// limited keeps the first 500 bytes of what is written to it.
type limited struct{ b *strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	l.b.Write(p[:min(len(p), max(0, 500-l.b.Len()))])
	return len(p), nil
}

// A server is a canned server in a separate process.
type server struct {
	cmd   *exec.Cmd
	addr  string
	size  int64 // of its answer to FETCH, in bytes
	about string
}

func (b *bench) serve(payload string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-serve", payload, "-scale", fmt.Sprint(b.scale))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the canned server: %w", err)
	}
	s := &server{cmd: cmd}
	line, err := bufio.NewReader(out).ReadString('\n')
	if _, scanErr := fmt.Sscanf(line, "%s %d", &s.addr, &s.size); cmp.Or(err, scanErr) != nil {
		s.stop()
		return nil, fmt.Errorf("starting the canned server: %q: %w", line, cmp.Or(err, scanErr))
	}
	s.about = fmt.Sprintf("%.1f MB", float64(s.size)/1e6)
	return s, nil
}

func (s *server) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

package testserver

import (
	"bufio"
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A Terminal is a terminal in tmux. A test drives it by one client: to start one for each look at the screen would take
// most of the time.
type Terminal struct {
	t       testing.TB
	in      io.WriteCloser
	answers chan tmuxAnswer // to commands; closed when the client has ended
	changed chan struct{}   // has a value if a program has written since the last Await
	stderr  bytes.Buffer    // of the client, once it has ended
}

// A tmuxAnswer is what a command of tmux wrote.
type tmuxAnswer struct {
	text   string
	failed bool
}

// NewTerminal starts a command line on a terminal, in an environment. More are arguments of new-session, before the command.
func NewTerminal(t testing.TB, environ []string, cols, rows int, command string, more ...string) *Terminal {
	t.Helper()
	Tmux(t)
	args := []string{"-S", filepath.Join(t.TempDir(), "tmux"), "-f", "/dev/null", "-u", "-C",
		"new-session", "-x", strconv.Itoa(cols), "-y", strconv.Itoa(rows)}
	cmd := exec.Command("tmux", append(append(args, more...), command)...)
	m := &Terminal{t: t, answers: make(chan tmuxAnswer), changed: make(chan struct{}, 1)}
	cmd.Env, cmd.Stderr = environ, &m.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m.in = in
	go func() {
		defer close(m.answers)
		m.read(bufio.NewReader(out))
		cmd.Wait()
	}()
	t.Cleanup(m.Close)
	select {
	case <-m.changed: // before that, there is nothing that a command could be for
	case <-m.answers:
		t.Fatalf("tmux ended at once\n%s", m.stderr.String())
	}
	return m
}

// read reads what tmux writes in its control mode. A block between %begin and %end, or %error, is the answer to a command; if its
// last number is 1, the command is from the client.
func (m *Terminal) read(from *bufio.Reader) {
	var block strings.Builder
	begun := ""
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			return
		}
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case begun == "" && word == "%begin":
			begun = rest
			block.Reset()
		case begun == "" && (word == "%output" || word == "%session-changed"):
			select {
			case m.changed <- struct{}{}:
			default:
			}
		case begun != "" && rest == begun && (word == "%end" || word == "%error"):
			begun = ""
			if strings.HasSuffix(rest, " 1\n") {
				m.answers <- tmuxAnswer{block.String(), word == "%error"}
			}
		case begun != "":
			block.WriteString(line)
		}
	}
}

// literally writes an argument so that tmux reads it as it is.
var literally = strings.NewReplacer("'", `'\''`, "\n", `'"\n"'`)

// Run runs a command of tmux, or several with ";" between them, and returns their output.
func (m *Terminal) Run(args ...string) (out string) {
	m.t.Helper()
	var line strings.Builder
	commands := 1
	for _, arg := range args {
		if arg == ";" {
			line.WriteString("; ")
			commands++
			continue
		}
		line.WriteString("'" + literally.Replace(arg) + "' ")
	}
	if _, err := io.WriteString(m.in, line.String()+"\n"); err != nil {
		m.t.Fatalf("tmux %q: %v", args, err)
	}
	for range commands {
		a, ok := <-m.answers
		if !ok {
			m.t.Fatalf("tmux ended before it answered %q\n%s", args, m.stderr.String())
		}
		if a.failed {
			m.t.Fatalf("tmux %q: %s", args, a.text)
		}
		out += a.text
	}
	return out
}

// Await waits until a program has written to the terminal, but not long: it may also have ended.
func (m *Terminal) Await() {
	late := time.NewTimer(100 * time.Millisecond)
	defer late.Stop()
	select {
	case <-m.changed:
	case <-late.C:
	}
}

// Close ends the programs on the terminal.
func (m *Terminal) Close() {
	io.WriteString(m.in, "kill-server\n")
	m.in.Close()
	for range m.answers {
	}
}

package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

// password is what tests log in with on servers that take any: no output may hold it.
const password = "Zw3tschge-41"

// patience is how long a run of the shell may take before a test gives it up as hung.
const patience = 2 * time.Minute

// quickExit is an option of the race detector, which else sleeps for a second at each exit.
const quickExit = "atexit_sleep_ms=0"

func environ(more ...string) []string {
	// Not the profiles and passwords of whoever runs the tests.
	own := []string{"XDG_CONFIG_HOME=/no-config", "HOME=/no-home", "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR="}
	return append(append(os.Environ(), own...), append(more, "GORACE="+os.Getenv("GORACE")+" "+quickExit)...)
}

// outcome is what a run of the shell left.
type outcome struct {
	stdout, stderr string
	status         int
}

// run runs the shell to its end. That it never shows a stack trace or a secret
// that it was given is asserted for every run.
func run(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return runWith(t, nil, strings.NewReader(stdin), args...)
}

func runWith(t *testing.T, env []string, stdin io.Reader, args ...string) outcome {
	t.Helper()
	return runAt(t, "", env, stdin, args...)
}

// runAt is runWith in a folder, "" for the test's own.
func runAt(t *testing.T, dir string, env []string, stdin io.Reader, args ...string) outcome {
	t.Helper()
	testserver.Slow(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "imapsh", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	cmd.Dir, cmd.Env = dir, environ(env...)
	cmd.WaitDelay = patience // of a pipe that is still being read on a busy machine
	err := cmd.Run()
	o := outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
	if exit := (*exec.ExitError)(nil); ctx.Err() != nil || err != nil && !errors.As(err, &exit) {
		t.Fatalf("imapsh %q: %v\n%s", args, errors.Join(ctx.Err(), err), o)
	}
	o.check(t)
	return o
}

func (o outcome) String() string {
	return fmt.Sprintf("status %d\n%s[stderr]\n%s", o.status, shortened(o.stdout), shortened(o.stderr))
}

func shortened(text string) string {
	const most = 8 << 10
	if len(text) > most {
		return text[:most/2] + "\n…\n" + text[len(text)-most/2:]
	}
	return text
}

// secrets are the passwords of all tests and what PLAIN makes of them.
var secrets = []string{password, `"secret"`, " secret", "AGFsaWNlAHNlY3JldA", "c2VjcmV0"}

// leak is the first secret in a text, "" for none. Our own messages speak of "the secret".
func leak(text string) string {
	text = strings.ReplaceAll(text, "the secret", "")
	for _, s := range secrets {
		if strings.Contains(text, s) {
			return s
		}
	}
	return ""
}

func (o outcome) check(t *testing.T) {
	t.Helper()
	for _, text := range []string{o.stdout, o.stderr} {
		if why := broken(text); why != "" {
			t.Errorf("%s in the output\n%s", why, o)
		}
		if s := leak(text); s != "" {
			t.Errorf("the secret %q is in the output\n%s", s, o)
		}
	}
}

// is asserts the exit status.
func (o outcome) is(t *testing.T, status int) outcome {
	t.Helper()
	if o.status != status {
		t.Errorf("exit status %d, want %d\n%s", o.status, status, o)
	}
	return o
}

// shows asserts that standard output has each of these.
func (o outcome) shows(t *testing.T, texts ...string) outcome {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.stdout, text) {
			t.Errorf("no %q in\n%s", text, o)
		}
	}
	return o
}

// tells asserts that each of these is on one of the streams: what ends the shell is told on
// standard error.
func (o outcome) tells(t *testing.T, texts ...string) outcome {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.stdout, text) && !strings.Contains(o.stderr, text) {
			t.Errorf("no %q in\n%s", text, o)
		}
	}
	return o
}

// hides asserts that standard output has none of these.
func (o outcome) hides(t *testing.T, texts ...string) outcome {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(o.stdout, text) {
			t.Errorf("%q is in\n%s", text, o)
		}
	}
	return o
}

// says asserts that standard error has each of these.
func (o outcome) says(t *testing.T, texts ...string) outcome {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.stderr, text) {
			t.Errorf("no %q on standard error in\n%s", text, o)
		}
	}
	return o
}

// A live is a shell that runs while the test talks to it.
type live struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   io.Closer   // standard output
	lines chan string // of standard output, closed at its end
	seen  strings.Builder
}

func start(t *testing.T, args ...string) *live {
	t.Helper()
	return startWith(t, nil, args...)
}

func startWith(t *testing.T, env []string, args ...string) *live {
	t.Helper()
	testserver.Slow(t)
	l := &live{t: t, cmd: exec.CommandContext(t.Context(), "imapsh", args...), lines: make(chan string, 1000)}
	l.cmd.Env = environ(env...)
	l.in, _ = l.cmd.StdinPipe()
	out, err := l.cmd.StdoutPipe()
	if err == nil {
		err = l.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	l.out = out
	t.Cleanup(func() { l.in.Close(); l.cmd.Process.Kill() })
	go func() {
		defer close(l.lines)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			l.lines <- sc.Text()
		}
	}()
	return l
}

// types gives the shell lines.
func (l *live) types(text string) {
	l.t.Helper()
	if _, err := io.WriteString(l.in, text); err != nil {
		l.t.Fatal(err)
	}
}

// until waits for a line of output that has text in it.
func (l *live) until(text string) {
	l.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case line, ok := <-l.lines:
			l.seen.WriteString(line + "\n")
			if !ok {
				l.t.Fatalf("the output ended without %q:\n%s", text, l.seen.String())
			}
			if strings.Contains(line, text) {
				return
			}
		case <-late.C:
			l.t.Fatalf("no %q came:\n%s", text, l.seen.String())
		}
	}
}

// closeOutput leaves the shell writing to nobody.
func (l *live) closeOutput() { l.out.Close() }

// ends closes the input and waits for the end.
func (l *live) ends() outcome {
	l.t.Helper()
	l.in.Close()
	for line := range l.lines {
		l.seen.WriteString(line + "\n")
	}
	err := l.cmd.Wait()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		l.t.Fatal(err)
	}
	o := outcome{stdout: l.seen.String(), status: l.cmd.ProcessState.ExitCode()}
	o.check(l.t)
	return o
}

// closedAddr is a loopback address where nothing listens.
func closedAddr(t testing.TB) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func writeFile(path, text string) error { return os.WriteFile(path, []byte(text), 0o600) }

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

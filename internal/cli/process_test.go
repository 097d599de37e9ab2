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
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

// password is what tests log in with on servers that accept any password. No output may contain it.
const password = "Zw3tschge-41"

// patience is how long a run of the shell may take before a test considers it hung.
const patience = 2 * time.Minute

// quickExit is an option of the race detector, which otherwise sleeps for a second at each exit.
const quickExit = "atexit_sleep_ms=0"

// environ returns the environment of a run, without the profiles and passwords of the person who runs the tests. There
// are more processes than cores: one that uses a single core starts with less work.
func environ(more ...string) []string {
	own := []string{"GOMAXPROCS=1", "XDG_CONFIG_HOME=/no-config", "HOME=/no-home", "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR="}
	return append(append(os.Environ(), own...), append(more, "GORACE="+os.Getenv("GORACE")+" "+quickExit)...)
}

// heard matches the environment variables that a run within the test's process reads. Any other may be one that
// a library reads from the environment of the process.
var heard = regexp.MustCompile(`^(IMAPSH_\w+|XDG_CONFIG_HOME|XDG_RUNTIME_DIR|HOME|DBUS_SESSION_BUS_ADDRESS|NETRC|PAGER|LESS|NO_COLOR|TERM|SSLKEYLOGFILE|pw)=`)

// surroundings returns what a run within the test's process gets in place of a process, except its streams and its end.
func surroundings(vars, args []string) *process {
	p := &process{args: args, environ: &environment{vars: vars, gone: func(string) error { return nil }}, dialLeast: patience, dialMost: patience}
	p.inherited = func(n int) (*os.File, error) { return nil, errors.New("it is not open") }
	p.home = func() (string, error) { return p.environ.get("HOME"), nil }
	p.profileFile = filepath.Join(p.environ.get("XDG_CONFIG_HOME"), "imapsh", "config.toml")
	p.historyFile = func() (string, error) { return "", errors.New("nobody is at a terminal here") }
	p.memory = func(int64) {}
	p.forTests()
	return p
}

// forTests gives a process what tests ask for by variables of its environment.
func (p *process) forTests() {
	p.keyring = systemKeyring{p.environ}
	if dir := p.environ.get(keyringDir); dir != "" {
		p.keyring = dirVault(dir)
	}
	if p.environ.get(allFar) != "" {
		p.local = func(net.Addr) bool { return false }
	}
}

// An outcome is what a run of the shell left.
type outcome struct {
	stdout, stderr string
	status         int
}

// run runs the shell to its end. It asserts that the output has no stack trace and no secret.
func run(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return runWith(t, nil, strings.NewReader(stdin), args...)
}

// runWith is run with additional environment variables.
func runWith(t *testing.T, env []string, stdin io.Reader, args ...string) outcome {
	t.Helper()
	testserver.Slow(t)
	r := launch(t, env, args...)
	go func() {
		if stdin != nil {
			io.Copy(r.stdin, stdin)
		}
		r.stdin.Close()
	}()
	var o outcome
	var both sync.WaitGroup
	both.Go(func() { o.stdout = allOf(r.stdout) })
	both.Go(func() { o.stderr = allOf(r.stderr) })
	r.wait()
	both.Wait()
	o.status = r.status
	o.check(t)
	return o
}

// buffers are for reading. With the race detector, a new one for each run takes longer than reading into it.
var buffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// allOf reads to the end. It copies each byte once, because copying takes long with the race detector.
func allOf(r io.Reader) string {
	var pieces []string
	piece := buffers.Get().(*[64 << 10]byte)
	defer buffers.Put(piece)
	for {
		n, err := r.Read(piece[:])
		pieces = append(pieces, string(piece[:n]))
		if err != nil {
			return strings.Join(pieces, "")
		}
	}
}

// A running is a run of the shell within the test's process: with pipes for streams, and its own surroundings.
type running struct {
	t              *testing.T
	args           []string
	stdin          *os.File // what it reads is written here
	stdout, stderr *os.File // what it writes is read here
	signals        chan os.Signal
	ended          chan struct{}
	status         int
	crash          string // what it panicked with
}

// launch begins a run, which ends before the test does.
func launch(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	for _, v := range env {
		if !heard.MatchString(v) {
			t.Fatalf("%q: add it to heard, or use runFrom if a library reads it", v)
		}
	}
	p := surroundings(environ(env...), args)
	p.exit = func(status int) { t.Errorf("imapsh %q would have ended at once, with %d", args, status) }
	r := &running{t: t, args: args, signals: make(chan os.Signal, 4), ended: make(chan struct{})}
	p.deadly = r.signals
	pipe := func() (from, to *os.File) {
		from, to, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		return from, to
	}
	p.stdin, r.stdin = pipe()
	r.stdout, p.stdout = pipe()
	r.stderr, p.stderr = pipe()
	go func() {
		defer close(r.ended)
		r.status, r.crash = p.runToItsEnd()
	}()
	t.Cleanup(func() {
		r.stdin.Close()
		select {
		case <-r.ended:
		default:
			r.signals <- syscall.SIGTERM
			r.wait()
		}
		close(r.signals)
		r.stdout.Close()
		r.stderr.Close()
	})
	return r
}

// wait waits for the end of a run.
func (r *running) wait() {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		r.t.Fatalf("imapsh %q does not end; all goroutines:\n%s", r.args, stacks[:runtime.Stack(stacks, true)])
	}
	if r.crash != "" {
		r.t.Fatalf("imapsh %q panicked: %s", r.args, r.crash)
	}
}

// builtShell returns the path of imapsh as users have it, for tests that run it as a process. The one in PATH is the test
// program itself, which reads the variables of tests and has the race detector.
func builtShell(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// runFrom runs the shell in a folder, to which file names are relative. Tests of scripts run in a process of their own,
// because each script starts a shell, which takes longer with the race detector.
func runFrom(t *testing.T, dir string, env []string, stdin io.Reader, args ...string) outcome {
	t.Helper()
	if args[0] == "test" {
		return runProcess(t, dir, env, stdin, args...)
	}
	testserver.Slow(t)
	given, err := io.ReadAll(stdin)
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	o, err := inFolders.run(folderRun{Dir: dir, Args: args, Environ: environ(env...), Stdin: given})
	if err != nil || o.Crash != "" {
		t.Fatalf("imapsh %q: %v\n%s", args, err, o.Crash)
	}
	out := outcome{string(o.Stdout), string(o.Stderr), o.Status}
	out.check(t)
	return out
}

// runProcess runs the shell in a folder as a process of its own, which is in the list of processes.
func runProcess(t *testing.T, dir string, env []string, stdin io.Reader, args ...string) outcome {
	t.Helper()
	testserver.Slow(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, builtShell(t), args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	cmd.Dir, cmd.Env = dir, environ(env...)
	cmd.WaitDelay = patience // on a busy machine the pipes are read for a while after the end
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

// secrets are the passwords of all tests, and parts of their base64 in PLAIN.
var secrets = []string{password, `"secret"`, " secret", "AGFsaWNlAHNlY3JldA", "c2VjcmV0"}

// leak returns the first secret in a text, "" if there is none. "the secret" in messages of the shell does not count.
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

// tells asserts that each of these is on standard output or standard error.
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
	t       *testing.T
	cmd     *exec.Cmd // nil if it runs within the test's process
	in      io.WriteCloser
	out     io.Closer   // standard output
	lines   chan string // of standard output, closed at its end
	seen    strings.Builder
	waits   func() int           // waits for the end and returns the exit status
	signals func(syscall.Signal) // sends it one
}

func start(t *testing.T, args ...string) *live {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith is start with additional environment variables.
func startWith(t *testing.T, env []string, args ...string) *live {
	t.Helper()
	testserver.Slow(t)
	r := launch(t, env, args...)
	go io.Copy(io.Discard, r.stderr)
	l := &live{t: t, in: r.stdin, out: r.stdout, waits: func() int { r.wait(); return r.status }}
	l.signals = func(sig syscall.Signal) { r.signals <- sig }
	l.reads(r.stdout)
	return l
}

// startProcess starts the shell as a process, for real signals.
func startProcess(t *testing.T, env []string, args ...string) *live {
	t.Helper()
	testserver.Slow(t)
	cmd := exec.CommandContext(t.Context(), builtShell(t), args...)
	cmd.Env = environ(env...)
	in, _ := cmd.StdinPipe()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill() })
	l := &live{t: t, cmd: cmd, in: in, out: out}
	l.waits = func() int {
		err := cmd.Wait()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode()
	}
	l.signals = func(sig syscall.Signal) {
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	l.reads(out)
	return l
}

// reads starts to read its output.
func (l *live) reads(out io.Reader) {
	l.lines = make(chan string, 1000)
	go func() {
		defer close(l.lines)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			l.lines <- sc.Text()
		}
	}()
}

// types writes text to the shell.
func (l *live) types(text string) {
	l.t.Helper()
	if _, err := io.WriteString(l.in, text); err != nil {
		l.t.Fatal(err)
	}
}

// until waits for a line of output that contains text.
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
			l.t.Fatalf("%q was not shown:\n%s", text, l.seen.String())
		}
	}
}

// closeOutput closes the end of the pipe from which the output is read.
func (l *live) closeOutput() { l.out.Close() }

// ends closes the input and waits for the end.
func (l *live) ends() outcome {
	l.t.Helper()
	l.in.Close()
	for line := range l.lines {
		l.seen.WriteString(line + "\n")
	}
	o := outcome{stdout: l.seen.String(), status: l.waits()}
	o.check(l.t)
	return o
}

// closedAddr returns a loopback address where nothing listens.
func closedAddr(t testing.TB) string {
	t.Helper()
	return fmt.Sprintf("127.0.0.1:%d", testserver.FreePort(t))
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

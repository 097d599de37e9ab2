package cli

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/zalando/go-keyring"

	"imapsh/internal/demo"
	"imapsh/internal/testserver"
)

// atOnce is how many tests run at the same time, unless -parallel says otherwise: most of them wait for a server.
const atOnce = "8"

func TestMain(m *testing.M) {
	flag.Set("test.parallel", atOnce) // before the command line is read
	testscript.Main(withBuilt{m}, map[string]func(){"imapsh": func() {
		p := systemProcess()
		p.forTests()
		os.Exit(p.run())
	}, folderProgram: serveFolder})
}

// withBuilt are all tests, with a directory for the program that some of them run.
type withBuilt struct{ *testing.M }

func (m withBuilt) Run() int {
	dir, err := os.MkdirTemp("", "imapsh-built-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	built = sync.OnceValues(func() (string, error) { return testserver.Build(dir) })
	keepOpenFiles()
	testserver.HeedSignals()
	status := m.M.Run()
	if err := inFolders.end(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return status
}

// keepOpenFiles keeps files that were open when the tests began from the programs that they start, if the system can do so.
var keepOpenFiles = func() {}

// built returns the path of that program, and builds it the first time.
var built func() (string, error)

// allFar is an environment variable that makes imapsh in tests trust no address without TLS, not even a loopback
// address.
const allFar = "IMAPSH_TEST_ALL_FAR"

// keyringDir is an environment variable with a directory, in which imapsh in tests keeps passwords in place of the
// system's keyring.
const keyringDir = "IMAPSH_TEST_KEYRING"

// A dirVault is a directory with a file for each account.
type dirVault string

func (d dirVault) there() error { return nil }

func (d dirVault) path(account string) string {
	return filepath.Join(string(d), url.PathEscape(account))
}

func (d dirVault) get(account string) (string, error) {
	b, err := os.ReadFile(d.path(account))
	if err != nil {
		return "", keyring.ErrNotFound
	}
	return string(b), nil
}

func (d dirVault) set(account, password string) error {
	return os.WriteFile(d.path(account), []byte(password), 0o600)
}

func (d dirVault) forget(account string) error {
	if os.Remove(d.path(account)) != nil {
		return keyring.ErrNotFound
	}
	return nil
}

// TestScripts runs the files of testdata/script, one for each topic. Besides testscript's own commands they may use:
//
//	status N imapsh …   run it; its exit status must be N
//	                    imapsh-with 3<FILE … runs it as a process with FILE open as 3
//	setenv NAME=VALUE   set a variable of its environment, as env does for processes
//	input FILE          give it FILE as standard input, as stdin does for the next process
//	sends FILE          run each "typed → sent" of FILE on the practice server (⏎ separates lines that are sent)
//	clean FILE          FILE (or stdout, stderr) has no control characters but line ends
//
// and $SERVER, a practice server that nobody has logged in to, and $ADDR, its address.
func TestScripts(t *testing.T) {
	testserver.Slow(t)
	seenByRuns(t, "testdata/script")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": exits,
			"setenv": setsVariable,
			"input":  givesInput,
			"sends":  sends,
			"clean":  clean,
		},
		Setup: func(e *testscript.Env) error {
			srv, err := demo.Start(demo.Options{})
			if err != nil {
				return err
			}
			e.Defer(func() { srv.Close() })
			e.Setenv("GORACE", os.Getenv("GORACE")+" "+quickExit)
			e.Setenv("GREETING", "hello")
			e.Setenv("ADDR", srv.Addr())
			e.Setenv("SERVER", "imap://"+srv.Addr())
			e.Setenv("USERSERVER", "imap://guest@"+srv.Addr())
			e.Setenv("CLOSED", "imap://"+closedAddr(e.T().(testing.TB)))
			e.Values[inScriptKey{}] = &inScript{folderRun{Dir: e.WorkDir, Environ: append(slices.Clone(e.Vars), "PWD="+e.WorkDir)}}
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// seenByRuns asserts that no script uses commands of testscript whose effect only a process can see.
func seenByRuns(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s: %v", dir, err)
	}
	for _, file := range files {
		commands, _, _ := strings.Cut(readFile(t, file), "\n-- ")
		if m := regexp.MustCompile(`(?m)^(?:\[.*\] *)*(env|stdin|cd) `).FindStringSubmatch(commands); m != nil {
			t.Errorf("%s: imapsh does not see what %s does: use setenv, input or a path", file, m[1])
		}
	}
}

// An inScript runs the shell for a script.
type inScript struct {
	next folderRun // without arguments
}

type inScriptKey struct{}

func setsVariable(ts *testscript.TestScript, _ bool, args []string) {
	name, value, ok := strings.Cut(args[0], "=")
	if !ok || len(args) > 1 {
		ts.Fatalf("usage: setenv NAME=VALUE")
	}
	ts.Setenv(name, value)
	next := &ts.Value(inScriptKey{}).(*inScript).next
	next.Environ = append(next.Environ, args[0])
}

func givesInput(ts *testscript.TestScript, _ bool, args []string) {
	ts.Value(inScriptKey{}).(*inScript).next.Stdin = []byte(ts.ReadFile(args[0]))
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	runFor(ts, want, args[1:]...)
}

// runFor runs a program and returns its output. The script fails if the exit status is not the wanted one; -1 is any.
func runFor(ts *testscript.TestScript, want int, args ...string) (stdout string) {
	var o outcome
	if args[0] == "imapsh-with" {
		args = append([]string{"sh", "-c", `file=$1; shift; exec imapsh "$@" 3<"$file"`, "sh", strings.TrimPrefix(args[1], "3<")}, args[2:]...)
	}
	if args[0] == "imapsh" {
		o = ts.Value(inScriptKey{}).(*inScript).runs(ts, args[1:])
	} else {
		err := ts.Exec(args[0], args[1:]...)
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			o.status = exit.ExitCode()
		} else {
			ts.Check(err)
		}
		o.stdout, o.stderr = ts.ReadFile("stdout"), ts.ReadFile("stderr")
	}
	for _, text := range []string{o.stdout, o.stderr} {
		if why := broken(text); why != "" {
			ts.Fatalf("%s in the output", why)
		}
	}
	if want >= 0 && o.status != want {
		ts.Fatalf("exit status %d, want %d", o.status, want)
	}
	return o.stdout
}

// runs runs the shell, and takes its standard input.
func (s *inScript) runs(ts *testscript.TestScript, args []string) outcome {
	r := s.next
	r.Args, s.next.Stdin = args, nil
	o, err := inFolders.run(r)
	if err != nil {
		ts.Fatalf("imapsh %q: %v", args, err)
	}
	ts.Stdout().Write(o.Stdout)
	ts.Stderr().Write(o.Stderr)
	if o.Crash != "" {
		ts.Fatalf("imapsh %q panicked: %s", args, o.Crash)
	}
	return outcome{string(o.Stdout), string(o.Stderr), o.Status}
}

// traces are signs of a panic, a data race or a wrong format, which no user may ever see.
var traces = []string{"panic: ", "goroutine 1 [", "runtime error", "DATA RACE", "%!"}

// broken returns the first of the traces in an output, quoted; "" if there is none.
func broken(output string) string {
	for _, text := range traces {
		if strings.Contains(output, text) {
			return fmt.Sprintf("%q", text)
		}
	}
	return ""
}

func sends(ts *testscript.TestScript, _ bool, args []string) {
	var typed strings.Builder
	var want []string
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		left, right, ok := strings.Cut(strings.TrimSpace(line), " → ")
		if !ok {
			continue
		}
		typed.WriteString(strings.TrimSpace(left) + "\n")
		want = append(want, strings.Split(strings.TrimSpace(right), " ⏎ ")...)
	}
	file := ts.MkAbs("typed.txt")
	ts.Check(writeFile(file, typed.String()))
	got := sentLines(runFor(ts, -1, "imapsh", "demo", "--force", "-f", file))
	if len(got) < 2 || got[0] != "LOGIN demo ••••••" || got[len(got)-1] != "LOGOUT" {
		ts.Fatalf("the session was not logged in and out: %q", got)
	}
	got = got[1 : len(got)-1]
	for i := range max(len(got), len(want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			ts.Fatalf("line %d of what was sent\ngot  %s\nwant %s", i+1, g, w)
		}
	}
}

var ourTag = regexp.MustCompile(`^a\d{3,} `)

// sentLines returns the lines that a pretty output shows as sent, without imapsh's own tags.
func sentLines(output string) []string {
	var sent []string
	for line := range strings.Lines(output) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "C: "); ok {
			sent = append(sent, ourTag.ReplaceAllString(rest, ""))
		} else if rest, ok := strings.CutPrefix(line, "C| "); ok {
			sent = append(sent, rest)
		}
	}
	return sent
}

func clean(ts *testscript.TestScript, _ bool, args []string) {
	if text := ts.ReadFile(args[0]); controls(text) {
		ts.Fatalf("%s has control characters: %q", args[0], text)
	}
}

// controls reports whether a text holds a control character other than LF.
func controls(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 })
}

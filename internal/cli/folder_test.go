package cli

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// A folder is a process in the working directory of a script, which runs the shell there again and again. The names of
// files are relative to that directory, and a new process for each run would take most of the tests' time.
type folder struct {
	cmd    *exec.Cmd
	to     *gob.Encoder
	from   *gob.Decoder
	close  func() error
	stderr bytes.Buffer // the output of the race detector, and panics
	told   string       // a directory for the script's environment and standard input
}

// A folderRun is the input of one run.
type folderRun struct {
	Args, Environ []string
	Stdin         []byte
}

// A folderOutcome is the result of one run.
type folderOutcome struct {
	Stdout, Stderr []byte
	Status         int
	Crash          string
}

// folderProgram is the name of the program that the process runs.
const folderProgram = "imapsh-in-folder"

type folderKey struct{}

// openFolder starts the process of a script.
func openFolder(e *testscript.Env) error {
	told, err := os.MkdirTemp("", "imapsh-script-*")
	if err != nil {
		return err
	}
	d := &folder{cmd: exec.Command(folderProgram), told: told}
	d.cmd.Dir, d.cmd.Env, d.cmd.Stderr = e.WorkDir, environ(), &d.stderr
	in, err := d.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	d.to, d.from, d.close = gob.NewEncoder(in), gob.NewDecoder(out), in.Close
	e.Values[folderKey{}] = d
	e.Defer(func() {
		d.close()
		err := d.cmd.Wait()
		os.RemoveAll(told)
		if err != nil || d.stderr.Len() > 0 {
			e.T().Log(fmt.Sprintf("%s ended: %v\n%s", folderProgram, err, d.stderr.String()))
			e.T().FailNow()
		}
	})
	return d.cmd.Start()
}

// run runs the shell for a script, with the script's environment and standard input, which only programs can read.
func (d *folder) run(ts *testscript.TestScript, args []string) outcome {
	vars, input := filepath.Join(d.told, "environ"), filepath.Join(d.told, "stdin")
	ts.Check(ts.Exec("sh", "-c", `env -0 >"$1"; cat >"$2"`, "sh", vars, input))
	r := folderRun{Args: args, Environ: strings.Split(strings.TrimSuffix(ts.ReadFile(vars), "\x00"), "\x00"), Stdin: []byte(ts.ReadFile(input))}
	var o folderOutcome
	err := d.to.Encode(r)
	if err == nil {
		err = d.from.Decode(&o)
	}
	if err != nil {
		d.close()
		d.cmd.Wait()
		ts.Fatalf("imapsh %q: %v\n%s", args, err, d.stderr.String())
	}
	ts.Stdout().Write(o.Stdout)
	ts.Stderr().Write(o.Stderr)
	if o.Crash != "" {
		ts.Fatalf("imapsh %q panicked: %s", args, o.Crash)
	}
	return outcome{string(o.Stdout), string(o.Stderr), o.Status}
}

// serveFolder is the main function of the process: it does one run after the other.
func serveFolder() {
	from, to := gob.NewDecoder(os.Stdin), gob.NewEncoder(os.Stdout)
	for {
		var r folderRun
		if err := from.Decode(&r); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			panic(err)
		}
		os.Clearenv() // libraries read the environment too
		for _, v := range r.Environ {
			name, value, _ := strings.Cut(v, "=")
			os.Setenv(name, value)
		}
		if err := to.Encode(r.run()); err != nil {
			panic(err)
		}
	}
}

func (r folderRun) run() (o folderOutcome) {
	p := surroundings(r.Environ, r.Args)
	p.exit = func(status int) { panic(fmt.Sprintf("imapsh %q ends the process with %d", r.Args, status)) }
	ends := map[**os.File]*os.File{}
	for _, stream := range []**os.File{&p.stdin, &p.stdout, &p.stderr} {
		from, to, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		if *stream, ends[stream] = to, from; stream == &p.stdin {
			*stream, ends[stream] = from, to
		}
	}
	p.inherited = func(n int) (*os.File, error) {
		if n != 0 {
			return inherited(n)
		}
		return p.stdin, nil
	}
	go func() {
		ends[&p.stdin].Write(r.Stdin)
		ends[&p.stdin].Close()
	}()
	var both sync.WaitGroup
	both.Go(func() { o.Stdout, _ = io.ReadAll(ends[&p.stdout]) })
	both.Go(func() { o.Stderr, _ = io.ReadAll(ends[&p.stderr]) })
	status, crash := p.runToItsEnd()
	both.Wait()
	ends[&p.stdout].Close()
	ends[&p.stderr].Close()
	o.Status, o.Crash = status, crash
	return o
}

// runToItsEnd runs the shell and closes its streams. It returns the text of a panic, "" if there was none.
func (p *process) runToItsEnd() (status int, crash string) {
	defer func() {
		if why := recover(); why != nil {
			crash = fmt.Sprintf("%v\n%s", why, debug.Stack())
		}
		for _, f := range []*os.File{p.stdin, p.stdout, p.stderr} {
			f.Close()
		}
	}()
	return p.run(), ""
}

// inFolder reports whether runs can use a folder.
const inFolder = runtime.GOOS != "windows"

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

// A folder is a process in the working directory of a script, which runs the shell there again and again: the names
// of files are relative to it, and a process for each run would take most of the time of all.
type folder struct {
	cmd    *exec.Cmd
	to     *gob.Encoder
	from   *gob.Decoder
	close  func() error
	stderr bytes.Buffer // what the race detector says, and panics
	told   string       // a directory for what the script tells
}

// A folderRun is what one of its runs is given.
type folderRun struct {
	Args, Environ []string
	Stdin         []byte
}

// A folderOutcome is what it left.
type folderOutcome struct {
	Stdout, Stderr []byte
	Status         int
	Crash          string
}

// folderProgram is its name as a program.
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

// run runs the shell for a script, with its environment and standard input, which it tells only to programs.
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

// serveFolder is the process: one run at a time.
func serveFolder() {
	from, to := gob.NewDecoder(os.Stdin), gob.NewEncoder(os.Stdout)
	for {
		var r folderRun
		if err := from.Decode(&r); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			panic(err)
		}
		os.Clearenv() // libraries read it themselves
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
	p.exit = func(status int) { panic(fmt.Sprintf("imapsh %q ends at once, with %d", r.Args, status)) }
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

// runToItsEnd runs the shell, closes its streams, and returns what it panicked with, "" for nothing.
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

// inFolder reports whether the process can be told what the script has.
const inFolder = runtime.GOOS != "windows"

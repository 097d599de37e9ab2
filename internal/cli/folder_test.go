package cli

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
)

// A folder is a process that runs the shell again and again, each time in another working directory. The names of
// files are relative to that directory, and a new process for each run would take most of the tests' time.
type folder struct {
	cmd    *exec.Cmd
	to     *gob.Encoder
	from   *gob.Decoder
	close  func() error
	stderr bytes.Buffer // the output of the race detector, and panics
}

// folders are the processes that no run is using.
type folders struct {
	mu   sync.Mutex
	idle []*folder
}

// inFolders are those of all tests.
var inFolders folders

// end ends all of them. It returns an error if one of them had reported a race, or panicked.
func (all *folders) end() (err error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, d := range all.idle {
		err = errors.Join(err, d.end())
	}
	return err
}

// A folderRun is the input of one run.
type folderRun struct {
	Dir           string
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

// openFolder starts a process.
func openFolder() (*folder, error) {
	d := &folder{cmd: exec.Command(folderProgram)}
	d.cmd.Env, d.cmd.Stderr = environ(), &d.stderr
	in, err := d.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	d.to, d.from, d.close = gob.NewEncoder(in), gob.NewDecoder(out), in.Close
	return d, d.cmd.Start()
}

// end ends the process. It returns an error if that failed, or wrote to standard error.
func (d *folder) end() error {
	d.close()
	if err := d.cmd.Wait(); err != nil || d.stderr.Len() > 0 {
		return fmt.Errorf("%s ended: %w\n%s", folderProgram, err, d.stderr.String())
	}
	return nil
}

// run runs the shell in a folder, in a process that is idle or a new one.
func (all *folders) run(r folderRun) (o folderOutcome, err error) {
	d := all.take()
	if d == nil {
		if d, err = openFolder(); err != nil {
			return o, err
		}
	}
	if err = d.to.Encode(r); err == nil {
		err = d.from.Decode(&o)
	}
	if err != nil {
		return o, errors.Join(err, d.end())
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	all.idle = append(all.idle, d)
	return o, nil
}

// take returns an idle process, nil if there is none.
func (all *folders) take() (d *folder) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if last := len(all.idle) - 1; last >= 0 {
		d, all.idle = all.idle[last], all.idle[:last]
	}
	return d
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
		if err := os.Chdir(r.Dir); err != nil {
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

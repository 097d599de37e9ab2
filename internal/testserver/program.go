package testserver

import (
	"bytes"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A program is a running Dovecot, Cyrus or Courier. To start one takes far longer than a test needs it, so tests share it:
// it listens on the ports of many places, each with mail of its own, and each test gets a place.
// It runs until the process of the tests ends, or until all its places have been used.
type program struct {
	kind
	dir       string
	caFile    string
	authority *authority
	owner     account
	places    []place
	kept      []net.PacketConn // keep the ports
	given     int              // places given to tests; the first is given to none
	inUse     int              // places of tests that have not ended
	cmd       *exec.Cmd
	lifeline  *lifeline
	exited    chan struct{}
	startedAs string // the file that standard error goes to
}

// kind holds what differs between server programs.
type kind struct {
	name      string               // as messages call it
	path      string               // of the program
	log       string               // the server's own log, in its directory
	tests     int                  // how many tests it serves
	prepare   func(*program) error // writes what does not depend on the ports
	configure func(*program) error // writes what depends on them
	command   func(*program) *exec.Cmd
	listens   func(*program) []int             // ports; if it listens on these, it listens on all
	seed      func(testing.TB, *Server)        // nil, or stores the mail of the first place when the program runs
	furnish   func(p *program, at place) error // nil, or writes what a place needs besides mail
}

// A place is two ports with mail of their own.
type place struct{ Clear, TLS int }

// ends returns the ports of the first and the last place, for a program that takes one port after the other.
func ends(p *program) []int {
	first, last := p.places[0], p.places[len(p.places)-1]
	return []int{first.Clear, first.TLS, last.Clear, last.TLS}
}

// account is the user whom the server runs as and who owns the mail.
type account struct {
	name, group string
	uid, gid    int
	drop        bool // the test runs as root, and must switch to this user
}

// pools holds the program that serves the next test, by the configuration.
var pools = struct {
	sync.Mutex
	of map[string]*pool
}{of: map[string]*pool{}}

type pool struct {
	sync.Mutex
	serving *program
}

// serve returns a place on the program of this configuration, which it starts if there is none.
func serve(t testing.TB, configuration string, k kind) *Server {
	t.Helper()
	Slow(t)
	pools.Lock()
	of := pools.of[configuration]
	if of == nil {
		of = &pool{}
		pools.of[configuration] = of
	}
	pools.Unlock()

	of.Lock()
	defer of.Unlock()
	if of.serving != nil && of.serving.hasEnded() {
		of.serving = nil
	}
	if of.serving == nil {
		of.serving = run(t, k)
	}
	p := of.serving
	p.given++
	s := &Server{CAFile: p.caFile, program: p, place: p.places[p.given]}
	if p.given == k.tests {
		of.serving = nil
	}
	p.inUse++
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s's log:\n%s", p.name, tail(p.file(p.log), 30))
		}
		of.Lock()
		defer of.Unlock()
		if p.inUse--; p.inUse == 0 && p.given == k.tests {
			p.end()
		}
	})
	if err := p.add(s.place); err != nil {
		t.Fatalf("copying the mail of %s: %v", p.name, err)
	}
	return s
}

// run starts a program.
func run(t testing.TB, k kind) *program {
	t.Helper()
	p := &program{kind: k}
	ready := false
	defer func() {
		if !ready {
			t.Logf("%s's log:\n%s", k.name, tail(p.file(k.log), 30))
			p.end()
		}
	}()
	var err error
	if p.owner, err = pickOwner(); err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir: the server, which does not run as root, must be able to enter it, and the path of
	// a socket must be short. In memory: each test has a copy of the mail, and Cyrus waits for the disk after each change.
	if p.dir, err = os.MkdirTemp(inMemory(), "imapsh-"+strings.ToLower(k.name)+"-"); err != nil {
		t.Fatal(err)
	}
	if err := k.prepare(p); err != nil {
		t.Fatalf("preparing %s: %v", k.name, err)
	}
	// Another program, not one of these tests, may take a port after it was found to be free and before the server listens there.
	for try := 1; ; try++ {
		if err = p.start(); err == nil {
			break
		}
		if try == 3 {
			t.Fatalf("starting %s: %v\n%s", k.name, err, tail(p.startedAs, 10))
		}
	}
	if k.seed != nil {
		k.seed(t, &Server{program: p, place: p.places[0]})
	}
	ready = true
	return p
}

// file returns the path of a file in the program's directory.
func (p *program) file(name string) string { return filepath.Join(p.dir, name) }

// mail returns the directory with the mail of a place.
func (p *program) mail(at place) string { return p.file("mail/" + strconv.Itoa(at.Clear)) }

// pattern returns the directory with the mail of the first place, which no test changes.
func (p *program) pattern() string { return p.file("mail/pattern") }

// add copies the mail of the first place for another one.
func (p *program) add(at place) error {
	if err := p.copy(p.pattern(), p.mail(at)); err != nil {
		return err
	}
	if err := os.Symlink(strconv.Itoa(at.Clear), p.file("mail/"+strconv.Itoa(at.TLS))); err != nil {
		return err
	}
	if p.furnish == nil {
		return nil
	}
	return p.furnish(p, at)
}

// copy copies a directory with everything in it, times included.
func (p *program) copy(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		dest := to + strings.TrimPrefix(path, from)
		switch {
		case d.IsDir():
			err = os.Mkdir(dest, info.Mode().Perm())
		case d.Type().IsRegular():
			var b []byte
			if b, err = os.ReadFile(path); err == nil {
				err = os.WriteFile(dest, b, info.Mode().Perm())
			}
			if err == nil {
				err = os.Chtimes(dest, info.ModTime(), info.ModTime())
			}
		default: // a socket
			return nil
		}
		if err == nil && p.owner.drop {
			err = os.Lchown(dest, p.owner.uid, p.owner.gid)
		}
		return err
	})
}

// pickOwner returns the user who runs the test or, if that is root, an ordinary user: Dovecot refuses to
// give root access to mail.
func pickOwner() (account, error) {
	u, err := user.Current()
	if err != nil {
		return account{}, err
	}
	drop := u.Uid == "0"
	for _, name := range []string{"mail", "nobody"} {
		if !drop || u.Uid != "0" {
			break
		}
		if other, err := user.Lookup(name); err == nil {
			u = other
		}
	}
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		return account{}, err
	}
	a := account{name: u.Username, group: g.Name, drop: drop}
	a.uid, _ = strconv.Atoi(u.Uid)
	a.gid, _ = strconv.Atoi(u.Gid)
	return a, nil
}

// start takes free ports, runs the server in the foreground and waits until it listens.
func (p *program) start() error {
	p.release()
	for range p.tests + 1 {
		var at place
		for _, port := range []*int{&at.Clear, &at.TLS} {
			free, kept, err := keepPort()
			if err != nil {
				return err
			}
			*port = free
			p.kept = append(p.kept, kept)
		}
		p.places = append(p.places, at)
	}
	first := p.places[0]
	for _, port := range []int{first.Clear, first.TLS} {
		if err := os.Symlink("pattern", p.file("mail/"+strconv.Itoa(port))); err != nil {
			return err
		}
	}
	if err := p.configure(p); err != nil {
		return err
	}
	// A file, not a pipe: Dovecot's log process keeps standard error open, and Wait would wait for it.
	p.startedAs = p.file("stderr.log")
	stderr, err := os.Create(p.startedAs)
	if err != nil {
		return err
	}
	defer stderr.Close()
	p.cmd = p.command(p)
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Dir = stderr, stderr, p.dir
	if err := p.cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	p.exited = exited
	go func() {
		p.cmd.Wait()
		close(exited)
	}()
	if p.lifeline, err = tie(p.cmd, p.dir); err != nil {
		p.stop()
		return err
	}
	for _, port := range p.listens(p) {
		if err := waitFor(address(port), exited); err != nil {
			p.stop()
			return err
		}
	}
	return nil
}

// waitFor waits until something listens at addr. It fails after patience, or when exited is closed.
func waitFor(addr string, exited <-chan struct{}) error {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return nil
		}
		select {
		case <-exited:
			return fmt.Errorf("it ended before it listened on %s", addr)
		case <-deadline.C:
			return fmt.Errorf("it does not listen on %s after %v", addr, patience)
		case <-again.C:
		}
	}
}

// hasEnded reports whether the program has ended by itself.
func (p *program) hasEnded() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// stop kills the server and everything that it has started: asked to end, it would wait
// some seconds for clients that have already left.
func (p *program) stop() {
	if p.exited == nil {
		return
	}
	if p.lifeline != nil {
		p.lifeline.cut()
	}
	killGroup(p.cmd)
	<-p.exited
	p.exited = nil
}

// release gives the ports back.
func (p *program) release() {
	for _, kept := range p.kept {
		kept.Close()
	}
	p.kept, p.places = nil, nil
}

// end stops the program, and removes its directory.
func (p *program) end() {
	p.stop()
	p.release()
	if p.dir != "" {
		os.RemoveAll(p.dir)
	}
}

// A lifeline ends a program and removes its directory when the process of the tests ends, in whatever way.
type lifeline struct {
	cmd   *exec.Cmd
	write *os.File // its end closes it
}

// tie starts the lifeline of a command that is the first of its process group.
func tie(cmd *exec.Cmd, dir string) (*lifeline, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	// The directory may still be written to when it is first removed.
	l := &lifeline{exec.Command("sh", "-c", `read _; kill -s KILL -- "-$0"; rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }`, strconv.Itoa(cmd.Process.Pid), dir), write}
	l.cmd.Stdin = read
	prepareGroup(l.cmd, account{}) // Ctrl-C at a terminal must not end it
	if err := l.cmd.Start(); err != nil {
		write.Close()
		return nil, err
	}
	return l, nil
}

// cut ends the lifeline, and does not touch its program.
func (l *lifeline) cut() {
	l.cmd.Process.Kill()
	l.cmd.Wait()
	l.write.Close()
}

// tail returns the last n lines of a file.
func tail(path string, n int) string {
	b, _ := os.ReadFile(path)
	lines := bytes.SplitAfter(b, []byte("\n"))
	return strings.TrimSpace(string(bytes.Join(lines[max(0, len(lines)-n):], nil))) + "\n"
}

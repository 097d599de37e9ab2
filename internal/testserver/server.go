// Package testserver starts what tests of imapsh talk to: a real Dovecot, Cyrus
// or Courier of their own, a canned server that plays a script, a relay that records. It is
// imported by tests alone, and never touches a server that it did not start.
package testserver

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Users that can log in, all with Password. Alice has 22 messages in INBOX and
// an empty mailbox "test"; Tiny, of Dovecot alone, may store 5 messages and 20 KB
// in all; Admin is the administrator of Cyrus.
const (
	Alice    = "alice"
	Bob      = "bob"
	Tiny     = "tiny"
	Admin    = "cyrus"
	Carol    = "carol"
	Password = "secret"

	// CarolPassword is Carol's, who is Dovecot's: it occurs in no other text.
	CarolPassword = "Kw1rl&Qu4rk-92"
)

// patience is how long a server may take to start or to stop.
const patience = time.Minute

// A Server is a running server: Dovecot, Cyrus or Courier. It stops when the test ends.
type Server struct {
	// CAFile is the PEM file of the authority that signed the server's
	// certificate, or would have, where UnknownIssuer was asked for.
	CAFile string

	authority *authority
	dir       string
	program   string
	libexec   string // the directory of the programs that Dovecot starts
	owner     account
	clear     int
	tls       int
	cmd       *exec.Cmd
	exited    chan struct{}
	startedAs string // the log of standard error
	log       string // the server's own log
}

// account is whom the server runs as, and whose the mail is.
type account struct {
	name, group string
	uid, gid    int
	drop        bool // we are root, and must become it
}

// An Option changes how a server is started.
type Option func(*config)

// WithCertificate gives the server a certificate that is not the good one.
func WithCertificate(c Certificate) Option { return func(o *config) { o.certificate = c } }

// WithSetting adds a line to dovecot.conf ("auth_mechanisms = cram-md5"). The last one of a key wins, and
// {{.Dir}} in it is the server's directory.
func WithSetting(line string) Option {
	return func(o *config) { o.settings = append(o.settings, line) }
}

// Dovecot starts a Dovecot on free loopback ports. Without one installed the
// test is skipped; with CI set in the environment it fails.
func Dovecot(t testing.TB, opts ...Option) *Server {
	t.Helper()
	program, err := find("dovecot")
	if err != nil {
		Missing(t, "Dovecot", "make servers installs it on Debian as root")
	}
	conf := config{}
	for _, o := range opts {
		o(&conf)
	}
	s := &Server{program: program}
	s.bring(t, kind{
		name:    "Dovecot",
		log:     "dovecot.log",
		prepare: func() error { return s.prepare(&conf) },
		configure: func() error {
			if err := s.configure(&conf); err != nil {
				return err
			}
			s.libexec, err = s.setting("libexec_dir")
			return err
		},
		command: func() *exec.Cmd {
			cmd := exec.Command(program, "-F", "-c", filepath.Join(s.dir, "dovecot.conf"))
			prepareGroup(cmd, s.owner)
			return cmd
		},
	})
	return s
}

// kind is what differs from one server program to another.
type kind struct {
	name      string // as messages call it
	log       string // a file in the server's directory
	prepare   func() error
	configure func() error // for the ports of this attempt
	command   func() *exec.Cmd
}

// bring makes the server's directory, starts it, and ends both with the test.
func (s *Server) bring(t testing.TB, k kind) {
	t.Helper()
	Slow(t)
	var err error
	if s.owner, err = pickOwner(); err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir: the server, which is not root, must be able to enter it; and
	// a socket's path must be short.
	if s.dir, err = os.MkdirTemp("", "imapsh-"+strings.ToLower(k.name)+"-"); err != nil {
		t.Fatal(err)
	}
	s.log = filepath.Join(s.dir, k.log)
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("%s's log:\n%s", k.name, tail(s.log, 30))
		}
		os.RemoveAll(s.dir)
	})
	if err := k.prepare(); err != nil {
		t.Fatalf("preparing %s: %v", k.name, err)
	}
	// Between our finding a port free and the server's taking it somebody else may have it.
	for try := 1; ; try++ {
		if err = s.start(k); err == nil {
			return
		}
		if try == 3 {
			t.Fatalf("starting %s: %v\n%s%s", k.name, err, tail(s.startedAs, 10), tail(s.log, 10))
		}
	}
}

// Missing leaves a test out for want of a program.
func Missing(t testing.TB, name, hint string) {
	t.Helper()
	leaveOut(t, fmt.Sprintf("%s is not installed (%s)", name, hint))
}

// Tmux leaves a test of the screen out without tmux, and with -short.
func Tmux(t testing.TB) {
	t.Helper()
	Slow(t)
	if _, err := exec.LookPath("tmux"); err != nil {
		Missing(t, "tmux", "make servers installs it on Debian as root")
	}
}

// Slow leaves a test out with -short, which is for while one works: make quick.
func Slow(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out by -short")
	}
}

// leaveOut is the one place where a test is skipped for want of what it needs.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s, and CI leaves nothing out", why)
	}
	t.Skip(why)
}

// Clear is the address of the port without TLS, where STARTTLS is offered.
func (s *Server) Clear() string { return address(s.clear) }

// TLS is the address of the port with TLS from the start.
func (s *Server) TLS() string { return address(s.tls) }

// Unix is the path of a socket that speaks as Clear does. Dovecot alone has one, and a Tunnel.
func (s *Server) Unix() string { return filepath.Join(s.dir, "imap.sock") }

// Tunnel is a shell command that speaks IMAP on its standard input and output,
// logged in as a user (PREAUTH), on the same mail.
func (s *Server) Tunnel(user string) string {
	command := fmt.Sprintf("env USER=%s HOME=%s %s/imap -c %s",
		user, s.home(user), s.libexec, filepath.Join(s.dir, "tunnel.conf"))
	if s.owner.drop {
		command = fmt.Sprintf("setpriv --reuid=%d --regid=%d --clear-groups %s", s.owner.uid, s.owner.gid, command)
	}
	return command
}

func (s *Server) home(user string) string { return filepath.Join(s.dir, "mail", user) }

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// find looks where administrators' programs are too.
func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"} {
		if path := filepath.Join(dir, program); exec.Command(path, "--version").Run() == nil {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}

// pickOwner is ourselves, or, for root, an ordinary user: Dovecot gives root no mail.
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

// start takes two free ports, runs the server in the foreground and waits until it listens.
func (s *Server) start(k kind) error {
	var err error
	if s.clear, s.tls, err = freePorts(); err != nil {
		return err
	}
	if err := k.configure(); err != nil {
		return err
	}
	// A file, never a pipe: Dovecot's log process keeps standard error open.
	s.startedAs = filepath.Join(s.dir, "stderr.log")
	stderr, err := os.Create(s.startedAs)
	if err != nil {
		return err
	}
	defer stderr.Close()
	s.cmd = k.command()
	s.cmd.Stdout, s.cmd.Stderr, s.cmd.Dir = stderr, stderr, s.dir
	if err := s.cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	s.exited = exited
	go func() {
		s.cmd.Wait()
		close(exited)
	}()
	for _, addr := range []string{s.Clear(), s.TLS()} {
		if err := waitFor(addr, exited); err != nil {
			s.stop()
			return err
		}
	}
	return nil
}

// setting is the value of a setting as Dovecot sees it, its own default included.
func (s *Server) setting(key string) (string, error) {
	all, err := exec.Command(s.program, "-c", filepath.Join(s.dir, "dovecot.conf"), "-a").Output()
	if err != nil {
		return "", fmt.Errorf("asking Dovecot for its settings: %w", err)
	}
	for line := range strings.Lines(string(all)) {
		if value, ok := strings.CutPrefix(line, key+" = "); ok {
			return strings.TrimSpace(value), nil
		}
	}
	return "", fmt.Errorf("asking Dovecot for its settings: there is no %s", key)
}

func freePorts() (a, b int, err error) {
	one, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer one.Close()
	two, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer two.Close()
	return one.Addr().(*net.TCPAddr).Port, two.Addr().(*net.TCPAddr).Port, nil
}

// waitFor waits until something listens.
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

// stop ends the server and all it has started, at once: asked politely, it
// waits for seconds for clients that have left.
func (s *Server) stop() {
	if s.exited == nil {
		return
	}
	killGroup(s.cmd)
	<-s.exited
	s.exited = nil
}

// tail is the last lines of a file.
func tail(path string, n int) string {
	b, _ := os.ReadFile(path)
	lines := bytes.SplitAfter(b, []byte("\n"))
	return strings.TrimSpace(string(bytes.Join(lines[max(0, len(lines)-n):], nil))) + "\n"
}

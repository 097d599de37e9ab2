// Package testserver starts what tests of imapsh talk to: a real Dovecot, Cyrus or
// Courier of their own, a canned server that follows a script, a relay that records, proxies,
// a DNS server. It is imported only by tests, and never touches a server that it did not start.
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

// Users who can log in, all but Carol with Password. Alice has 22 messages in INBOX and
// an empty mailbox "test". Tiny and Carol exist only on Dovecot, and Tiny may store no more than
// 5 messages and 20 KB. Admin is the administrator of Cyrus.
const (
	Alice    = "alice"
	Bob      = "bob"
	Tiny     = "tiny"
	Admin    = "cyrus"
	Carol    = "carol"
	Password = "secret"

	// CarolPassword occurs in no other text, so that tests can search output for it.
	CarolPassword = "Kw1rl&Qu4rk-92"
)

// patience is how long a server may take to start or to stop.
const patience = time.Minute

// A Server is a running server: Dovecot, Cyrus or Courier. It stops when the test ends.
type Server struct {
	// CAFile is the path of the PEM file with the certificate of the server's authority,
	// which has signed the server's certificate unless that is UnknownIssuer.
	CAFile string

	authority *authority
	dir       string
	program   string
	owner     account
	clear     int
	tls       int
	cmd       *exec.Cmd
	exited    chan struct{}
	startedAs string // the file that standard error goes to
	log       string // the server's own log
}

// account is the user whom the server runs as and who owns the mail.
type account struct {
	name, group string
	uid, gid    int
	drop        bool // the test runs as root, and must switch to this user
}

// An Option changes how a server is started.
type Option func(*config)

// WithCertificate gives the server another certificate than Good.
func WithCertificate(c Certificate) Option { return func(o *config) { o.certificate = c } }

// WithSetting adds a line to dovecot.conf ("auth_mechanisms = cram-md5"). The last line for a setting wins,
// also over the defaults of this package; {{.Dir}} is replaced by the server's directory.
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
		name:      "Dovecot",
		log:       "dovecot.log",
		prepare:   func() error { return s.prepare(&conf) },
		configure: func() error { return s.configure(&conf) },
		command: func() *exec.Cmd {
			cmd := exec.Command(program, "-F", "-c", filepath.Join(s.dir, "dovecot.conf"))
			prepareGroup(cmd, s.owner)
			return cmd
		},
	})
	return s
}

// kind holds what differs between server programs.
type kind struct {
	name      string // as messages call it
	log       string // a file in the server's directory
	prepare   func() error
	configure func() error // for the ports of this attempt
	command   func() *exec.Cmd
}

// bring makes the server's directory and starts the server; the end of the test ends both.
func (s *Server) bring(t testing.TB, k kind) {
	t.Helper()
	Slow(t)
	var err error
	if s.owner, err = pickOwner(); err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir: the server, which does not run as root, must be able to enter it, and the path of
	// a socket must be short.
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
	// Another program, not one of these tests, may take a port after it was found to be free and before the server listens there.
	for try := 1; ; try++ {
		if err = s.start(t, k); err == nil {
			return
		}
		if try == 3 {
			t.Fatalf("starting %s: %v\n%s%s", k.name, err, tail(s.startedAs, 10), tail(s.log, 10))
		}
	}
}

// Missing skips a test because a program is missing; with CI set in the environment it fails the test.
// The hint says how to install the program.
func Missing(t testing.TB, name, hint string) {
	t.Helper()
	leaveOut(t, fmt.Sprintf("%s is not installed (%s)", name, hint))
}

// Tmux skips a test of the screen if -short is set, or if tmux is missing.
func Tmux(t testing.TB) {
	t.Helper()
	Slow(t)
	if _, err := exec.LookPath("tmux"); err != nil {
		Missing(t, "tmux", "make servers installs it on Debian as root")
	}
}

// Slow skips a test if -short is set, as in make quick.
func Slow(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped because of -short")
	}
}

// leaveOut skips a test that lacks something it needs; with CI set in the environment it fails the test.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s, and CI is set, with which no test may be skipped", why)
	}
	t.Skip(why)
}

// Clear returns the address of the port without TLS, where STARTTLS is offered.
func (s *Server) Clear() string { return address(s.clear) }

// TLS returns the address of the port with TLS from the start.
func (s *Server) TLS() string { return address(s.tls) }

// Unix returns the path of a socket where Dovecot answers as at Clear. Only Dovecot has one.
func (s *Server) Unix() string { return filepath.Join(s.dir, "imap.sock") }

// Tunnel returns a shell command that speaks IMAP on its standard input and output,
// logged in as a user (PREAUTH), with the same mail. Only Dovecot has one.
func (s *Server) Tunnel(t testing.TB, user string) string {
	t.Helper()
	libexec, err := s.setting("libexec_dir") // of the programs that Dovecot starts
	if err != nil {
		t.Fatal(err)
	}
	command := fmt.Sprintf("env USER=%s HOME=%s %s/imap -c %s",
		user, s.home(user), libexec, filepath.Join(s.dir, "tunnel.conf"))
	if s.owner.drop {
		command = fmt.Sprintf("setpriv --reuid=%d --regid=%d --clear-groups %s", s.owner.uid, s.owner.gid, command)
	}
	return command
}

func (s *Server) home(user string) string { return filepath.Join(s.dir, "mail", user) }

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// find returns the path of a program. It searches the directories of system programs as well, which may be
// missing in PATH.
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

// start takes two free ports, runs the server in the foreground and waits until it listens.
func (s *Server) start(t testing.TB, k kind) error {
	s.clear, s.tls = FreePort(t), FreePort(t)
	if err := k.configure(); err != nil {
		return err
	}
	// A file, not a pipe: Dovecot's log process keeps standard error open, and Wait would wait for it.
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

// setting returns the value of a setting that Dovecot uses, which may be its default.
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

// stop kills the server and everything that it has started: asked to end, it would wait
// some seconds for clients that have already left.
func (s *Server) stop() {
	if s.exited == nil {
		return
	}
	killGroup(s.cmd)
	<-s.exited
	s.exited = nil
}

// tail returns the last n lines of a file.
func tail(path string, n int) string {
	b, _ := os.ReadFile(path)
	lines := bytes.SplitAfter(b, []byte("\n"))
	return strings.TrimSpace(string(bytes.Join(lines[max(0, len(lines)-n):], nil))) + "\n"
}

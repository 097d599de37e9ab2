// Package testserver starts what tests of imapsh talk to: a real Dovecot, Cyrus or
// Courier with mail of their own, a canned server that follows a script, a relay that records, proxies,
// a DNS server. It is imported only by tests, and never touches a server that it did not start.
package testserver

import (
	"fmt"
	"net"
	"os"
	"os/exec"
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

// patience is how long a server may take to start.
const patience = time.Minute

// A Server is what a test has of a running Dovecot, Cyrus or Courier: two ports, and mail that no other test uses. Other
// tests may use other ports of the same program.
type Server struct {
	// CAFile is the path of the PEM file with the certificate of the server's authority,
	// which has signed the server's certificate unless that is UnknownIssuer.
	CAFile string

	program *program
	place   place
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

// Own gives the test a Dovecot that no other test uses, for tests that disturb it.
func Own() Option { return func(o *config) { o.own = true } }

// Dovecot returns a Dovecot on loopback ports, with the users of this package. Without one installed the
// test is skipped; with CI set in the environment it fails.
func Dovecot(t testing.TB, opts ...Option) *Server {
	t.Helper()
	path, err := find("dovecot")
	if err != nil {
		Missing(t, "Dovecot", "make servers installs it on Debian as root")
	}
	conf := config{}
	for _, o := range opts {
		o(&conf)
	}
	return serve(t, fmt.Sprintf("Dovecot %+v", conf), kind{
		name:      "Dovecot",
		path:      path,
		log:       "dovecot.log",
		tests:     conf.tests(),
		prepare:   func(p *program) error { return p.prepareDovecot(&conf) },
		configure: func(p *program) error { return p.configureDovecot(&conf) },
		command: func(p *program) *exec.Cmd {
			cmd := exec.Command(path, "-F", "-c", p.file("dovecot.conf"))
			prepareGroup(cmd, p.owner)
			return cmd
		},
		listens: ends,
	})
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
func (s *Server) Clear() string { return address(s.place.Clear) }

// TLS returns the address of the port with TLS from the start.
func (s *Server) TLS() string { return address(s.place.TLS) }

// Unix returns the path of a socket where Dovecot answers as at Clear, with the same mail, but shared with other
// tests. Only Dovecot has one.
func (s *Server) Unix() string { return s.program.file("imap.sock") }

// Tunnel returns a shell command that speaks IMAP on its standard input and output,
// logged in as a user (PREAUTH), with the same mail. Only Dovecot has one.
func (s *Server) Tunnel(t testing.TB, user string) string {
	t.Helper()
	p := s.program
	libexec, err := p.setting("libexec_dir") // of the programs that Dovecot starts
	if err != nil {
		t.Fatal(err)
	}
	command := fmt.Sprintf("env USER=%s HOME=%s %s/imap -c %s", user, filepath.Join(p.mail(s.place), user), libexec, p.file("tunnel.conf"))
	if p.owner.drop {
		command = fmt.Sprintf("setpriv --reuid=%d --regid=%d --clear-groups %s", p.owner.uid, p.owner.gid, command)
	}
	return command
}

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

// setting returns the value of a setting that Dovecot uses, which may be its default.
func (p *program) setting(key string) (string, error) {
	all, err := exec.Command(p.path, "-c", p.file("dovecot.conf"), "-a").Output()
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

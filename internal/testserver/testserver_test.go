package testserver

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// ask sends commands one by one, waits for the tagged answer to each, and returns everything that came.
func ask(t *testing.T, rw io.ReadWriter, commands ...string) string {
	t.Helper()
	in := bufio.NewReader(rw)
	var all strings.Builder
	read := func(prefix string) {
		for {
			line, err := in.ReadString('\n')
			all.WriteString(line)
			if strings.HasPrefix(line, prefix) {
				return
			}
			if err != nil {
				t.Fatalf("reading: %v after\n%s", err, all.String())
			}
		}
	}
	read("* ")
	for _, command := range commands {
		if _, err := io.WriteString(rw, "t "+command+"\r\n"); err != nil {
			t.Fatal(err)
		}
		read("t ")
	}
	return all.String()
}

func dial(t *testing.T, network, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn
}

func has(t *testing.T, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestDovecotAnswersOnPortsSocketAndTunnel(t *testing.T) {
	s := Dovecot(t)
	script := []string{"LOGIN alice secret", "SELECT INBOX", "STATUS test (MESSAGES)", "LOGOUT"}
	wants := []string{"* 22 EXISTS", "* STATUS test (MESSAGES 0)", "t OK Logout completed"}

	t.Run("clear", func(t *testing.T) {
		has(t, ask(t, dial(t, "tcp", s.Clear()), script...), append(wants, "LITERAL+", "STARTTLS", "COMPRESS=DEFLATE", "QUOTA")...)
	})
	t.Run("the unix socket", func(t *testing.T) {
		has(t, ask(t, dial(t, "unix", s.Unix()), script...), wants...)
	})
	t.Run("TLS", func(t *testing.T) {
		pem, err := os.ReadFile(s.CAFile)
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		for _, name := range []string{"localhost", "127.0.0.1"} {
			conn := tls.Client(dial(t, "tcp", s.TLS()), &tls.Config{RootCAs: pool, ServerName: name})
			has(t, ask(t, conn, script...), wants...)
		}
	})
	t.Run("STARTTLS", func(t *testing.T) {
		c, err := imapclient.DialStartTLS(s.Clear(), &imapclient.Options{TLSConfig: &tls.Config{InsecureSkipVerify: true}})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Login(Bob, Password).Wait(); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("the tunnel", func(t *testing.T) {
		cmd := exec.Command("sh", "-c", s.Tunnel(t, Alice))
		stdin, _ := cmd.StdinPipe()
		stdout, _ := cmd.StdoutPipe()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		got := ask(t, struct {
			io.Reader
			io.Writer
		}{stdout, stdin}, script[1:]...)
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
		has(t, got, append(wants, "* PREAUTH ")...)
	})
}

func TestCyrusAndCourierAnswerWithAndWithoutTLS(t *testing.T) {
	for name, row := range map[string]struct {
		start func(testing.TB) *Server
		test  string
	}{"Cyrus": {Cyrus, "test"}, "Courier": {Courier, "INBOX.test"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := row.start(t)
			script := []string{"LOGIN alice secret", "SELECT INBOX", "STATUS " + row.test + " (MESSAGES)", "LOGOUT"}
			wants := []string{"* 22 EXISTS", "(MESSAGES 0)", "t OK"}
			has(t, ask(t, dial(t, "tcp", s.Clear()), script...), append(wants, "STARTTLS")...)
			pem, err := os.ReadFile(s.CAFile)
			if err != nil {
				t.Fatal(err)
			}
			pool := x509.NewCertPool()
			pool.AppendCertsFromPEM(pem)
			has(t, ask(t, tls.Client(dial(t, "tcp", s.TLS()), &tls.Config{RootCAs: pool, ServerName: "localhost"}), script...), wants...)
		})
	}
}

func TestMessagesAreAppendedUpToTheQuota(t *testing.T) {
	s := Dovecot(t)
	s.Append(t, Bob, "Letters", 3)
	conn := dial(t, "tcp", s.Clear())
	has(t, ask(t, conn, "LOGIN bob secret", "STATUS Letters (MESSAGES)", "LOGOUT"), "(MESSAGES 3)")
	conn = dial(t, "tcp", s.Clear())
	has(t, ask(t, conn, "LOGIN tiny secret", "APPEND INBOX {30000}"), "t NO [OVERQUOTA]")

	c := s.Client(t, Alice)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	messages, err := c.Fetch(imap.SeqSetNum(1, 4, 5, 22), &imap.FetchOptions{Flags: true, Envelope: true,
		BodySection: []*imap.FetchItemBodySection{{Peek: true}}}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		seq   int
		flags string
	}{{1, `[\Seen]`}, {4, `[]`}, {5, `[\Flagged \Seen]`}, {22, `[\Seen]`}} {
		var flags []string
		for _, f := range messages[i].Flags {
			if f != `\Recent` {
				flags = append(flags, string(f))
			}
		}
		if got := "[" + strings.Join(flags, " ") + "]"; got != want.flags {
			t.Errorf("the flags of message %d are %s", want.seq, got)
		}
		if got := messages[i].BodySection[0].Bytes; !bytes.Equal(got, Message(want.seq)) {
			t.Errorf("message %d is\n%s", want.seq, got)
		}
	}
}

func TestCertificatesHaveTheFaultAskedFor(t *testing.T) {
	for name, row := range map[string]struct {
		certificate Certificate
		is          func(error) bool
	}{
		"expired": {Expired, func(err error) bool {
			var e x509.CertificateInvalidError
			return errors.As(err, &e) && e.Reason == x509.Expired
		}},
		"wrong host":     {WrongHost, func(err error) bool { return errors.As(err, new(x509.HostnameError)) }},
		"unknown issuer": {UnknownIssuer, func(err error) bool { return errors.As(err, new(x509.UnknownAuthorityError)) }},
		"good":           {Good, func(err error) bool { return err == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			s := Dovecot(t, WithCertificate(row.certificate))
			pem, err := os.ReadFile(s.CAFile)
			if err != nil {
				t.Fatal(err)
			}
			pool := x509.NewCertPool()
			pool.AppendCertsFromPEM(pem)
			conn := tls.Client(dial(t, "tcp", s.TLS()), &tls.Config{RootCAs: pool, ServerName: "localhost"})
			if err := conn.Handshake(); !row.is(err) {
				t.Errorf("the handshake ended with %v", err)
			}
		})
	}
}

func TestASettingOverridesTheDefault(t *testing.T) {
	s := Dovecot(t, WithSetting("imap_capability = IMAP4rev1 X-TEST"))
	has(t, ask(t, dial(t, "tcp", s.Clear()), "CAPABILITY"), "* CAPABILITY IMAP4rev1 X-TEST")
}

func TestAServerEndsWithItsTest(t *testing.T) {
	var addr string
	t.Run("inner", func(t *testing.T) { addr = Dovecot(t, Own()).Clear() })
	isClosed(t, addr)
}

// isClosed waits until nothing answers at an address: the processes of a server that was killed end one after the other.
func isClosed(t *testing.T, addr string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		conn.Close()
		if time.Now().After(deadline) {
			t.Fatalf("something listens at %s", addr)
		}
	}
}

func TestTestsShareAServerButNotItsMail(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *Server{
		"Dovecot": func(t testing.TB) *Server { return Dovecot(t) }, "Cyrus": Cyrus, "Courier": Courier,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two, three := start(t), start(t), start(t)
			if one.program != two.program && two.program != three.program { // the first or the second may be the last of its program
				t.Error("there is a program for each")
			}
			if one.Clear() == two.Clear() || one.TLS() == two.TLS() {
				t.Errorf("two have the ports %s and %s, %s and %s", one.Clear(), two.Clear(), one.TLS(), two.TLS())
			}
			one.Append(t, Alice, "INBOX", 1)
			has(t, ask(t, dial(t, "tcp", one.Clear()), "LOGIN alice secret", "STATUS INBOX (MESSAGES)"), "(MESSAGES 23)")
			has(t, ask(t, dial(t, "tcp", two.Clear()), "LOGIN alice secret", "STATUS INBOX (MESSAGES)"), "(MESSAGES 22)")
		})
	}
}

func TestAServerEndsWithTheProcessOfItsTests(t *testing.T) {
	const inner = "IMAPSH_TEST_ENDS_WITH_ITS_SERVER"
	s := Dovecot(t)
	if os.Getenv(inner) != "" {
		fmt.Println(s.Clear(), s.program.dir)
		if p, err := os.FindProcess(os.Getpid()); err != nil || p.Kill() != nil {
			t.Fatal("the process lives")
		}
		select {}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), inner+"=1")
	out, _ := cmd.Output()
	var addr, dir string
	if _, err := fmt.Sscan(string(out), &addr, &dir); err != nil || !strings.HasPrefix(addr, "127.0.0.1:") {
		t.Fatalf("%v: %q", err, out)
	}
	isClosed(t, addr)
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", dir)
		}
	}
}

func TestARelayRecordsBothSides(t *testing.T) {
	for name, opts := range map[string][]RelayOption{"fast": nil, "byte at a time": {ByteAtATime}} {
		t.Run(name, func(t *testing.T) {
			s := NewCanned(t, Send("* OK hello\r\n"), Answer())
			r := NewRelay(t, s.Addr(), opts...)
			conn := dial(t, "tcp", r.Addr())
			got := ask(t, conn, "NOOP", "LOGOUT")
			if rest, err := io.ReadAll(conn); len(rest) > 0 || err != nil {
				t.Errorf("the end is %q, %v", rest, err)
			}
			if want := "* OK hello\r\nt OK done\r\n* BYE bye\r\nt OK done\r\n"; got != want || string(r.FromServer()) != want {
				t.Errorf("came %q, recorded %q", got, r.FromServer())
			}
			if want := "t NOOP\r\nt LOGOUT\r\n"; string(r.FromClient()) != want || s.Received() != want {
				t.Errorf("recorded %q, received %q", r.FromClient(), s.Received())
			}
		})
	}
}

func TestACannedServerPlaysItsSteps(t *testing.T) {
	conf, caFile := TLSConfig(t, Good)
	pem, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	s := NewCanned(t, Send("* OK hello\r\n"),
		Expect("^[a-z]+ STARTTLS$"), Send("{tag} OK begin\r\n"), StartTLS(conf),
		Expect("APPEND"), SendBytewise("+ go\r\n"), ExpectBytes("abc\r\n"), Send("{tag} OK stored\r\n"), Reset())
	conn := dial(t, "tcp", s.Addr())
	ask(t, conn, "STARTTLS")
	secure := tls.Client(conn, &tls.Config{RootCAs: pool, ServerName: "localhost"})
	io.WriteString(secure, "b APPEND x {3}\r\n")
	in := bufio.NewReader(secure)
	for _, want := range []string{"+ go\r\n", "b OK stored\r\n"} {
		if got, err := in.ReadString('\n'); got != want || err != nil {
			t.Fatalf("got %q, %v", got, err)
		}
		if want == "+ go\r\n" {
			io.WriteString(secure, "abc\r\n")
		}
	}
	if _, err := in.ReadByte(); err == nil || !strings.Contains(err.Error(), "reset") {
		t.Errorf("reading ended with %v, not with a reset", err)
	}
}

func TestACannedServerStallsUntilTheTestEnds(t *testing.T) {
	s := NewCanned(t, Send("* OK hello\r\n"), Stall())
	conn := dial(t, "tcp", s.Addr())
	ask(t, conn)
	conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 1)); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %d, %v", n, err)
	}
}

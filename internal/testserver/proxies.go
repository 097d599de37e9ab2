package testserver

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// SOCKSProxy starts microsocks, a SOCKS5 proxy, and returns its address. The proxy demands a login unless
// user is "".
func SOCKSProxy(t testing.TB, user, password string) string {
	t.Helper()
	return proxied(t, "microsocks", func(port string) *exec.Cmd {
		args := []string{"-i", "127.0.0.1", "-p", port}
		if user != "" {
			args = append(args, "-u", user, "-P", password)
		}
		return exec.Command("microsocks", args...)
	})
}

// HTTPProxy starts tinyproxy, an HTTP proxy, and returns its address. The proxy demands a login unless
// user is "", and allows CONNECT to these ports, or to all if none is given.
func HTTPProxy(t testing.TB, user, password string, ports ...string) string {
	t.Helper()
	return proxied(t, "tinyproxy", func(port string) *exec.Cmd {
		conf := "Port " + port + "\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 60\nMaxClients 20\n"
		if user != "" {
			conf += fmt.Sprintf("BasicAuth %s %s\n", user, password)
		}
		for _, p := range ports {
			conf += "ConnectPort " + p + "\n"
		}
		file := filepath.Join(t.TempDir(), "tinyproxy.conf")
		if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
			t.Fatal(err)
		}
		return exec.Command("tinyproxy", "-d", "-c", file)
	})
}

// proxied runs a proxy on a free port until the test ends, and returns its address. Without the program
// the test is skipped; with CI set in the environment it fails.
func proxied(t testing.TB, program string, command func(port string) *exec.Cmd) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		Missing(t, program, "make servers installs it on Debian as root")
	}
	var err error
	for range 3 { // somebody else may take the port
		port := FreePort(t)
		cmd := command(strconv.Itoa(port))
		if err = cmd.Start(); err != nil {
			t.Fatal(err)
		}
		exited := make(chan struct{})
		go func() {
			cmd.Wait()
			close(exited)
		}()
		if err = waitFor(address(port), exited); err == nil {
			t.Cleanup(func() {
				cmd.Process.Kill()
				<-exited
			})
			return address(port)
		}
		cmd.Process.Kill()
		<-exited
	}
	t.Fatalf("starting %s: %v", program, err)
	return ""
}

// WithProxyProtocol gives Dovecot another port, at addr, where it expects a PROXY header first.
func WithProxyProtocol(t testing.TB) (o Option, addr string) {
	t.Helper()
	port := FreePort(t)
	return func(o *config) {
		o.settings = append(o.settings, "haproxy_trusted_networks = 127.0.0.0/8", "disable_plaintext_auth = no",
			fmt.Sprintf("service imap-login {\n  inet_listener imap_proxied {\n    port = %d\n    haproxy = yes\n  }\n}", port))
	}, address(port)
}

// Logs waits until the server has logged a text: a process of its own writes the log.
func (s *Server) Logs(t testing.TB, text string) {
	t.Helper()
	var log []byte
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if log, _ = os.ReadFile(s.program.file(s.program.log)); bytes.Contains(log, []byte(text)) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server has not logged %q:\n%s", text, log)
		}
	}
}

// OnIPv6 makes a relay listen on the loopback address of IPv6, instead of that of IPv4.
func OnIPv6(r *Relay) { r.at = "[::1]:0" }

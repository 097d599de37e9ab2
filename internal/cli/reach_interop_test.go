package cli

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// portOf returns the port of an address.
func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

func TestEveryKindOfProxyLeadsToTheServer(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	names := testserver.Names(t, "mail.test. A 127.0.0.1")
	open, closed := testserver.SOCKSProxy(t, "", ""), testserver.SOCKSProxy(t, "ann", "geheim")
	web, webLogin, web443 := testserver.HTTPProxy(t, "", ""), testserver.HTTPProxy(t, "ann", "geheim"), testserver.HTTPProxy(t, "", "", "443")
	password := []string{"IMAPSH_PROXY_PASSWORD=geheim"}
	indexes(t, s)
	for _, row := range []struct {
		name   string
		env    []string
		args   []string
		status int
		says   []string // on standard error
	}{
		{"SOCKS5", nil, []string{"--socks", open}, 0, nil},
		{"SOCKS5 with the name resolved by imapsh", nil, []string{"--socks", "socks5://" + open, "--dns", names, "--sni", "localhost", "imaps://mail.test:" + portOf(s.TLS())}, 0, nil},
		{"SOCKS5 with a login", password, []string{"--socks", "socks5h://ann@" + closed}, 0, nil},
		{"SOCKS5 with a wrong password", []string{"IMAPSH_PROXY_PASSWORD=falsch"}, []string{"--socks", "socks5h://ann@" + closed}, 3, []string{"did not accept the login", "IMAPSH_PROXY_PASSWORD"}},
		{"SOCKS5 without the login it wants", nil, []string{"--socks", closed}, 3, []string{"it asks for a login"}},
		{"SOCKS5 to a closed port", nil, []string{"--socks", open, "imaps://" + closedAddr(t)}, 3, []string{"it answered: connection refused"}},
		{"CONNECT", nil, []string{"--http-proxy", web}, 0, nil},
		{"CONNECT with a login", password, []string{"--http-proxy", "http://ann@" + webLogin}, 0, nil},
		{"CONNECT without the login it wants", nil, []string{"--http-proxy", webLogin}, 3, []string{"it answered 407 ", "http://user@host"}},
		{"CONNECT that is not allowed", nil, []string{"--http-proxy", web443}, 3, []string{"it answered 403 ", "only to port 443"}},
		{"no proxy at the address", nil, []string{"--socks", closedAddr(t)}, 3, []string{"the SOCKS proxy ", ": connection refused", "is the proxy running there?"}},
		{"a password in the URL", nil, []string{"--http-proxy", "http://ann:geheim@" + webLogin}, 2, []string{"a password does not belong in a URL"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-v", "--ca", s.CAFile}, row.args...)
			if !strings.Contains(args[len(args)-1], "imaps://") {
				args = append(args, "imaps://localhost:"+portOf(s.TLS()))
			}
			o := runWith(t, row.env, strings.NewReader("login alice secret\nstatus inbox (messages)\n"), args...).is(t, row.status).says(t, row.says...)
			if row.status == 0 {
				o.shows(t, " through ", "S: * STATUS inbox (MESSAGES 22)")
			}
			o.hides(t, "geheim", "falsch")
			if strings.Contains(o.stderr, "geheim") || strings.Contains(o.stderr, "falsch") {
				t.Errorf("the proxy's password is shown:\n%s", o)
			}
		})
	}
	// Through a proxy on the loopback interface the server is not trusted like one on it: where it is, is not known.
	run(t, "login alice secret\n", "--socks", open, "imap://"+s.Clear()).is(t, 1).shows(t, "LOGIN was not sent")
}

func TestTheServerIsReachedEvenIfOneOfItsAddressesIsDeadOrRefuses(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	port := portOf(s.Clear())
	deaf(t, "::1", port)
	records := []string{"mail.test. AAAA ::1", "mail.test. A 127.0.0.1", "half.test. A 127.0.0.9", "half.test. A 127.0.0.1", "gone.test. A 127.0.0.9", "gone.test. A 127.0.0.8", "six.test. AAAA ::1"}
	names, both := testserver.Names(t, records...), testserver.NamesIPv6First(t, records...)
	run(t, "noop\n", "-v", "--dns", both, "imap://mail.test:"+port).is(t, 0).
		shows(t, "the name resolves to ::1", "trying ::1", "trying 127.0.0.1", "127.0.0.1: connected after", "::1: given up, another address was faster", "-- 127.0.0.1:"+port+"  dns ")
	run(t, "noop\n", "--dns", both, "-o", "json", "imap://mail.test:"+port).is(t, 0).
		shows(t, `"attempts":[{"address":"127.0.0.1","took_ms":`, `{"address":"::1","took_ms":`, `"error":"another address was faster"}]`, `"dns_ms":`)
	run(t, "noop\n", "--verbose", "--dns", names, "imap://half.test:"+port).is(t, 0).
		shows(t, "127.0.0.9: connection refused after ", "127.0.0.1: connected after")
	run(t, "noop\n", "--dns", names, "imap://gone.test:"+port).is(t, 3).says(t, "127.0.0.9: connection refused, 127.0.0.8: connection refused")
	run(t, "noop\n", "--dns", names, "imap://nowhere.test:"+port).is(t, 3).says(t, "resolving nowhere.test: no such host (asked "+names+")")
	run(t, "noop\n", "--dns", names, "-4", "imap://six.test:"+port).is(t, 3).says(t, "no such host, or none with an IPv4 address")
	run(t, "noop\n", "--ipv4", "--dns", names, "imap://mail.test:"+port).is(t, 0).shows(t, "-- 127.0.0.1:")
}

func TestAServerOnIPv6OnlyIsReached(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	r := testserver.NewRelay(t, s.TLS(), testserver.OnIPv6)
	port := portOf(r.Addr())
	names := testserver.Names(t, "mail.test. AAAA ::1", "mail.test. A 127.0.0.1")
	for _, args := range [][]string{
		{"imaps://[::1]:" + port},
		{"-6", "imaps://[::1]:" + port},
		{"--ipv6", "--sni", "localhost", "--dns", names, "imaps://mail.test:" + port},
		{"--sni", "localhost", "--dns", names, "imaps://mail.test:" + port},
		{"--bind", "::1", "--sni", "localhost", "--dns", names, "imaps://mail.test:" + port},
	} {
		run(t, "noop\n", append([]string{"--ca", s.CAFile}, args...)...).is(t, 0).shows(t, "-- [::1]:"+port, "verified")
	}
	run(t, "noop\n", "-4", "imaps://[::1]:"+port).is(t, 3).says(t, "it is not an IPv4 address")
	run(t, "noop\n", "--bind", "127.0.0.1", "imaps://[::1]:"+port).is(t, 3).says(t, "it is not an IPv4 address")
}

func TestDovecotLogsTheClientThatAPROXYHeaderNames(t *testing.T) {
	t.Parallel()
	listens, addr := testserver.WithProxyProtocol(t)
	s := testserver.Dovecot(t, listens)
	for i, version := range []string{"v1", "v2"} {
		client := "192.0.2." + strconv.Itoa(70+i)
		run(t, "login alice secret\n", "--proxy-protocol", version, "--proxy-source", client+":50000", "imap://"+addr).is(t, 0).
			shows(t, "-- the first bytes were PROXY "+version+" TCP4 "+client+":50000 -> "+addr, "a001 OK ")
		s.Logs(t, "user=<alice>, method=PLAIN, rip="+client)
	}
	run(t, "noop\n", "--proxy-protocol", "v2", "--proxy-source", "2001:db8::7", "imap://"+addr).is(t, 3).says(t, "one is IPv4, the other IPv6")
	run(t, "noop\n", "--proxy-protocol", "v3", "imap://"+addr).is(t, 2)
	run(t, "noop\n", "--proxy-source", "mail.test", "imap://"+addr).is(t, 2).says(t, "is not an IP address")
}

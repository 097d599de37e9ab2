package conn

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAFailedConnectSaysWhatMayHelp(t *testing.T) {
	t.Parallel()
	imaps, imap := Target{Scheme: IMAPS, Host: "mail.test", Port: "993", User: "ann"}, Target{Scheme: IMAP, Host: "mail.test", Port: "143"}
	tried := func(errs ...error) error {
		var list []Attempt
		for _, err := range errs {
			list = append(list, Attempt{Addr: "192.0.2.1", Err: err})
		}
		return &unreached{host: "mail.test", attempts: list, err: errors.Join(errs...)}
	}
	dns := func(e net.DNSError) error { return &net.OpError{Op: "dial", Net: "tcp", Err: &e} }
	for _, row := range []struct {
		name string
		to   Target
		o    Options
		err  error
		want string
	}{
		{"refused with TLS", imaps, Options{}, tried(syscall.ECONNREFUSED), "no server listens on that port, or a firewall refuses it; another port: imap://ann@mail.test --starttls"},
		{"refused without TLS", imap, Options{}, tried(syscall.ECONNREFUSED), "no server listens on that port, or a firewall refuses it; another port: imaps://mail.test"},
		{"refused on a port of its own", Target{Scheme: IMAPS, Host: "mail.test", Port: "10993"}, Options{}, tried(syscall.ECONNREFUSED),
			"no server listens on that port, or a firewall refuses it; usual ports are 993 (imaps://) and 143 (imap://)"},
		{"refused at a server that DNS has named", Target{Scheme: IMAPS, Host: "mail.test", Port: "993", Domain: "test", Found: true}, Options{}, tried(syscall.ECONNREFUSED),
			"no server listens on that port, or a firewall refuses it"},
		{"refused by a socket", Target{Scheme: Unix, Path: "/run/imap"}, Options{}, syscall.ECONNREFUSED, "the socket is there, but no server listens on it"},
		{"no such socket", Target{Scheme: Unix, Path: "/run/imap"}, Options{}, &os.PathError{Err: fs.ErrNotExist}, "a server creates its socket when it starts: is it running, and is the path right?"},
		{"a reset", imap, Options{}, tried(syscall.ECONNRESET), "a firewall, a limit of connections or a block of this address can do that"},
		{"no way to the host", imap, Options{}, tried(syscall.EHOSTUNREACH), "the host may be down, or a firewall or a missing route may keep you from it"},
		{"no way to the network", imap, Options{}, tried(syscall.ENETUNREACH), "this machine knows no way there: is its network up, and does it need a VPN, or IPv6?"},
		{"silence", imap, Options{Timeout: time.Second}, tried(os.ErrDeadlineExceeded), "the host may be down, or a firewall may drop what is sent to that port"},
		{"no IPv6, and refused", imap, Options{}, tried(syscall.ENETUNREACH, syscall.ECONNREFUSED), "no server listens on that port, or a firewall refuses it; another port: imaps://mail.test"},
		{"different causes", imap, Options{}, tried(syscall.EHOSTUNREACH, syscall.ECONNREFUSED), ""},
		{"an address that is not there", imap, Options{Bind: "192.0.2.7"}, tried(syscall.EADDRNOTAVAIL), "--bind takes an address of this machine"},
		{"no such host", imap, Options{}, dns(net.DNSError{IsNotFound: true}), "check the spelling; a name inside an organization may need its VPN, or its DNS server (--dns ADDR)"},
		{"no answer from DNS", imap, Options{}, dns(net.DNSError{IsTimeout: true}), "is this machine's network up? --dns ADDR asks another DNS server"},
		{"an error of DNS", imap, Options{}, dns(net.DNSError{Err: "server misbehaving"}), "--dns ADDR asks another DNS server"},
		{"an error of the DNS server that was named", imap, Options{DNS: "192.0.2.53"}, dns(net.DNSError{IsTimeout: true}), "without --dns the DNS server of this machine is asked"},
		{"something else", imap, Options{}, tried(errors.New("odd")), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Hint(dialError(context.Background(), row.to, row.o, row.err)); got != row.want {
				t.Errorf("got %q\nwant %q", got, row.want)
			}
		})
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if got := Hint(dialError(cancelled, imap, Options{}, tried(syscall.ECONNREFUSED))); got != "" {
		t.Errorf("after Ctrl-C: %q", got)
	}
	for i := range plainly {
		if strings.Contains(plainly[i].helps, "imap://") {
			t.Errorf("%q names a scheme, which is not right for every target", plainly[i].helps)
		}
	}
}

package cli

import (
	"net"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// deaf makes a port of an IPv6 loopback address that does not answer: its queue of connections is full.
func deaf(t *testing.T, addr, port string) {
	t.Helper()
	n, _ := strconv.Atoi(port)
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	sa := &unix.SockaddrInet6{Port: n}
	copy(sa.Addr[:], net.ParseIP(addr).To16())
	unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1)
	if err := unix.Bind(fd, sa); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	for refused := 0; refused < 3; refused++ { // a busy machine may be late once
		c, err := net.DialTimeout("tcp", net.JoinHostPort(addr, port), 100*time.Millisecond)
		if err == nil {
			refused = -1
			t.Cleanup(func() { c.Close() })
		}
	}
}

package conn

import (
	"context"
	"io"
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

func TestProbesFindADeadPeerUnlessKeepaliveIsOff(t *testing.T) {
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
		io.WriteString(s, "* OK ready\r\n")
		io.Copy(io.Discard, s)
	})
	for name, row := range map[string]struct {
		noProbes bool
		alive    int
		want     map[int]int // by TCP option; in seconds, TCP_USER_TIMEOUT in milliseconds
	}{
		"default": {false, 1, map[int]int{unix.TCP_KEEPIDLE: 60, unix.TCP_KEEPINTVL: 15, unix.TCP_KEEPCNT: 4, unix.TCP_USER_TIMEOUT: 120_000}},
		"without": {true, 0, map[int]int{unix.TCP_USER_TIMEOUT: 0}},
	} {
		c, err := Dial(context.Background(), target, Options{NoProbes: row.noProbes, Now: atNoon})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := c.link.Conn.(*net.TCPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		raw.Control(func(fd uintptr) {
			if got, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_KEEPALIVE); err != nil || got != row.alive {
				t.Errorf("%s: SO_KEEPALIVE is %d, %v; want %d", name, got, err, row.alive)
			}
			for option, want := range row.want {
				if got, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, option); err != nil || got != want {
					t.Errorf("%s: option %d of TCP is %d, %v; want %d", name, option, got, err, want)
				}
			}
		})
		c.Close()
	}
}

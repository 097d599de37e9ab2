package conn

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// limitUnacknowledged makes the system end a connection if sent data is not acknowledged within limit (RFC 5482).
func limitUnacknowledged(c *net.TCPConn, limit time.Duration) {
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(limit.Milliseconds()))
	})
}

//go:build !linux

package conn

import (
	"net"
	"time"
)

// limitUnacknowledged is Linux's only; elsewhere the system gives up when it likes.
func limitUnacknowledged(*net.TCPConn, time.Duration) {}

//go:build !linux

package conn

import (
	"net"
	"time"
)

// limitUnacknowledged does nothing: only Linux has this option, other systems choose the time themselves.
func limitUnacknowledged(*net.TCPConn, time.Duration) {}

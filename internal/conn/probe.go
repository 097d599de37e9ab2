package conn

import (
	"net"
	"time"
)

// TCP finds out that a peer is gone: after probeIdle without a byte it sends a probe every probeEvery, and gives
// the peer up after probeCount probes without an answer, or if sent data is not acknowledged for that
// long.
const (
	probeIdle  = time.Minute
	probeEvery = 15 * time.Second
	probeCount = 4
	goneAfter  = probeIdle + probeCount*probeEvery
)

// probe turns on TCP keep-alive, unless the options forbid it.
func (o *Options) probe(c *net.TCPConn) {
	if o.NoProbes {
		c.SetKeepAlive(false)
		return
	}
	c.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: probeIdle, Interval: probeEvery, Count: probeCount})
	limitUnacknowledged(c, goneAfter)
}

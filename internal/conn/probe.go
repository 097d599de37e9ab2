package conn

import (
	"net"
	"time"
)

// A peer that is gone is found out by TCP: after probeIdle without a byte it is asked for a sign of
// life, every probeEvery, and given up after probeCount of these, or when what was sent has not been
// acknowledged for as long.
const (
	probeIdle  = time.Minute
	probeEvery = 15 * time.Second
	probeCount = 4
	goneAfter  = probeIdle + probeCount*probeEvery
)

// probe has a connection's peer looked for.
func (o *Options) probe(c *net.TCPConn) {
	if o.NoProbes {
		c.SetKeepAlive(false)
		return
	}
	c.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: probeIdle, Interval: probeEvery, Count: probeCount})
	limitUnacknowledged(c, goneAfter)
}

package testserver

import (
	"errors"
	"math/rand/v2"
	"net"
	"testing"
)

// Ports of servers are below those that the system gives to connections and to listeners that ask for any:
// nothing else of a test gets one of them by chance.
const firstPort, endOfPorts = 20000, 32768

// FreePort returns a TCP port on the loopback where nothing listens. No other test gets it before this one ends,
// in this process or another.
func FreePort(t testing.TB) int {
	t.Helper()
	port, kept, err := keepPort()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	return port
}

// keepPort returns a port that nothing else of these tests gets until kept is closed: that is the UDP port of the same
// number. If two servers were given one port, the tests of both would speak to the one that was first.
func keepPort() (port int, kept net.PacketConn, err error) {
	for range endOfPorts - firstPort {
		port := firstPort + rand.IntN(endOfPorts-firstPort)
		kept, err := net.ListenPacket("udp", address(port))
		if err != nil {
			continue
		}
		free, err := net.Listen("tcp", address(port))
		if err != nil {
			kept.Close()
			continue
		}
		free.Close()
		return port, kept, nil
	}
	return 0, nil, errors.New("no port is free")
}

package testserver

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// A Relay passes bytes between clients and a server and records what each side sends.
type Relay struct {
	target   string
	at       string
	listener net.Listener
	bytewise bool
	running  sync.WaitGroup
	holding  []string      // commands of which the last gets no answer, if the others were sent before it
	held     chan struct{} // closed when it was sent
	done     chan struct{} // closed when the test ends

	mu             sync.Mutex
	client, server bytes.Buffer
	conns          []net.Conn
}

// RelayOption changes how a relay listens or passes on what it reads.
type RelayOption func(*Relay)

// ByteAtATime makes a relay write what the server sends byte by byte.
func ByteAtATime(r *Relay) { r.bytewise = true }

// Holding makes a relay pass on nothing to the first client who sends a command after others, on any connection. It also
// hides that the server offers STARTTLS, after which commands could not be seen.
func Holding(commands ...string) RelayOption {
	return func(r *Relay) { r.holding, r.held = commands, make(chan struct{}) }
}

// Held returns a channel that is closed when the last command of Holding was sent.
func (r *Relay) Held() <-chan struct{} { return r.held }

// NewRelay listens on a loopback port and passes connections on to a target,
// "host:port" or the path of a socket, until the test ends.
func NewRelay(t testing.TB, target string, opts ...RelayOption) *Relay {
	t.Helper()
	r := &Relay{target: target, at: "127.0.0.1:0", done: make(chan struct{})}
	for _, o := range opts {
		o(r)
	}
	ln, err := net.Listen("tcp", r.at)
	if err != nil {
		t.Fatal(err)
	}
	r.listener = ln
	r.running.Go(r.accept)
	t.Cleanup(func() {
		ln.Close()
		close(r.done)
		r.mu.Lock()
		for _, c := range r.conns {
			c.Close()
		}
		r.mu.Unlock()
		r.running.Wait()
	})
	return r
}

// Addr returns the address of the relay, "HOST:PORT".
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// FromClient returns everything that clients have sent so far.
func (r *Relay) FromClient() []byte { return r.recorded(&r.client) }

// FromServer returns everything that the server has sent so far. Bytes are recorded before they are passed on.
func (r *Relay) FromServer() []byte { return r.recorded(&r.server) }

func (r *Relay) recorded(b *bytes.Buffer) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(b.Bytes())
}

func (r *Relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		network := "tcp"
		if _, _, err := net.SplitHostPort(r.target); err != nil {
			network = "unix"
		}
		server, err := net.Dial(network, r.target)
		if err != nil {
			client.Close()
			continue
		}
		r.mu.Lock()
		r.conns = append(r.conns, client, server)
		r.mu.Unlock()
		var held atomic.Bool // what the server sends on this connection
		r.running.Go(func() {
			r.pass(server, client, &r.client, false, func(b []byte) []byte { r.look(&held, b); return b })
		})
		r.running.Go(func() {
			r.pass(client, server, &r.server, r.bytewise, func(b []byte) []byte { return r.keep(&held, b) })
		})
	}
}

// look begins to hold if a client sends the last command.
func (r *Relay) look(held *atomic.Bool, fromClient []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.holding) > 0 && bytes.Contains(fromClient, []byte(" "+r.holding[0])) {
		if r.holding = r.holding[1:]; len(r.holding) == 0 {
			held.Store(true)
			close(r.held)
		}
	}
}

// keep returns what may be passed on to the client.
func (r *Relay) keep(held *atomic.Bool, fromServer []byte) []byte {
	if r.held == nil {
		return fromServer
	}
	if held.Load() {
		<-r.done
		return nil
	}
	return bytes.ReplaceAll(fromServer, []byte(" STARTTLS"), nil)
}

// pass copies what comes to record and, unless may leaves it out, to the other side, to which it passes on the end as well.
func (r *Relay) pass(to, from net.Conn, record *bytes.Buffer, bytewise bool, may func([]byte) []byte) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		r.mu.Lock()
		record.Write(buf[:n])
		r.mu.Unlock()
		for rest := may(buf[:n]); len(rest) > 0; {
			size := len(rest)
			if bytewise {
				size = 1
			}
			if _, err := to.Write(rest[:size]); err != nil {
				from.Close()
				return
			}
			rest = rest[size:]
		}
		if err != nil {
			if half, ok := to.(interface{ CloseWrite() error }); ok {
				half.CloseWrite()
			}
			return
		}
	}
}

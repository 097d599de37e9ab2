package conn

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"imapsh/internal/text"
)

// The delays of RFC 8305 §8: how long to wait for the IPv6 addresses after the IPv4 ones have arrived, and how
// long one attempt has before the next one starts in parallel.
const (
	resolutionDelay = 50 * time.Millisecond
	attemptDelay    = 250 * time.Millisecond
)

// An Attempt is one address that was tried.
type Attempt struct {
	Addr string        // "2001:db8::1", without a port
	Took time.Duration // until it was connected or failed
	Err  error         // nil for the one in use
}

// errSlower is the error of an attempt that lost to a faster one.
var errSlower = errors.New("another address was faster")

// An answer is the result of looking up a name in one family.
type answer struct {
	v6    bool
	addrs []netip.Addr
	err   error
}

// A race connects to the addresses of a host, starting one after the other without waiting for the earlier ones to
// fail, until the first is connected (RFC 8305). It belongs to one goroutine.
type race struct {
	dial  func(context.Context, netip.Addr) (net.Conn, error)
	after func(time.Duration) <-chan time.Time // time.After, except in tests
	now   func() time.Time
	tell  func(string) // is told each step in words; may be nil

	addrs    [2][]netip.Addr // those not tried yet: IPv6, IPv4
	turn     int             // the family to try next
	running  map[netip.Addr]time.Time
	attempts []Attempt
	failed   []answer // lookups without a result
	resolved time.Duration
}

// A finish says how an attempt ended.
type finish struct {
	addr netip.Addr
	conn net.Conn
	err  error
}

// run waits for as many answers as there are lookups and returns the first connection. It ends the attempts
// that are still running.
func (r *race) run(ctx context.Context, lookups int, answers <-chan answer) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := r.now()
	r.running = map[netip.Addr]time.Time{}
	finished := make(chan finish)
	defer func() { // close the connections of attempts that end later
		left := len(r.running)
		go func() {
			for range left {
				if f := <-finished; f.conn != nil {
					f.conn.Close()
				}
			}
		}()
	}()
	waiting := lookups
	var late, next <-chan time.Time // the ends of resolutionDelay and attemptDelay
	for {
		may := waiting == 0 || len(r.addrs[0]) > 0 || len(r.attempts)+len(r.running) > 0
		if !may && len(r.addrs[1]) > 0 && late == nil {
			late = r.after(resolutionDelay)
		}
		if may && next == nil && len(r.addrs[0])+len(r.addrs[1]) > 0 {
			r.begin(ctx, finished)
			next = r.after(attemptDelay)
			continue
		}
		if waiting == 0 && len(r.running) == 0 && len(r.addrs[0])+len(r.addrs[1]) == 0 {
			return nil, r.lost()
		}
		select {
		case a := <-answers:
			waiting--
			r.take(a, r.now().Sub(began))
		case <-late:
			if late = nil; len(r.attempts)+len(r.running) == 0 {
				r.begin(ctx, finished)
				next = r.after(attemptDelay)
			}
		case <-next:
			next = nil
		case f := <-finished:
			if r.ended(f); f.err == nil {
				return f.conn, nil
			}
			next = nil // after a failure the next attempt starts immediately
		case <-ctx.Done():
			for addr := range r.running {
				r.attempts = append(r.attempts, Attempt{Addr: addr.String(), Took: r.now().Sub(r.running[addr]), Err: ctx.Err()})
			}
			return nil, ctx.Err()
		}
	}
}

// take stores the addresses that a lookup returned.
func (r *race) take(a answer, after time.Duration) {
	r.resolved = max(r.resolved, after)
	if a.err != nil || len(a.addrs) == 0 {
		r.failed = append(r.failed, a)
		return
	}
	family := 1
	if a.v6 {
		family = 0
	}
	r.addrs[family] = append(r.addrs[family], a.addrs...)
	var list []string
	for _, addr := range a.addrs {
		list = append(list, addr.String())
	}
	r.says("the name resolves to " + strings.Join(list, ", ") + " (" + text.Brief(after) + ")")
}

// begin starts the next attempt, alternating between the families.
func (r *race) begin(ctx context.Context, finished chan<- finish) {
	if len(r.addrs[r.turn]) == 0 {
		r.turn = 1 - r.turn
	}
	addr := r.addrs[r.turn][0]
	r.addrs[r.turn] = r.addrs[r.turn][1:]
	r.turn = 1 - r.turn
	r.running[addr] = r.now()
	r.says("trying " + addr.String())
	go func() {
		c, err := r.dial(ctx, addr)
		finished <- finish{addr, c, err}
	}()
}

// ended notes how an attempt ended; if it is connected, the others have lost.
func (r *race) ended(f finish) {
	took := r.now().Sub(r.running[f.addr])
	delete(r.running, f.addr)
	r.attempts = append(r.attempts, Attempt{Addr: f.addr.String(), Took: took, Err: f.err})
	if f.err != nil {
		r.says(f.addr.String() + ": " + plain(f.err, 0).Error() + " after " + text.Brief(took))
		return
	}
	r.says(f.addr.String() + ": connected after " + text.Brief(took))
	for _, addr := range slices.SortedFunc(maps.Keys(r.running), netip.Addr.Compare) {
		r.attempts = append(r.attempts, Attempt{Addr: addr.String(), Took: r.now().Sub(r.running[addr]), Err: errSlower})
		r.says(addr.String() + ": given up, " + errSlower.Error())
	}
}

func (r *race) says(text string) {
	if r.tell != nil {
		r.tell(text)
	}
}

// lost returns why nothing is connected: the errors of the attempts, or of the lookups if there was no attempt.
func (r *race) lost() error {
	var all []error
	for _, a := range r.attempts {
		all = append(all, a.Err)
	}
	if len(all) > 0 {
		return errors.Join(all...)
	}
	// The error of a failed lookup says more than that of one that found nothing.
	var found error
	for _, a := range r.failed {
		var dns *net.DNSError
		if found == nil || errors.As(found, &dns) && dns.IsNotFound {
			found = a.err
		}
	}
	if found == nil {
		found = &net.DNSError{Err: "no such host", IsNotFound: true}
	}
	return found
}

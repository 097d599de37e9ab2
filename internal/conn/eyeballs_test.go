package conn

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A track is the network and the clock of a race in a test.
type track struct {
	mu      sync.Mutex
	order   []string              // the attempts in the order in which they began
	ends    map[string]chan error // how each one ends
	passed  map[time.Duration]chan time.Time
	waiting chan time.Duration // the waits that were asked for
	begun   chan string
}

func newTrack(addrs ...string) *track {
	k := &track{ends: map[string]chan error{}, passed: map[time.Duration]chan time.Time{resolutionDelay: make(chan time.Time), attemptDelay: make(chan time.Time)}, waiting: make(chan time.Duration, 50), begun: make(chan string, 50)}
	for _, a := range addrs {
		k.ends[a] = make(chan error, 1)
	}
	return k
}

func (k *track) race() *race {
	return &race{
		now:   time.Now,
		after: func(d time.Duration) <-chan time.Time { k.waiting <- d; return k.passed[d] },
		dial: func(ctx context.Context, a netip.Addr) (net.Conn, error) {
			k.mu.Lock()
			k.order = append(k.order, a.String())
			k.mu.Unlock()
			k.begun <- a.String()
			select {
			case err := <-k.ends[a.String()]:
				if err != nil {
					return nil, err
				}
				ours, theirs := net.Pipe()
				theirs.Close()
				return ours, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		},
	}
}

func list(v6 bool, addrs ...string) answer {
	a := answer{v6: v6}
	for _, s := range addrs {
		a.addrs = append(a.addrs, netip.MustParseAddr(s))
	}
	return a
}

// result is the result of a race.
type result struct {
	conn net.Conn
	err  error
}

func runRace(r *race, lookups int, answers chan answer) chan result {
	done := make(chan result, 1)
	go func() {
		c, err := r.run(context.Background(), lookups, answers)
		done <- result{c, err}
	}()
	return done
}

func (k *track) begins(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-k.begun:
		if got != want {
			t.Fatalf("tried %s, want %s", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("did not try %s", want)
	}
}

func (k *track) waits(t *testing.T, want time.Duration) {
	t.Helper()
	select {
	case got := <-k.waiting:
		if got != want {
			t.Fatalf("waits %v, want %v", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("does not wait %v", want)
	}
}

func TestAddressesAreTriedInTurnAndASlowOneDoesNotDelayTheNext(t *testing.T) {
	k := newTrack("2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2")
	answers := make(chan answer, 2)
	r := k.race()
	done := runRace(r, 2, answers)
	answers <- list(true, "2001:db8::1", "2001:db8::2")
	k.begins(t, "2001:db8::1")
	answers <- list(false, "192.0.2.1", "192.0.2.2")
	k.waits(t, attemptDelay)
	k.passed[attemptDelay] <- time.Time{} // the first does not answer
	k.begins(t, "192.0.2.1")
	k.waits(t, attemptDelay)
	k.ends["192.0.2.1"] <- syscall.ECONNREFUSED // after a failure the next one starts immediately
	k.begins(t, "2001:db8::2")
	k.ends["2001:db8::2"] <- nil
	got := <-done
	if got.err != nil || got.conn == nil {
		t.Fatal(got.err)
	}
	got.conn.Close()
	var shown []string
	for _, a := range r.attempts {
		text := a.Addr
		if a.Err != nil {
			text += " " + plain(a.Err, 0).Error()
		}
		shown = append(shown, text)
	}
	want := []string{"192.0.2.1 connection refused", "2001:db8::2", "2001:db8::1 another address was faster"}
	if !slices.Equal(shown, want) {
		t.Errorf("attempts %q, want %q", shown, want)
	}
}

func TestIPv4WaitsOnlyALittleForTheAnswerForIPv6(t *testing.T) {
	k := newTrack("192.0.2.1", "2001:db8::1")
	answers := make(chan answer, 2)
	done := runRace(k.race(), 2, answers)
	answers <- list(false, "192.0.2.1")
	k.waits(t, resolutionDelay)
	k.passed[resolutionDelay] <- time.Time{}
	k.begins(t, "192.0.2.1")
	k.ends["192.0.2.1"] <- nil
	if got := <-done; got.err != nil { // although the lookup for IPv6 has not ended
		t.Error(got.err)
	}

	k = newTrack("192.0.2.1", "2001:db8::1")
	done = runRace(k.race(), 2, answers)
	answers <- list(false, "192.0.2.1")
	k.waits(t, resolutionDelay)
	answers <- list(true, "2001:db8::1") // in time
	k.begins(t, "2001:db8::1")
	k.ends["2001:db8::1"] <- nil
	if got := <-done; got.err != nil {
		t.Error(got.err)
	}
}

func TestARaceThatIsLostSaysWhatEachAddressAnswered(t *testing.T) {
	k := newTrack("2001:db8::1", "192.0.2.1")
	answers := make(chan answer, 2)
	answers <- list(true, "2001:db8::1")
	answers <- list(false, "192.0.2.1")
	k.ends["2001:db8::1"] <- syscall.ENETUNREACH
	k.ends["192.0.2.1"] <- syscall.ECONNREFUSED
	r := k.race()
	got := <-runRace(r, 2, answers)
	err := dialError(context.Background(), Target{Scheme: IMAPS, Host: "mail.test", Port: "993"}, Options{}, &unreached{host: "mail.test", attempts: r.attempts, err: got.err})
	want := "connecting to mail.test:993: 2001:db8::1: no route to that network, 192.0.2.1: connection refused"
	if err.Error() != want || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestTheErrorOfAFailedLookupIsPreferredToNotFound(t *testing.T) {
	answers := make(chan answer, 2)
	answers <- answer{v6: true, err: &net.DNSError{IsNotFound: true}}
	answers <- answer{err: &net.DNSError{Err: "server misbehaving"}}
	got := <-runRace(newTrack().race(), 2, answers)
	if got.err == nil || !strings.Contains(got.err.Error(), "misbehaving") {
		t.Errorf("got %v", got.err)
	}
}

func TestOnlyTheRequestedFamilyIsTried(t *testing.T) {
	target := listen(t, "tcp", "[::1]:0", func(s net.Conn) { say(s, "* OK six\r\n") })
	var told []string
	c := dialed(t, target, Options{Family: IPv6, Tell: func(s string) { told = append(told, s) }})
	c.untilFrame("* OK six\r\n")
	if info := c.Info(); len(info.Attempts) != 1 || info.Attempts[0].Addr != "::1" {
		t.Errorf("attempts %+v", info.Attempts)
	}
	if all := strings.Join(told, "\n"); !strings.Contains(all, "trying ::1") || !strings.Contains(all, "::1: connected after") {
		t.Errorf("reported %q", told)
	}
	for _, o := range []Options{{Family: IPv4}, {Bind: "127.0.0.1"}} {
		_, err := Dial(context.Background(), target, o)
		if err == nil || !strings.Contains(err.Error(), "not an IPv4 address") || Hint(err) == "" {
			t.Errorf("got %v", err)
		}
	}
}

func TestTheClientConnectsFromTheAddressItIsBoundTo(t *testing.T) {
	from := make(chan string, 1)
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) { from <- s.RemoteAddr().String(); say(s, "* OK hello\r\n") })
	c := dialed(t, target, Options{Bind: "127.0.0.3"})
	c.untilFrame("* OK hello\r\n")
	if got := <-from; !strings.HasPrefix(got, "127.0.0.3:") {
		t.Errorf("the client comes from %s", got)
	}
	_, err := Dial(context.Background(), target, Options{Bind: "192.0.2.77"})
	if err == nil || !strings.Contains(err.Error(), "this machine does not have that address") {
		t.Errorf("got %v", err)
	}
}

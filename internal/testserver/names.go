package testserver

import (
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// Names starts a DNS server with these records, written as in a zone file ("mail.test. A 127.0.0.1"), and
// returns its address. It answers that all other names do not exist (NXDOMAIN).
func Names(t testing.TB, records ...string) string {
	t.Helper()
	return names(t, records, func(uint16) {})
}

// NamesIPv6First does as Names does, for clients that ask for both kinds of addresses: each answer about
// IPv4 comes afterIPv6 after one about IPv6, so that their order does not depend on how busy the machine is.
func NamesIPv6First(t testing.TB, records ...string) string {
	t.Helper()
	answered := make(chan struct{}, 64)
	return names(t, records, func(kind uint16) {
		switch kind {
		case dns.TypeA:
			select {
			case <-answered:
				time.Sleep(afterIPv6) // a client may read the two answers in two goroutines
			case <-t.Context().Done():
			}
		case dns.TypeAAAA:
			answered <- struct{}{}
		}
	})
}

// afterIPv6 is more than a client on a busy machine needs to see the first answer.
const afterIPv6 = 300 * time.Millisecond

// names does as Names does, and calls order after an answer about IPv6 and before one about IPv4.
func names(t testing.TB, records []string, order func(kind uint16)) string {
	t.Helper()
	var zone []dns.RR
	for _, text := range records {
		rr, err := dns.NewRR(text)
		if err != nil {
			t.Fatal(err)
		}
		zone = append(zone, rr)
	}
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		a := new(dns.Msg)
		a.SetReply(q)
		a.Authoritative, a.RecursionAvailable = true, true
		known := false
		for _, rr := range zone {
			if h := rr.Header(); dns.CanonicalName(h.Name) == dns.CanonicalName(q.Question[0].Name) {
				if known = true; h.Rrtype == q.Question[0].Qtype {
					a.Answer = append(a.Answer, rr)
				}
			}
		}
		if !known {
			a.Rcode = dns.RcodeNameError
		}
		kind := q.Question[0].Qtype
		if kind == dns.TypeA {
			order(kind)
		}
		w.WriteMsg(a)
		if kind == dns.TypeAAAA {
			order(kind)
		}
	})}
	ended := make(chan struct{})
	go func() {
		s.ActivateAndServe()
		close(ended)
	}()
	t.Cleanup(func() {
		pc.Close()
		<-ended
	})
	return pc.LocalAddr().String()
}

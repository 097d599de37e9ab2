package testserver

import (
	"net"
	"testing"

	"github.com/miekg/dns"
)

// Names starts a DNS server that knows these records, in the form of a zone file ("mail.test. A
// 127.0.0.1"), and returns its address. What it does not know there is not.
func Names(t testing.TB, records ...string) string {
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
		w.WriteMsg(a)
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

package conn

import (
	"context"
	"net"
	"net/netip"
)

// Family is a family of IP addresses.
type Family uint8

const (
	AnyFamily Family = iota
	IPv4
	IPv6
)

// String returns how the family is called.
func (f Family) String() string { return [...]string{"IP", "IPv4", "IPv6"}[f] }

// resolver is the system's, or one that asks the server that the options name.
func (o *Options) resolver() *net.Resolver {
	server, err := ParseDNS(o.DNS)
	if err != nil { // none is named
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}}
}

// ParseDNS reads the address of a DNS server, whose port is 53 unless it is named.
func ParseDNS(addr string) (string, error) {
	if a, err := netip.ParseAddr(addr); err == nil {
		return netip.AddrPortFrom(a, 53).String(), nil
	}
	if a, err := netip.ParseAddrPort(addr); err == nil && a.Port() != 0 {
		return addr, nil
	}
	return "", &UsageError{quote(addr) + " is not the address of a DNS server", "use an IP address, perhaps with a port: 192.0.2.53, [2001:db8::53]:5353"}
}

// lookup returns the addresses of a host in one family. One that is an address is its own.
func (o *Options) lookup(ctx context.Context, host string, v6 bool) answer {
	a := answer{v6: v6}
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Is6() == v6 {
			a.addrs = []netip.Addr{ip}
		}
		return a
	}
	network := "ip4"
	if v6 {
		network = "ip6"
	}
	a.addrs, a.err = o.resolver().LookupNetIP(ctx, network, host)
	for i := range a.addrs {
		a.addrs[i] = a.addrs[i].Unmap()
	}
	return a
}

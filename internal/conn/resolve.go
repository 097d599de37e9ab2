package conn

import (
	"context"
	"net"
	"net/netip"
)

// Family is a family of IP addresses.
type Family uint8

const (
	AnyFamily Family = iota // IPv6 and IPv4
	IPv4
	IPv6
)

// String returns the name of the family: "IP" for AnyFamily.
func (f Family) String() string { return [...]string{"IP", "IPv4", "IPv6"}[f] }

// resolver returns the system's resolver, or one that asks the server in the options.
func (o *Options) resolver() *net.Resolver {
	server, err := ParseDNS(o.DNS)
	if err != nil { // the options name none
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}}
}

// ParseDNS parses the address of a DNS server, whose port is 53 if none is given. An error is a *UsageError.
func ParseDNS(addr string) (string, error) {
	if a, err := netip.ParseAddr(addr); err == nil {
		return netip.AddrPortFrom(a, 53).String(), nil
	}
	if a, err := netip.ParseAddrPort(addr); err == nil && a.Port() != 0 {
		return addr, nil
	}
	return "", &UsageError{quote(addr) + " is not the address of a DNS server", "use an IP address, perhaps with a port: 192.0.2.53, [2001:db8::53]:5353"}
}

// lookup returns the addresses of a host in one family. If the host is an address, it is the result.
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

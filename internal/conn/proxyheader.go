package conn

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/pires/go-proxyproto"
)

// ParseSource parses the client address for a PROXY header: an IP address, with or without a port. An error is
// a *UsageError.
func ParseSource(text string) (netip.AddrPort, error) {
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return netip.AddrPortFrom(a, 0), nil
	}
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a, nil
	}
	return netip.AddrPort{}, &UsageError{quote(text) + " is not an IP address, with a port or without", "use an address, perhaps with a port: 192.0.2.7, [2001:db8::7]:50000"}
}

// announce sends the PROXY header that the options ask for, as a proxy would, and returns it in words; "" if none.
func (o *Options) announce(link net.Conn) (string, error) {
	if o.ProxyHeader == 0 {
		return "", nil
	}
	from, to := addrPort(link.LocalAddr()), addrPort(link.RemoteAddr())
	if o.ProxySource != "" {
		source, err := ParseSource(o.ProxySource)
		if err != nil {
			return "", err
		}
		if source.Port() == 0 {
			source = netip.AddrPortFrom(source.Addr(), from.Port())
		}
		from = source
	}
	if from.Addr().Is4() != to.Addr().Is4() {
		return "", &refusal{text: fmt.Sprintf("a PROXY header cannot name %s as the client of %s: one is IPv4, the other IPv6", from.Addr(), to.Addr()), hint: "--proxy-source must be of the same family as the connection (-4, -6)"}
	}
	h := proxyproto.HeaderProxyFromAddrs(o.ProxyHeader, net.TCPAddrFromAddrPort(from), net.TCPAddrFromAddrPort(to))
	if _, err := h.WriteTo(link); err != nil {
		return "", err
	}
	family := "TCP4"
	if from.Addr().Is6() {
		family = "TCP6"
	}
	return fmt.Sprintf("PROXY v%d %s %s -> %s", o.ProxyHeader, family, from, to), nil
}

func addrPort(a net.Addr) netip.AddrPort {
	p, _ := netip.ParseAddrPort(a.String())
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

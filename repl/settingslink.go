package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/conn"
)

// checked returns a setting that keeps the text of its value, which must be valid.
func checked(name, values, help string, at func(*Settings) *string, read func(string) error) Setting {
	return parsed(name, values, help,
		func(s *Settings, value string) error {
			if value != "" {
				if err := read(value); err != nil {
					return err
				}
			}
			*at(s) = value
			return nil
		},
		func(s *Settings) string { return *at(s) })
}

// bind returns the setting of the local address to connect from.
func bind() Setting {
	return checked("bind", "ADDR", "connect from this address of this machine", func(s *Settings) *string { return &s.Session.Conn.Bind },
		func(value string) error { _, err := conn.ParseBind(value); return err })
}

// dns returns the setting of the server that resolves names.
func dns() Setting {
	r := checked("dns", "ADDR", "ask this DNS server: an address, perhaps with a port", func(s *Settings) *string { return &s.Session.Conn.DNS },
		func(value string) error { _, err := conn.ParseDNS(value); return err })
	return r
}

// proxySource returns the setting of the client that a PROXY header names.
func proxySource() Setting {
	return checked("proxy-source", "ADDR", "name this client in --proxy-protocol: an address, perhaps with a port", func(s *Settings) *string { return &s.Session.Conn.ProxySource },
		func(value string) error { _, err := conn.ParseSource(value); return err })
}

// proxyProtocol returns the setting of the version of the PROXY header that is sent first.
func proxyProtocol() Setting {
	return choice("proxy-protocol", "send a header of the PROXY protocol first, as a load balancer does", OfServers,
		words[byte]{{"off", 0}, {"v1", 1}, {"v2", 2}}, func(s *Settings) *byte { return &s.Session.Conn.ProxyHeader }, nil)
}

// viaProxy returns the setting of the proxy to connect through. There is at most one, SOCKS5 or HTTP.
func viaProxy(name, help string, isHTTP bool) Setting {
	is := func(p conn.Proxy) bool { return !p.IsZero() && p.HTTP() == isHTTP }
	return parsed(name, "URL", help,
		func(s *Settings, value string) error {
			p, err := conn.Proxy{}, error(nil)
			if value != "" {
				p, err = conn.ParseProxy(value, isHTTP)
			}
			if err == nil && !p.IsZero() || is(s.Session.Conn.Proxy) {
				s.Session.Conn.Proxy = p
			}
			return err
		},
		func(s *Settings) string {
			if p := s.Session.Conn.Proxy; is(p) {
				return p.String()
			}
			return ""
		})
}

// family returns the setting that connects by one family of addresses only. At most one can be on.
func family(name, help string, f conn.Family) Setting {
	at := func(s *Settings) *conn.Family { return &s.Session.Conn.Family }
	r := boolean(name, help, OfServers, func(*Settings) *bool { return new(bool) }, nil)
	r.set = func(s *Settings, value string) error {
		switch {
		case strings.EqualFold(value, "on"):
			*at(s) = f
		case !strings.EqualFold(value, "off"):
			return fmt.Errorf("%q: use on or off", value)
		case *at(s) == f:
			*at(s) = conn.AnyFamily
		}
		return nil
	}
	r.get = func(s *Settings) string {
		if *at(s) == f {
			return "on"
		}
		return "off"
	}
	return r
}

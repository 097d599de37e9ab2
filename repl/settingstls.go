package repl

import (
	"imapsh/internal/conn"
)

// alpn returns the setting of the protocol that is offered in the TLS handshake.
func alpn() Setting {
	r := orNone(textual("alpn", "NAME|none", "offer this protocol in TLS (ALPN)", OfServers, func(s *Settings) *string { return &s.Session.Conn.ALPN }))
	get := r.get
	r.get = func(s *Settings) string {
		if name := get(s); name != "" {
			return name
		}
		return "none"
	}
	return r
}

// ciphers returns the setting of the suites that are offered for TLS 1.2 and older.
func ciphers() Setting {
	return parsed("ciphers", "LIST", "offer only these cipher suites, and not TLS 1.3, whose suites cannot be chosen",
		func(s *Settings, value string) (err error) {
			c := &s.Session.Conn
			if value == "" {
				c.Ciphers = nil
			} else if ids, perr := conn.ParseCiphers(value); perr != nil {
				return perr
			} else {
				c.Ciphers = ids
			}
			return nil
		},
		func(s *Settings) string { return conn.CipherNames(s.Session.Conn.Ciphers) })
}

// pin returns the setting of the certificate that the server must have.
func pin() Setting {
	return parsed("pin", "PIN", "accept only the certificate, or the key, with this fingerprint: sha256:…",
		func(s *Settings, value string) error {
			p, err := conn.Pin{}, error(nil)
			if value != "" {
				p, err = conn.ParsePin(value)
			}
			if err == nil {
				s.Session.Conn.Pin = p
			}
			return err
		},
		func(s *Settings) string { return s.Session.Conn.Pin.String() })
}

// version returns the setting of a limit on the TLS version.
func version(name, help string, at func(*Settings) *uint16) Setting {
	of := words[uint16]{{"auto", 0}}
	for _, v := range conn.Versions {
		of = append(of, struct {
			word  string
			value uint16
		}{v.Word, v.Number})
	}
	return choice(name, help, OfServers, of, at, nil)
}

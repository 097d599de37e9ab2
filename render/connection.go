package render

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/text"
	"imapsh/internal/trace"
)

// Reached says where a connection leads and how long each step to it took.
func Reached(info *conn.Info, greeting time.Duration) string {
	s := info.Remote + "  connect " + text.Brief(info.Connect)
	if info.TLSTime > 0 {
		s += "  tls " + text.Brief(info.TLSTime)
	}
	return s + "  greeting " + text.Brief(greeting)
}

// TLS says what a handshake agreed on: the version, whom the certificate names, who issued it, and
// how long it is valid.
func TLS(info *conn.Info, now time.Time) string {
	if info.State == nil {
		return "no TLS: others on the network can read everything that is sent"
	}
	s := tls.VersionName(info.State.Version)
	certs := info.State.PeerCertificates
	if len(certs) == 0 {
		return s
	}
	c := certs[0]
	s += "; CN=" + c.Subject.CommonName
	if by := c.Issuer.CommonName; by != "" && by != c.Subject.CommonName {
		s += " by " + by
	}
	if info.Verified {
		s += "; verified"
	} else {
		s += "; NOT VERIFIED"
	}
	if days := daysLeft(c.NotAfter, now); days < 0 {
		return s + fmt.Sprintf("; expired %d days ago", -days)
	} else {
		return s + fmt.Sprintf("; %d days left", days)
	}
}

func daysLeft(end, now time.Time) int { return int(end.Sub(now).Hours() / 24) }

func (p *prettyMode) link(e *trace.Event) {
	now := p.r.opts.Now()
	switch e.Kind {
	case trace.Connected:
		p.note(e.Conn, Reached(e.Info, e.Elapsed))
		if e.Info.State != nil {
			p.note(e.Conn, TLS(e.Info, now))
		}
	case trace.Secured:
		p.note(e.Conn, TLS(e.Info, now))
	case trace.Compressed:
		p.note(e.Conn, "compressed from now on (DEFLATE)")
	case trace.Lost:
		p.sentEnd(e.Conn) // no more comes of it
	}
}

func (m *rawMode) link(e *trace.Event) {
	m.before()
	m.says.link(e)
}

// linkNames are the events of a connection as JSON has them.
var linkNames = map[trace.Kind]string{trace.Connected: "connected", trace.Secured: "secured", trace.Compressed: "compressed", trace.Lost: "lost"}

func (m *jsonMode) link(e *trace.Event) {
	b := m.begin(linkNames[e.Kind], e.Conn)
	b = append(b, `,"at":"`...)
	b = e.At.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, '"')
	if i := e.Info; i != nil {
		b = appendJSON(append(b, `,"remote":`...), []byte(i.Remote))
		b = appendJSON(append(b, `,"trust":`...), []byte(i.Trust.String()))
		if e.Kind == trace.Connected {
			b = appendMillis(b, "connect_ms", i.Connect)
			b = appendMillis(b, "greeting_ms", e.Elapsed)
		}
		if e.Kind == trace.Lost {
			b = appendMillis(b, "up_ms", e.Elapsed)
		} else {
			b = m.appendTLS(b, i)
		}
	}
	if e.Kind == trace.Lost {
		b = strconv.AppendBool(append(b, `,"meant":`...), e.Err == nil)
		if e.Err != nil {
			said := e.Text
			if said == "" {
				said = e.Err.Error()
			}
			b = appendJSON(append(b, `,"error":`...), []byte(said))
		}
		if e.Hint != "" {
			b = appendJSON(append(b, `,"hint":`...), []byte(e.Hint))
		}
	}
	m.end(b)
}

// appendTLS appends what a handshake has agreed on, where there was one.
func (m *jsonMode) appendTLS(b []byte, i *conn.Info) []byte {
	if i.State == nil {
		return b
	}
	b = appendMillis(b, "tls_ms", i.TLSTime)
	b = appendJSON(append(b, `,"version":`...), []byte(tls.VersionName(i.State.Version)))
	b = appendJSON(append(b, `,"cipher":`...), []byte(tls.CipherSuiteName(i.State.CipherSuite)))
	b = strconv.AppendBool(append(b, `,"verified":`...), i.Verified)
	if len(i.State.PeerCertificates) == 0 {
		return b
	}
	c := i.State.PeerCertificates[0]
	b = appendJSON(append(b, `,"certificate":{"subject":`...), []byte(c.Subject.String()))
	b = appendJSON(append(b, `,"issuer":`...), []byte(c.Issuer.String()))
	b = appendTexts(b, "names", c.DNSNames)
	b = append(b, `,"not_after":"`...)
	b = c.NotAfter.UTC().AppendFormat(b, time.RFC3339)
	b = strconv.AppendInt(append(b, `","days_left":`...), int64(daysLeft(c.NotAfter, m.r.opts.Now())), 10)
	sum := sha256.Sum256(c.Raw)
	return append(appendJSON(append(b, `,"sha256":`...), []byte(hex.EncodeToString(sum[:]))), '}')
}

func appendMillis(b []byte, name string, d time.Duration) []byte {
	b = append(append(append(b, ',', '"'), name...), '"', ':')
	return strconv.AppendFloat(b, float64(d)/float64(time.Millisecond), 'f', 3, 64)
}

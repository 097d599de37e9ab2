package render

import (
	"cmp"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/text"
	"imapsh/internal/trace"
)

// Reached says where a connection leads and how long each step of connecting took. A negative greeting means that there was none.
func Reached(info *conn.Info, greeting time.Duration) string {
	return reached(info, Steps(info, greeting), greeting)
}

func reached(info *conn.Info, steps []Step, greeting time.Duration) string {
	s := info.Remote
	if info.Via != "" {
		s += " through " + info.Via
	}
	for _, step := range steps {
		if step.Took > 0 || step.Name == "connect" || step.Name == "greeting" && greeting >= 0 {
			s += "  " + step.Name + " " + text.Brief(step.Took)
		}
	}
	return s
}

// A Step is one step of connecting, and how long it took.
type Step struct {
	Name string
	Took time.Duration
}

// Steps returns the steps of connecting, in order; one that was not needed took no time.
func Steps(info *conn.Info, greeting time.Duration) []Step {
	return []Step{{"dns", info.Resolve}, {"connect", info.Connect}, {"proxy", info.Proxied}, {"tls", info.TLSTime}, {"greeting", greeting}}
}

// TLS says what was agreed in a handshake: the version, cipher, group and protocol; and whom the certificate names,
// who signed it, whether it was verified, and how long it is valid.
func TLS(info *conn.Info, now time.Time) string {
	if info.State == nil {
		return "no TLS: others on the network can read everything that is sent"
	}
	state := info.State
	s := tls.VersionName(state.Version) + " " + tls.CipherSuiteName(state.CipherSuite)
	if group := groupName(state.CurveID); group != "" {
		s += " " + group
	}
	if state.NegotiatedProtocol != "" {
		s += " ALPN " + state.NegotiatedProtocol
	}
	if state.DidResume {
		s += ", resumed"
	}
	if len(state.PeerCertificates) == 0 {
		return s
	}
	c := state.PeerCertificates[0]
	s += "; " + subjectOf(c)
	if by := issuerOf(c); by != "" && c.Issuer.String() != c.Subject.String() {
		s += " by " + by
	}
	switch {
	case info.Verified:
		s += "; verified"
	case info.Pinned:
		s += "; pinned"
	default:
		s += "; NOT VERIFIED"
	}
	if days := daysLeft(c.NotAfter, now); days < 0 {
		return s + fmt.Sprintf("; expired %d days ago", -days)
	} else {
		return s + fmt.Sprintf("; %d days left", days)
	}
}

// subjectOf returns a short name of a certificate's subject: its common name, otherwise its first host.
func subjectOf(c *x509.Certificate) string {
	switch {
	case c.Subject.CommonName != "":
		return "CN=" + c.Subject.CommonName
	case len(c.DNSNames) > 0:
		return c.DNSNames[0]
	case len(c.IPAddresses) > 0:
		return c.IPAddresses[0].String()
	}
	return cmp.Or(c.Subject.String(), "without a name")
}

// issuerOf returns who signed a certificate: the common name, and its organization.
func issuerOf(c *x509.Certificate) string {
	by, o := c.Issuer.CommonName, strings.Join(c.Issuer.Organization, ", ")
	switch {
	case by == "":
		return cmp.Or(o, c.Issuer.String())
	case o != "" && !strings.Contains(by, o):
		return by + " (" + o + ")"
	}
	return by
}

// groupNames are the RFCs' names of the key exchange groups for which crypto/tls has another name.
var groupNames = map[tls.CurveID]string{tls.CurveP256: "secp256r1", tls.CurveP384: "secp384r1", tls.CurveP521: "secp521r1"}

// groupName returns the name of the key exchange group; "" if there was none.
func groupName(id tls.CurveID) string {
	if id == 0 {
		return ""
	}
	if name, ok := groupNames[id]; ok {
		return name
	}
	return id.String()
}

func daysLeft(end, now time.Time) int { return int(end.Sub(now).Hours() / 24) }

// unverified says what is wrong with a certificate that was accepted all the same; "" if there is nothing to
// say.
func unverified(info *conn.Info) string {
	switch {
	case info.State == nil || info.Verified || info.Pinned:
		return ""
	case info.Reason == nil:
		return "the certificate is not verified (--insecure): whoever is in between can read and change everything"
	}
	return "the certificate is not verified (--insecure): " + info.Reason.Error()
}

// handshake shows what was agreed in a handshake, and what should not be overlooked.
func (p *prettyMode) handshake(e *trace.Event) {
	p.note(e.Conn, TLS(e.Info, p.r.opts.Now()))
	if says := unverified(e.Info); says != "" {
		p.warn(e.Conn, says)
	}
}

func (p *prettyMode) link(e *trace.Event) {
	switch e.Kind {
	case trace.Connected:
		p.note(e.Conn, Reached(e.Info, e.Elapsed))
		if e.Info.Header != "" {
			p.note(e.Conn, "the first bytes were "+e.Info.Header)
		}
		if e.Info.State != nil {
			p.handshake(e)
		}
	case trace.Secured:
		p.handshake(e)
	case trace.Handshake:
		p.facts(e)
	case trace.Timing:
		steps := append(Steps(e.Info, e.Elapsed), Step{"auth", e.Auth})
		sum := time.Duration(0)
		for _, step := range steps {
			sum += step.Took
		}
		p.note(e.Conn, reached(e.Info, steps, e.Elapsed)+"  in all "+text.Brief(sum))
	case trace.Traffic:
		c := e.Carried
		p.note(e.Conn, "sent      "+text.Plural(c.Commands, "command")+", "+flowed(c.Sent))
		p.note(e.Conn, "received  "+flowed(c.Received))
		p.note(e.Conn, text.Plural(c.Trips, "round trip")+" in "+text.Brief(e.Elapsed))
	case trace.Compressed:
		p.note(e.Conn, "compressed from now on (DEFLATE)")
	case trace.Lost:
		p.sentEnd(e.Conn) // the literal being sent ends here
	}
}

// flowed says how many bytes went in one direction.
func flowed(f conn.Flow) string {
	s := text.Size(f.IMAP) + " of IMAP, " + text.Size(f.Wire) + " on the wire"
	if f.Packed > 0 {
		s += fmt.Sprintf(", compressed %.1f:1", float64(f.Full)/float64(f.Packed))
	}
	return s
}

func (m *rawMode) link(e *trace.Event) {
	m.before()
	m.says.link(e)
}

// linkNames are the names in JSON of the events of a connection.
var linkNames = map[trace.Kind]string{trace.Connected: "connected", trace.Secured: "secured", trace.Handshake: "tls", trace.Compressed: "compressed", trace.Timing: "timing", trace.Traffic: "traffic", trace.Lost: "lost"}

func (m *jsonMode) link(e *trace.Event) {
	b := m.begin(linkNames[e.Kind], e.Conn)
	b = append(b, `,"at":"`...)
	b = e.At.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, '"')
	if i := e.Info; i != nil {
		b = appendJSON(append(b, `,"remote":`...), []byte(i.Remote))
		b = appendJSON(append(b, `,"trust":`...), []byte(i.Trust.String()))
		switch e.Kind {
		case trace.Connected, trace.Timing:
			b = appendReached(b, i)
			b = appendMillis(b, "greeting_ms", e.Elapsed)
		}
		switch e.Kind {
		case trace.Timing:
			if i.State != nil {
				b = appendMillis(b, "tls_ms", i.TLSTime)
			}
			if e.Auth > 0 {
				b = appendMillis(b, "auth_ms", e.Auth)
			}
		case trace.Traffic:
			b = appendMillis(b, "up_ms", e.Elapsed)
			b = strconv.AppendInt(append(b, `,"commands":`...), int64(e.Carried.Commands), 10)
			b = strconv.AppendInt(append(b, `,"round_trips":`...), int64(e.Carried.Trips), 10)
			b = appendFlow(b, "sent", e.Carried.Sent)
			b = appendFlow(b, "received", e.Carried.Received)
		case trace.Lost:
			b = appendMillis(b, "up_ms", e.Elapsed)
		case trace.Handshake:
			b = appendFacts(b, i, m.r.opts.Now())
		default:
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

// appendFlow appends how many bytes went in one direction.
func appendFlow(b []byte, name string, f conn.Flow) []byte {
	b = append(append(append(b, ',', '"'), name...), `":{"imap":`...)
	b = strconv.AppendInt(b, f.IMAP, 10)
	b = strconv.AppendInt(append(b, `,"wire":`...), f.Wire, 10)
	if f.Packed > 0 {
		b = strconv.AppendInt(append(b, `,"full":`...), f.Full, 10)
		b = strconv.AppendInt(append(b, `,"compressed":`...), f.Packed, 10)
	}
	return append(b, '}')
}

// appendReached appends how the server was reached.
func appendReached(b []byte, i *conn.Info) []byte {
	if i.Via != "" {
		b = appendJSON(append(b, `,"via":`...), []byte(i.Via))
	}
	if i.Header != "" {
		b = appendJSON(append(b, `,"proxy_header":`...), []byte(i.Header))
	}
	if i.Resolve > 0 {
		b = appendMillis(b, "dns_ms", i.Resolve)
	}
	b = appendMillis(b, "connect_ms", i.Connect)
	if i.Proxied > 0 {
		b = appendMillis(b, "proxy_ms", i.Proxied)
	}
	if len(i.Attempts) < 2 {
		return b
	}
	b = append(b, `,"attempts":[`...)
	for n, a := range i.Attempts {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = appendJSON(append(b, `"address":`...), []byte(a.Addr))
		b = appendMillis(b, "took_ms", a.Took)
		if a.Err != nil {
			b = appendJSON(append(b, `,"error":`...), []byte(conn.Plainly(a.Err)))
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendTLS appends what was agreed in a handshake, if there was one.
func (m *jsonMode) appendTLS(b []byte, i *conn.Info) []byte {
	if i.State == nil {
		return b
	}
	b = appendMillis(b, "tls_ms", i.TLSTime)
	return appendHandshake(b, i, m.r.opts.Now())
}

func appendHandshake(b []byte, i *conn.Info, now time.Time) []byte {
	b = appendJSON(append(b, `,"version":`...), []byte(tls.VersionName(i.State.Version)))
	b = appendJSON(append(b, `,"cipher":`...), []byte(tls.CipherSuiteName(i.State.CipherSuite)))
	if group := groupName(i.State.CurveID); group != "" {
		b = appendJSON(append(b, `,"group":`...), []byte(group))
	}
	if i.State.NegotiatedProtocol != "" {
		b = appendJSON(append(b, `,"alpn":`...), []byte(i.State.NegotiatedProtocol))
	}
	if i.State.DidResume {
		b = append(b, `,"resumed":true`...)
	}
	b = strconv.AppendBool(append(b, `,"verified":`...), i.Verified)
	if i.Pinned {
		b = append(b, `,"pinned":true`...)
	}
	if i.Reason != nil {
		b = appendJSON(append(b, `,"unverified":`...), []byte(i.Reason.Error()))
	}
	if len(i.State.PeerCertificates) == 0 {
		return b
	}
	return append(appendCertificate(append(b, `,"certificate":{`...), i.State.PeerCertificates[0], now), '}')
}

// appendCertificate appends the members of a certificate.
func appendCertificate(b []byte, c *x509.Certificate, now time.Time) []byte {
	b = appendJSON(append(b, `"subject":`...), []byte(c.Subject.String()))
	b = appendJSON(append(b, `,"issuer":`...), []byte(c.Issuer.String()))
	b = appendTexts(b, "names", c.DNSNames)
	b = append(b, `,"not_after":"`...)
	b = c.NotAfter.UTC().AppendFormat(b, time.RFC3339)
	b = strconv.AppendInt(append(b, `","days_left":`...), int64(daysLeft(c.NotAfter, now)), 10)
	sum := sha256.Sum256(c.Raw)
	return appendJSON(append(b, `,"sha256":`...), []byte(hex.EncodeToString(sum[:])))
}

func appendMillis(b []byte, name string, d time.Duration) []byte {
	b = append(append(append(b, ',', '"'), name...), '"', ':')
	return strconv.AppendFloat(b, float64(d)/float64(time.Millisecond), 'f', 3, 64)
}

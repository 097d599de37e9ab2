package render

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"syscall"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/trace"
)

// inClear returns what is known about a connection without TLS, secured about one with TLS.
func inClear() conn.Info {
	return conn.Info{Remote: "192.0.2.10:143", Trust: conn.Clear, Connect: 4200 * time.Microsecond}
}

func secured() conn.Info {
	return conn.Info{
		Remote: "192.0.2.10:993", Trust: conn.TLS, Connect: 4200 * time.Microsecond, TLSTime: 31 * time.Millisecond, Verified: true,
		State: &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256, PeerCertificates: []*x509.Certificate{{
			Subject: pkix.Name{CommonName: "mail.example.org", Organization: []string{"Example"}}, SerialNumber: big.NewInt(2), Issuer: pkix.Name{CommonName: "Example CA"},
			DNSNames: []string{"mail.example.org", "imap.example.org"}, NotAfter: noon.AddDate(0, 0, 40), Raw: []byte("a certificate"),
		}}},
	}
}

// wholly returns a handshake about which everything is known.
func wholly() *conn.Info {
	info := secured()
	leaf := info.State.PeerCertificates[0]
	leaf.SerialNumber, leaf.NotBefore, leaf.IPAddresses = big.NewInt(0xabcdef), noon.AddDate(0, -1, 0), []net.IP{net.IPv4(192, 0, 2, 10)}
	leaf.PublicKey, leaf.SignatureAlgorithm = &ecdsa.PublicKey{Curve: elliptic.P256()}, x509.ECDSAWithSHA256
	root := &x509.Certificate{
		Subject: pkix.Name{CommonName: "Example\x1b Root"}, Issuer: pkix.Name{CommonName: "Example\x1b Root"}, SerialNumber: big.NewInt(1), Raw: []byte("a root"),
		NotBefore: noon.AddDate(0, 0, 1), NotAfter: noon.AddDate(9, 0, 0), PublicKey: &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047)}, SignatureAlgorithm: x509.SHA256WithRSA,
	}
	info.State.PeerCertificates = append(info.State.PeerCertificates, root)
	info.State.VerifiedChains, info.State.OCSPResponse = [][]*x509.Certificate{{leaf, root}}, []byte("not a response")
	info.Asked = &conn.Asked{Name: "mail.example.org", ALPN: "imap", Min: tls.VersionTLS12, Client: true, Issuers: []string{"CN=Example\x1b CA"},
		Sent: &tls.Certificate{Leaf: &x509.Certificate{Subject: pkix.Name{CommonName: "alice"}, NotAfter: noon.AddDate(0, 0, -1)}}}
	return &info
}

func init() {
	scenes["links"] = func(s *scene) {
		hear := func(e trace.Event, info *conn.Info) {
			e.At, e.Info = s.now, info
			s.r.Hear(&e)
		}
		safe, clear, old := secured(), inClear(), secured()
		far := inClear()
		far.Via, far.Header, far.Resolve, far.Proxied = "socks5h://127.0.0.1:1080", "PROXY v2 TCP4 192.0.2.7:50000 -> 192.0.2.10:143", 1500*time.Microsecond, 3*time.Millisecond
		far.Attempts = []conn.Attempt{{Addr: "2001:db8::10", Took: 300 * time.Microsecond, Err: syscall.ENETUNREACH}, {Addr: "192.0.2.10", Took: 4 * time.Millisecond}}
		safe.State.CurveID, safe.State.NegotiatedProtocol = tls.X25519MLKEM768, "imap"
		again := safe
		resumed := *safe.State
		resumed.DidResume, resumed.CurveID = true, tls.CurveP256
		again.State, again.Pinned = &resumed, true
		old.Reason = errors.New("the certificate expired on 2026-11-18 (3 days ago)")
		old.Verified, old.State.PeerCertificates[0].NotAfter = false, noon.AddDate(0, 0, -3)
		hear(trace.Event{Kind: trace.Connected, Elapsed: 12 * time.Millisecond}, &safe)
		hear(trace.Event{Kind: trace.Compressed}, &safe)
		hear(trace.Event{Kind: trace.Lost, Elapsed: 90 * time.Second}, &safe)
		hear(trace.Event{Kind: trace.Connected, Elapsed: 12 * time.Millisecond}, &again)
		hear(trace.Event{Kind: trace.Connected, Elapsed: 12 * time.Millisecond}, &far)
		hear(trace.Event{Kind: trace.Connected, Conn: "bob", Elapsed: 12 * time.Millisecond}, &clear)
		hear(trace.Event{Kind: trace.Secured, Conn: "bob"}, &old)
		hear(trace.Event{Kind: trace.Handshake}, wholly())
		hear(trace.Event{Kind: trace.Handshake, Conn: "bob"}, &old)
		hear(trace.Event{Kind: trace.Handshake, Conn: "bob"}, &clear)
		hear(trace.Event{Kind: trace.Discarded, Conn: "bob", Data: []byte("* OK forged\r\n")}, nil)
		hear(trace.Event{Kind: trace.Lost, Conn: "bob", Elapsed: 90 * time.Second, Err: errors.New("EOF"), Text: "the server closed the connection"}, &old)
		hear(trace.Event{Kind: trace.Lost, Conn: "dave", Info: &conn.Info{}, Err: errors.New("expired"), Text: "TLS with mail.example.org:143: the certificate expired", Hint: "the server needs a new certificate"}, nil)
		hear(trace.Event{Kind: trace.Lost, Conn: "carol", Err: errors.New("connection refused"), Text: "connecting to mail.example.org:143: connection refused", Hint: "is it the right port?"}, nil)
		hear(trace.Event{Kind: trace.Lost, Conn: "carol", Err: errors.New("said before")}, &clear)
		s.r.Flush()
	}
}

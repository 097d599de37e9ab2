package conn

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// Asked is what each side asked of the other in a handshake, as far as the result does not show it.
type Asked struct {
	Name     string           // the name asked for (SNI) and verified
	ALPN     string           // the protocol that was offered; "" if none
	Min, Max uint16           // the versions that were offered; a Max of 0 is the newest
	Ciphers  []uint16         // the suites that were offered for TLS 1.2 and older; nil for Go's default
	Client   bool             // the server asked for a client certificate
	Issuers  []string         // the issuers that it accepts; empty for any
	Sent     *tls.Certificate // the client certificate that was sent; nil if none
}

// A judgement is what is known about a certificate besides whether an authority vouches for it.
type judgement struct {
	pinned bool
	chains [][]*x509.Certificate // the verified chains, if the certificate is accepted without them too
	reason error
}

// secured returns i with what is known once TLS is active.
func (i Info) secured(secure *tls.Conn, asked *Asked, j judgement, took time.Duration) Info {
	state := secure.ConnectionState()
	i.Trust, i.TLSTime, i.State, i.Asked = TLS, took, &state, asked
	i.Verified, i.Pinned, i.Reason, i.chains = len(state.VerifiedChains) > 0, j.pinned, j.reason, j.chains
	return i
}

// handshake puts TLS on link, within Options.Timeout. After an error link cannot be used, and the caller must
// close it.
func handshake(ctx context.Context, link net.Conn, t Target, o Options) (*tls.Conn, *Asked, judgement, error) {
	var j judgement
	config, asked, err := tlsConfig(t, o)
	if err != nil {
		return nil, nil, j, err
	}
	if o.KeyLogFile != "" {
		keys, err := openKeyLog(o.KeyLogFile)
		if err != nil {
			return nil, nil, j, err
		}
		defer keys.Close() // nothing is written to it after the handshake
		config.KeyLogWriter = keys
	}
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if j.pinned = o.Pin.Fits(state.PeerCertificates); !o.Pin.IsZero() && !j.pinned {
			return &pinError{state.PeerCertificates}
		}
		chains := state.VerifiedChains
		if o.Insecure {
			j.chains, j.reason = verify(state.PeerCertificates, config)
			chains = j.chains
		}
		if len(state.OCSPResponse) == 0 {
			return nil
		}
		if s := stapleOf(state.OCSPResponse, state.PeerCertificates, chains, o.Now()); s.revoked && len(chains) > 0 {
			if !o.Insecure {
				return &revokedError{s.when}
			}
			j.reason = &revokedError{s.when}
		}
		return nil
	}
	offer := &offer{ClientSessionCache: o.Sessions}
	if o.Sessions != nil {
		config.ClientSessionCache = offer
	}
	limited := ctx
	if o.Timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, o.Timeout)
		defer cancel()
	}
	heard := &overheard{Conn: link}
	secure := tls.Client(heard, config)
	if err := secure.HandshakeContext(limited); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		} else if limited.Err() != nil {
			err = limited.Err() // otherwise it would be "use of closed connection"
		}
		err = tlsError(t, o, asked, heard.first, err)
		if e := (*Error)(nil); errors.As(err, &e) && offer.made {
			e.Resuming = len(heard.first) == 0 || heard.first[0] == alertRecord
		}
		return nil, nil, j, err
	}
	heard.first, heard.done = nil, true
	return secure, asked, j, nil
}

// alertRecord is the first byte of a record with an alert (RFC 8446 §5.1).
const alertRecord = 0x15

// An offer notes whether an earlier session was found, which is then offered for resumption.
type offer struct {
	tls.ClientSessionCache
	made bool
}

func (o *offer) Get(key string) (*tls.ClientSessionState, bool) {
	state, ok := o.ClientSessionCache.Get(key)
	o.made = o.made || ok
	return state, ok
}

// tlsConfig returns what the options ask of a handshake. The Asked is completed during the handshake.
func tlsConfig(t Target, o Options) (*tls.Config, *Asked, error) {
	asked := &Asked{Name: o.SNI, ALPN: o.ALPN, Ciphers: o.Ciphers}
	asked.Min, asked.Max = o.versions()
	if asked.Name == "" {
		host, err := asciiHost(t.Host)
		if err != nil {
			return nil, nil, &Error{Phase: TLSWith, Target: t, Err: because(err, "not a host name")}
		}
		asked.Name = host
	}
	if asked.Name == "" && !o.Insecure {
		return nil, nil, &Error{Phase: TLSWith, Target: t, Err: errors.New("no host name to verify the certificate against"), Hint: "name it with --sni NAME"}
	}
	config := &tls.Config{
		MinVersion: asked.Min, MaxVersion: asked.Max, CipherSuites: o.Ciphers,
		InsecureSkipVerify: o.Insecure, Time: o.Now, ServerName: asked.Name,
	}
	if o.ALPN != "" {
		config.NextProtos = []string{o.ALPN}
	}
	if o.CAFile != "" {
		pool, err := readCA(o.CAFile)
		if err != nil {
			return nil, nil, err
		}
		config.RootCAs = pool
	}
	ours, err := o.clientCertificate()
	if err != nil {
		return nil, nil, err
	}
	config.GetClientCertificate = func(wish *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked.Client, asked.Issuers = true, issuersOf(wish.AcceptableCAs)
		if ours == nil {
			return &tls.Certificate{}, nil
		}
		asked.Sent = ours // whoever signed it: the server says whether it accepts it
		return ours, nil
	}
	return config, asked, nil
}

// verify verifies a certificate that is accepted in any case, and returns its chains and what is wrong with it.
func verify(chain []*x509.Certificate, config *tls.Config) ([][]*x509.Certificate, error) {
	if len(chain) == 0 {
		return nil, errors.New("the server sent no certificate")
	}
	now := time.Now()
	if config.Time != nil {
		now = config.Time()
	}
	verify := x509.VerifyOptions{Roots: config.RootCAs, DNSName: config.ServerName, CurrentTime: now, Intermediates: x509.NewCertPool()}
	for _, c := range chain[1:] {
		verify.Intermediates.AddCert(c)
	}
	chains, err := chain[0].Verify(verify)
	if err != nil {
		_, err = verifyError(&tls.CertificateVerificationError{UnverifiedCertificates: chain, Err: err}, config.ServerName, now)
	}
	return chains, err
}

// Chains returns the chains that an authority vouches for, even if they are not required (Insecure).
func (i *Info) Chains() [][]*x509.Certificate {
	if i.State != nil && len(i.State.VerifiedChains) > 0 {
		return i.State.VerifiedChains
	}
	return i.chains
}

// Check returns a *UsageError if an option cannot be used, without connecting.
func (o *Options) Check() error {
	if o.CAFile != "" {
		if _, err := readCA(o.CAFile); err != nil {
			return err
		}
	}
	if _, err := o.clientCertificate(); err != nil {
		return err
	}
	if lowest, highest := o.versions(); highest != 0 && lowest > highest {
		return &UsageError{Text: "TLS " + versionWord(lowest) + " at least and " + versionWord(highest) + " at most: no version is left", Hint: "--tls-min must not be above --tls-max"}
	}
	if o.KeyLogFile != "" {
		keys, err := openKeyLog(o.KeyLogFile)
		if err != nil {
			return err
		}
		keys.Close()
	}
	return nil
}

func readCA(file string) (*x509.CertPool, error) {
	pem, err := readPEM(file)
	if err != nil {
		return nil, unreadable("CA", file, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, &UsageError{Text: "reading CA file " + quote(file) + ": no certificate in it", Hint: "expected PEM: -----BEGIN CERTIFICATE-----"}
	}
	return pool, nil
}

// maxPEM is the size limit of a file of certificates or keys, in bytes; all public authorities take some 300,000.
const maxPEM = 4 << 20

// readPEM returns the contents of a file of certificates or keys.
func readPEM(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	pem, err := io.ReadAll(io.LimitReader(f, maxPEM+1))
	if err == nil && len(pem) > maxPEM {
		err = fmt.Errorf("it is longer than %d bytes", maxPEM)
	}
	return pem, err
}

// unreadable returns the error for a file that cannot be read; kind says what it should hold.
func unreadable(kind, file string, err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return &UsageError{Text: "reading " + kind + " file " + quote(file) + ": " + err.Error()}
}

// openKeyLog opens the file for the secrets of TLS (SSLKEYLOGFILE), readable only by its owner.
func openKeyLog(file string) (*os.File, error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, &UsageError{Text: "writing the keys of TLS to " + quote(file) + ": " + err.Error(), Hint: "SSLKEYLOGFILE in the environment names that file"}
	}
	return f, nil
}

// overheard is a connection that keeps the first bytes received during a handshake, to show them if they are not
// TLS. Only one goroutine reads.
type overheard struct {
	net.Conn
	first []byte
	done  bool
}

const overheardMost = 200

func (h *overheard) Read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	if len(h.first) < overheardMost && !h.done {
		h.first = append(h.first, p[:min(n, overheardMost-len(h.first))]...)
	}
	return n, err
}

// versions returns the oldest and the newest version of TLS to offer; a highest of 0 means the newest that Go has.
func (o *Options) versions() (lowest, highest uint16) {
	lowest, highest = o.MinTLS, o.MaxTLS
	if highest == 0 && len(o.Ciphers) > 0 {
		highest = tls.VersionTLS12 // the suites of TLS 1.3 cannot be chosen
	}
	if lowest == 0 {
		lowest = tls.VersionTLS12
		if highest != 0 {
			lowest = min(lowest, highest)
		}
	}
	return lowest, highest
}

// Versions are the versions of TLS that can be chosen, oldest first.
var Versions = []Version{{"1.0", tls.VersionTLS10}, {"1.1", tls.VersionTLS11}, {"1.2", tls.VersionTLS12}, {"1.3", tls.VersionTLS13}}

// A Version is a version of TLS.
type Version struct {
	Word   string // "1.2", as it is typed
	Number uint16 // as in crypto/tls
}

func versionWord(v uint16) string {
	for _, known := range Versions {
		if known.Number == v {
			return known.Word
		}
	}
	return "of another version"
}

// Offered says in words which versions of TLS were offered: "1.2 and 1.3 are offered".
func (a *Asked) Offered() string {
	highest := a.Max
	if highest == 0 {
		highest = tls.VersionTLS13
	}
	var words []string
	for _, v := range Versions {
		if v.Number >= a.Min && v.Number <= highest {
			words = append(words, v.Word)
		}
	}
	switch last := len(words) - 1; last {
	case 0:
		return words[0] + " is offered"
	default:
		return strings.Join(words[:last], ", ") + " and " + words[last] + " are offered"
	}
}

// olderHint returns what may help if no version is in common.
func olderHint(a *Asked) string {
	if a.Min > tls.VersionTLS10 {
		return "--tls-min 1.0 offers older ones, which are not safe"
	}
	return ""
}

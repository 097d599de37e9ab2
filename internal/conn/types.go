// Package conn is a socket and its layers: dialling, TLS, compression, a reader
// that frames what arrives and a writer that sends what it is given. It knows
// bytes and frames, but not commands.
package conn

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"time"

	"imapsh/internal/wire"
)

// Scheme says how a server is reached.
type Scheme uint8

const (
	IMAPS  Scheme = iota // implicit TLS
	IMAP                 // unencrypted, perhaps STARTTLS later
	Unix                 // a local socket
	Tunnel               // a program's stdin and stdout
)

// Target says where to connect, as named on the command line.
type Target struct {
	Scheme     Scheme
	Host, Port string // Port in digits, never "" for IMAPS and IMAP
	Path       string // Unix: the socket; Tunnel: the shell command
	User       string // decoded; "" if the argument names none
	Auth       string // a mechanism in capitals, from ;AUTH=, or "*" for the best one; "" if none
	Mailbox    string // decoded; "" if the argument names none
	Domain     string // the mail domain for which DNS may name a server; "" if the server itself is named
	Found      bool   // DNS has named Host and Port
	Note       string // what was assumed, to be shown to the user; "" if nothing was
}

// Options say how to connect to a target. Zero values are the defaults.
type Options struct {
	CAFile   string // PEM; "" for the system's authorities
	Insecure bool   // the certificate is not verified
	SNI      string // the name to ask for and verify; "" for the host
	// CertFile and KeyFile are the client certificate and its key, in PEM. Without KeyFile the key must be in CertFile.
	CertFile, KeyFile string
	MinTLS, MaxTLS    uint16                 // the versions to offer; 0 for TLS 1.2 and for the newest
	Ciphers           []uint16               // the suites to offer, which excludes TLS 1.3; nil for Go's default
	ALPN              string                 // the protocol to offer; "" for none
	Pin               Pin                    // the certificate that the server must have
	KeyLogFile        string                 // where to write the secrets of TLS, to decrypt captured packets; "" for nowhere
	UsedTLS           bool                   // this server has used TLS on this port before, so it is not the wrong port
	Sessions          tls.ClientSessionCache // sessions of earlier connections with the same options, to resume; nil for none
	Family            Family                 // which addresses to try
	Bind              string                 // the local address to connect from; "" for any
	DNS               string                 // the address of the DNS server to ask; "" for the system's
	Proxy             Proxy                  // the proxy that connects on our behalf
	ProxyPassword     string                 // the password of the proxy's user
	ProxyHeader       byte                   // the version of the PROXY protocol header to send first; 0 for none
	ProxySource       string                 // the client that the header names, with or without a port; "" for ourselves
	NoProbes          bool                   // do not use TCP keep-alive to find out whether the peer is gone
	MaxLiteral        int64                  // how many bytes of a literal are kept in memory; 0 for wire.DefaultMaxLiteral
	MaxKept           int                    // how many bytes of a response are kept in memory; 0 for wire.DefaultMaxKept
	Tell              func(string)           // is told each step of connecting in words, from any goroutine; may be nil
	Timeout           time.Duration          // for connecting and for TLS, each; 0 for none
	Now               func() time.Time       // nil for time.Now
	// Moved, if set, is called from goroutines of the connection when a batch can be taken, when the
	// stream has ended, and when Send has room again. It must not block.
	Moved func()
	// Local reports whether data sent to an address stays on this machine; nil to accept loopback
	// addresses.
	Local func(net.Addr) bool
	// Environ returns the environment for the command of a tunnel; nil for our own.
	Environ func() []string
	// Stderr gets what the command of a tunnel writes to its stderr, unescaped and from a goroutine of
	// its own; nil to drop it.
	Stderr io.Writer
}

// Trust says how far a link can be trusted with a secret.
type Trust uint8

const (
	Clear Trust = iota // unencrypted: others can read it
	Local              // a socket, a tunnel, or a loopback address reached without a proxy
	TLS                // encrypted, whether or not the certificate was verified
)

// String returns the word for it in JSON.
func (t Trust) String() string { return [...]string{"clear", "local", "tls"}[t] }

// Info is what is known about a connection.
type Info struct {
	Remote     string // "192.0.2.10:993"
	Via        string // the URL of the proxy; "" if none
	Header     string // the PROXY protocol header that was sent, in words; "" if none
	Trust      Trust
	Resolve    time.Duration        // until the name was resolved; 0 if Host is an address
	Connect    time.Duration        // from then until it was connected, to the proxy if there is one
	Proxied    time.Duration        // from then until the proxy was connected to the server
	Attempts   []Attempt            // at addresses of the server, or of the proxy, in the order in which they ended
	TLSTime    time.Duration        // of the handshake
	State      *tls.ConnectionState // nil without TLS
	Verified   bool                 // an authority vouches for the certificate
	Pinned     bool                 // the certificate is the pinned one
	Unresumed  bool                 // a first connection failed because it offered an earlier session; this is the second one
	Reason     error                // what is wrong with a certificate that was accepted unverified; nil if nothing
	Asked      *Asked               // of the handshake; nil without TLS
	chains     [][]*x509.Certificate
	Compressed bool
}

// A Batch is the result of one read of the socket. It must be released once, after its parts have been used.
type Batch struct {
	Parts []wire.Part
	// Octets holds the bytes of all parts, as received.
	Octets []byte
	// Parked says that the reader has stopped after the response of a barrier and waits for Continue,
	// StartTLS or Compress; Rest holds what came after the response.
	Parked bool
	Rest   []byte
	// Switched says that a change of layer has ended; Err is set if it failed.
	Switched bool
	// Pending is how many bytes have arrived of a response that is not complete yet, and Unfinished the
	// last of those that are kept, at most 200 (of a spilled literal: its announcement); 0 and nil after
	// a complete response.
	Pending    int64
	Unfinished []byte
	// LiteralSize is the announced size of the literal in which the batch ends, and LiteralLeft how many
	// of its bytes are still to come; both are 0 outside literals.
	LiteralSize, LiteralLeft int64
	// Err ends the stream: io.EOF if the server closed it, otherwise an *Error (a reset, a TLS alert, a
	// failed write, the exit status of a tunnel). A response that was cut off is in this batch, as an End
	// with Frame.Cut. No batch follows.
	Err error
	pooled
}

// An Op is something for the writer to send.
type Op struct {
	Bytes []byte
	// Barrier is a tag, or "". With a tag, nothing is written after this op until the reader, which stops
	// at the response with this tag, has been told to continue.
	Barrier string
	// Done, if set, is called by the writer when the op has been written, or has failed because the connection
	// is broken. It must not block.
	Done func(error)
}

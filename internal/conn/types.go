// Package conn is a socket and its layers: dialling, TLS, compression, a reader
// that frames what comes and a writer that sends what it is given. It knows
// bytes and frames, never commands.
package conn

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"time"

	"imapsh/internal/wire"
)

// Scheme is how a server is reached.
type Scheme uint8

const (
	IMAPS  Scheme = iota // implicit TLS
	IMAP                 // clear, perhaps STARTTLS later
	Unix                 // a local socket
	Tunnel               // a program's stdin and stdout
)

// Target is where to connect, as the command line names it.
type Target struct {
	Scheme     Scheme
	Host, Port string
	Path       string // Unix: the socket; Tunnel: the shell command
	User       string // "" without user@
	Auth       string // of ;AUTH=, a mechanism, or "*" for the best one; "" if there is none
	Mailbox    string // "" without /mailbox
	Domain     string // the mail domain whose server DNS may name; "" if the server itself is named
	Found      bool   // DNS has named it
	Note       string // what was assumed and should be said ("port 143 is imap, without TLS")
}

// Options are what connecting needs besides the target.
type Options struct {
	CAFile   string // PEM; "" for the system's
	Insecure bool   // the certificate is not verified
	SNI      string // the name asked for and verified instead of the host
	// CertFile and KeyFile are the client certificate and its key, PEM; without KeyFile the key is in CertFile.
	CertFile, KeyFile string
	MinTLS, MaxTLS    uint16                 // the versions offered; 0 are TLS 1.2 and the newest
	Ciphers           []uint16               // offered for TLS 1.2 and older; nil are the usual ones
	ALPN              string                 // the protocol offered; "" for none
	Pin               Pin                    // the certificate that the server must have
	KeyLogFile        string                 // the secrets of TLS go there, for a reader of captured packets; "" for nowhere
	UsedTLS           bool                   // this server has spoken TLS on this port before: the port is not the wrong one
	Sessions          tls.ClientSessionCache // of earlier connections with the same choices, to be resumed; nil for none
	Family            Family                 // of the addresses that are tried
	Bind              string                 // the local address to connect from; "" for any
	DNS               string                 // the address of the DNS server to ask; "" for the system's
	Proxy             Proxy                  // that connects in our place; the zero value for none
	ProxyPassword     string                 // of the proxy's user
	ProxyHeader       byte                   // the version of a PROXY protocol header that is sent first; 0 for none
	ProxySource       string                 // the client that the header names: an address, perhaps a port; "" for ours
	NoProbes          bool                   // a peer that is gone is not looked for (TCP keep-alive)
	Tell              func(string)           // hears each step of connecting in words, from any goroutine; nil for nobody
	Timeout           time.Duration          // for connecting and for TLS, each; 0 is none
	Now               func() time.Time       // nil is time.Now
	// Moved, when set, is called from goroutines of the connection's when a batch can be taken
	// (or the stream has ended), and when Send will be taken again. It must not block.
	Moved func()
	// Local reports whether nobody but this machine sees what is sent to an address; nil is that it
	// is a loopback one.
	Local func(net.Addr) bool
	// Environ returns the environment of a tunnel's command; nil is ours.
	Environ func() []string
	// Stderr takes what a tunnel's command writes there, from a goroutine of its
	// own and unescaped; nil drops it.
	Stderr io.Writer
}

// Trust is how far a link can be trusted with a secret.
type Trust uint8

const (
	Clear Trust = iota
	Local       // a socket, a tunnel, a loopback address reached without a proxy
	TLS
)

// String returns the word that JSON has for it.
func (t Trust) String() string { return [...]string{"clear", "local", "tls"}[t] }

// Info is what is known of a connection since it was made.
type Info struct {
	Remote     string // "192.0.2.10:993"
	Via        string // the proxy that it goes through; "" for none
	Header     string // the PROXY protocol header that was sent, in words; "" for none
	Trust      Trust
	Resolve    time.Duration // until the name was resolved; 0 of an address
	Connect    time.Duration // from then until connected, to the proxy if there is one
	Proxied    time.Duration // from then until the proxy was, to the server
	Attempts   []Attempt     // at addresses of the server's name, or of the proxy's, in the order of their ends
	TLSTime    time.Duration
	State      *tls.ConnectionState // nil without TLS
	Verified   bool                 // the certificate was, by an authority
	Pinned     bool                 // the certificate is the one pinned
	Unresumed  bool                 // the server ended a handshake in which an earlier session was offered; this is another one
	Reason     error                // what is wrong with a certificate that was accepted unverified; nil for nothing
	Asked      *Asked               // of the handshake; nil if there is none
	chains     [][]*x509.Certificate
	Compressed bool
}

// A Batch is what one read of the socket gave. It must be released once, when
// its parts have been used.
type Batch struct {
	Parts []wire.Part
	// Octets is the bytes of all parts, as they came.
	Octets []byte
	// Parked reports whether the reader has stopped after the response of a barrier
	// and waits for Continue, StartTLS or Compress; Rest is what came after it.
	Parked bool
	Rest   []byte
	// Switched is set when a change of layer has ended; Err then reports whether it failed.
	Switched bool
	// Pending is how many bytes have come of a response that is not complete yet,
	// and Unfinished the last of those kept, at most 200 (of a spilled literal: what
	// announced it); 0 and nil after a whole one.
	Pending    int64
	Unfinished []byte
	// LiteralSize is the size announced of the literal that the batch ends in, and LiteralLeft how
	// many of its bytes are still to come; 0 outside literals.
	LiteralSize, LiteralLeft int64
	// Err ends the stream: io.EOF when the server closed, else an *Error (a reset,
	// a TLS alert, a failed write, a tunnel's exit status). A response it cut off
	// is an End with Frame.Cut in this batch. No batch follows.
	Err error
	pooled
}

// An Op is what the writer sends.
type Op struct {
	Bytes []byte
	// Barrier is a tag: nothing is written after this op until the reader,
	// which stops at the response with this tag, has been told to continue.
	Barrier string
	// Done, when set, is called from the writer when the op has been written or has failed
	// (a broken connection). It must not block.
	Done func(error)
}

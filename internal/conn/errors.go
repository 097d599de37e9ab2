package conn

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"imapsh/internal/wire"
)

// Error says why a connection could not be made, or was lost. Its text is one line that names the cause and is
// safe on a terminal.
type Error struct {
	Phase  string // what was being done: one of the constants below
	Target Target
	Err    error  // the cause, in plain words; it unwraps to the system's error
	Hint   string // what to try; "" if there is nothing to suggest
	// Resolve is how long it took to resolve the name, if the connection failed after that.
	Resolve time.Duration
	// Resuming says that the server ended a handshake that offered an earlier session, before it sent anything else.
	Resuming bool
}

// The phases of an Error; in its text the target follows.
const (
	Resolving  = "resolving"     // looking up its name or SRV record
	Connecting = "connecting to" // by TCP, to a socket, or through a proxy
	Starting   = "starting"      // the command of a tunnel
	TLSWith    = "TLS with"      // during the handshake
	Reading    = "reading from"
	Sending    = "sending to"
	Ended      = "tunnel" // its command has ended
)

func (e *Error) Error() string {
	where := e.Target.Addr()
	switch {
	case e.Phase == Resolving:
		where = e.Target.Host
	case e.Target.Scheme == Tunnel:
		where = `"` + where + `"`
	}
	return e.Phase + " " + wire.EscapeString(where) + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Hint returns the hint of an *Error or a *UsageError in err's chain; "" if there is none.
func Hint(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	var u *UsageError
	if errors.As(err, &u) {
		return u.Hint
	}
	return ""
}

// A cause gives an error a plain text, while errors.Is and errors.As still find the error.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }

func because(err error, format string, args ...any) error {
	return &cause{text: fmt.Sprintf(format, args...), err: err}
}

// plainly are errors of the system in words. Each has its POSIX number and that of Winsock, and what may help against
// it while connecting.
var plainly = []struct {
	errno [2]syscall.Errno
	text  string
	helps string
}{
	{[2]syscall.Errno{syscall.ECONNREFUSED, 10061}, "connection refused", "no server listens on that port, or a firewall refuses it"},
	{[2]syscall.Errno{syscall.ECONNRESET, 10054}, "connection reset", cutOff},
	{[2]syscall.Errno{syscall.ECONNABORTED, 10053}, "connection aborted", cutOff},
	{[2]syscall.Errno{syscall.EPIPE, 232}, "the other side closed the connection", cutOff},
	{[2]syscall.Errno{syscall.ETIMEDOUT, 10060}, "timed out", silent},
	{[2]syscall.Errno{syscall.ENETUNREACH, 10051}, "no route to that network", "this machine knows no way there: is its network up, and does it need a VPN, or IPv6?"},
	{[2]syscall.Errno{syscall.EHOSTUNREACH, 10065}, "no route to that host", "the host may be down, or a firewall or a missing route may keep you from it"},
	{[2]syscall.Errno{syscall.EADDRNOTAVAIL, 10049}, "this machine does not have that address", ""},
}

const (
	silent = "the host may be down, or a firewall may drop what is sent to that port"
	cutOff = "a firewall, a limit of connections or a block of this address can do that"
)

// helpsToConnect returns what may help against an error while connecting; "" if nothing is known, or if the addresses of
// the host failed for different reasons.
func helpsToConnect(t Target, o Options, err error) string {
	errs := []error{err}
	if missed := (*unreached)(nil); errors.As(err, &missed) && len(missed.attempts) > 0 {
		errs = nil
		for _, a := range missed.attempts {
			errs = append(errs, a.Err)
		}
		// Many hosts have an IPv6 address that cannot be reached; the others say more.
		others := slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return errors.Is(err, syscall.ENETUNREACH) })
		if len(others) > 0 {
			errs = others
		}
	}
	helps := obstacle(t, o, errs[0])
	for _, err := range errs[1:] {
		if obstacle(t, o, err) != helps {
			return ""
		}
	}
	return helps
}

// obstacle returns what may help against the error of one attempt to connect.
func obstacle(t Target, o Options, err error) string {
	var timed interface{ Timeout() bool }
	switch {
	case errors.Is(err, syscall.ECONNREFUSED) && t.Scheme == Unix:
		return "the socket is there, but no server listens on it"
	case errors.Is(err, fs.ErrNotExist) && t.Scheme == Unix:
		return "a server creates its socket when it starts: is it running, and is the path right?"
	case errors.Is(err, syscall.EADDRNOTAVAIL) && o.Bind != "":
		return "--bind takes an address of this machine"
	}
	for _, p := range plainly {
		if errors.Is(err, p.errno[0]) || errors.Is(err, p.errno[1]) {
			if p.errno[0] == syscall.ECONNREFUSED {
				return p.helps + otherPort(t)
			}
			return p.helps
		}
	}
	if errors.As(err, &timed) && timed.Timeout() {
		return silent
	}
	return ""
}

// otherPort names the usual ports apart from that of a target; "" if DNS has named the port.
func otherPort(t Target) string {
	switch {
	case t.Found:
		return ""
	case t.Scheme == IMAPS && t.Port == ports[IMAPS]:
		return "; another port: " + t.in(IMAP, "").String() + " --starttls"
	case t.Scheme == IMAP && t.Port == ports[IMAP]:
		return "; another port: " + t.in(IMAPS, "").String()
	}
	return fmt.Sprintf("; usual ports are %s (imaps://) and %s (imap://)", ports[IMAPS], ports[IMAP])
}

// helpsToResolve returns what may help if a name could not be resolved.
func helpsToResolve(o Options, e *net.DNSError) string {
	switch {
	case o.DNS != "" && !e.IsNotFound:
		return "without --dns the DNS server of this machine is asked"
	case e.IsNotFound:
		return "check the spelling; a name inside an organization may need its VPN, or its DNS server (--dns ADDR)"
	case e.IsTimeout:
		return "is this machine's network up? --dns ADDR asks another DNS server"
	}
	return "--dns ADDR asks another DNS server"
}

// Plainly returns a network error in words, on one line that is safe on a terminal.
func Plainly(err error) string { return plain(err, 0).Error() }

// plain returns a network error in words, without the addresses and system calls that libraries put before it.
// timeout is named if the error is that it has passed; 0 if it is unknown.
func plain(err error, timeout time.Duration) error {
	for _, p := range plainly {
		if errors.Is(err, p.errno[0]) || errors.Is(err, p.errno[1]) {
			return because(err, "%s", p.text)
		}
	}
	var timed interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return because(err, "interrupted")
	case errors.Is(err, fs.ErrNotExist):
		return because(err, "no such socket")
	case errors.Is(err, fs.ErrPermission):
		return because(err, "permission denied")
	case errors.Is(err, net.ErrClosed), errors.Is(err, os.ErrClosed):
		return because(err, "the connection is closed")
	case errors.As(err, &timed) && timed.Timeout():
		if timeout > 0 {
			return because(err, "no answer within %v", timeout)
		}
		return because(err, "timed out")
	}
	text := err.Error()
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		text = op.Err.Error()
		if op.Op == "remote error" { // a TLS alert: the text says only which
			text = "the server sent the alert " + strings.TrimPrefix(text, "tls: ")
		}
	}
	return because(err, "%s", wire.EscapeString(text))
}

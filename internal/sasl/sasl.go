// Package sasl is the table of SASL mechanisms (RFC 4422), and what a client says in each
// exchange. It does no I/O and no base64: both are for who speaks the protocol.
package sasl

import (
	"slices"
	"strings"
	"time"
)

// Mechanism is a row of the table.
type Mechanism struct {
	Name  string // in capitals
	Needs Needs
	// Reveals: who reads the link learns a secret that can be used again.
	Reveals bool
	// First: the client speaks first, so that an initial response makes sense (RFC 4959).
	First bool
	// Binds: the exchange is bound to the TLS connection it goes over (RFC 5056).
	Binds bool
	// Acts: it carries an identity to act as, another than the one whose secret it is.
	Acts bool
	// Rank orders those of which the best one offered is chosen, the highest first; 0 is never chosen.
	Rank int
	RFC  string
	Help string
	// New begins an exchange; nil if the answers can only be given by hand. The error says
	// what of the credentials or the binding the mechanism cannot carry.
	New func(Credentials, Binding) (Exchange, error)
	// read makes its reader; nil if its messages have no fields that are known.
	read func(now func() time.Time) Reader
}

// Needs is what a mechanism wants of the user besides the name.
type Needs uint8

const (
	Nothing  Needs = iota
	Password       // that the server, or a proof made of it, is given
	Token          // of OAuth 2.0 (RFC 6750)
)

// String returns what it is called: password, token, or nothing.
func (n Needs) String() string { return [...]string{"nothing", "password", "token"}[n] }

// Title returns the same at the beginning of a sentence.
func (n Needs) Title() string { return [...]string{"Nothing", "Password", "Token"}[n] }

// Credentials are who logs in, and by what. All of it is UTF-8.
type Credentials struct {
	User   string // the authentication identity; what ANONYMOUS leaves as a trace
	As     string // the authorization identity, "" for the user's own (RFC 4422 §2)
	Secret string // the password or the token
	Source string // where the secret comes from, for people; "" if it was typed
	Host   string // that the user wanted to reach
	Port   int
}

// Exchange is the client's side of one exchange.
type Exchange interface {
	// Next returns what to answer to a challenge, both without base64. The first call of a mechanism
	// with First is for the initial response, or for the empty challenge that asks for it:
	// challenge is empty then. An error ends the exchange: the client cancels it.
	Next(challenge []byte) ([]byte, error)
	// Ended takes the outcome: ok is the server's word for it, last what came with it besides the
	// challenges, nil in IMAP. The error says why an exchange that the server calls good is not
	// (it has not proved itself), or why it failed, if the exchange has told more than the server.
	Ended(ok bool, last []byte) error
}

// A Prover is an exchange in which the server proves that it knows the password.
type Prover interface {
	// Proved reports whether it has.
	Proved() bool
}

// Best returns the mechanisms that can be gone through, of those that are offered and need no more than
// this, the best one first. Of those that are bound to TLS there is none without a binding.
func Best(needs Needs, bound bool, offered func(name string) bool) []*Mechanism {
	var out []*Mechanism
	for i := range mechanisms {
		m := &mechanisms[i]
		if m.New != nil && m.Rank > 0 && m.Needs == needs && (bound || !m.Binds) && offered(m.Name) {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b *Mechanism) int { return b.Rank - a.Rank })
	return out
}

// Mechanisms returns the table, in the order in which people look for them. It must not be changed.
func Mechanisms() []Mechanism { return mechanisms }

// Lookup returns the row of a mechanism, its name in upper or lower case, or nil.
func Lookup(name string) *Mechanism {
	for i := range mechanisms {
		if strings.EqualFold(mechanisms[i].Name, name) {
			return &mechanisms[i]
		}
	}
	return nil
}

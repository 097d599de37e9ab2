// Package sasl is the table of SASL mechanisms (RFC 4422), and what a client says in each exchange. It does no
// I/O and no base64; its callers do.
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
	// Reveals says that anyone who reads the connection learns a secret that can be used again.
	Reveals bool
	// First says that the client speaks first, so that an initial response makes sense (RFC 4959).
	First bool
	// Binds says that the exchange is bound to its TLS connection (RFC 5056).
	Binds bool
	// Acts says that it can carry an identity to act as, different from the one whose secret it sends.
	Acts bool
	// Rank orders the mechanisms for choosing the best one that is offered, the highest first; 0 is never chosen.
	Rank int
	RFC  string // source: an RFC, a draft or a specification
	Help string // one phrase, without a full stop
	// New begins an exchange; it is nil if the user must type the answers. The error says which part of
	// the credentials or the binding the mechanism cannot send.
	New func(Credentials, Binding) (Exchange, error)
	// read returns the reader of the mechanism; nil if its messages have no known fields.
	read func(now func() time.Time) Reader
}

// Needs says what the user must have for a mechanism, besides a name.
type Needs uint8

const (
	Nothing  Needs = iota
	Password       // the server gets it, or a proof made from it
	Token          // an access token of OAuth 2.0 (RFC 6750)
)

// String returns its name: nothing, password or token.
func (n Needs) String() string { return [...]string{"nothing", "password", "token"}[n] }

// Title returns the name for the beginning of a sentence.
func (n Needs) Title() string { return [...]string{"Nothing", "Password", "Token"}[n] }

// Credentials say who logs in, and with what. All of them are UTF-8.
type Credentials struct {
	User   string // the authentication identity; with ANONYMOUS the trace
	As     string // the authorization identity; "" for the user's own (RFC 4422 §2)
	Secret string // the password or the token
	Source string // where the secret comes from, for people; "" if it was typed
	Host   string // the host that the user wanted to reach
	Port   int    // 0 if unknown
}

// Exchange is the client's side of one exchange.
type Exchange interface {
	// Next returns the answer to a challenge, both without base64. Of a mechanism with First, the first call
	// returns the initial response, whether it is sent at once or in answer to an empty challenge:
	// challenge is empty then. An error ends the exchange, and the client cancels it.
	Next(challenge []byte) ([]byte, error)
	// Ended is called with the outcome: ok is the server's verdict, last the data that came with it,
	// which is always nil in IMAP. The error says why an exchange must not be trusted although the server
	// says OK (it has not proved itself), or why it failed, if the exchange knows more than the server said.
	Ended(ok bool, last []byte) error
}

// A Prover is an exchange in which the server proves that it knows the password.
type Prover interface {
	// Proved reports whether it has.
	Proved() bool
}

// Best returns the mechanisms that are offered, need exactly needs, and can be used without typing answers, the
// best one first. Those that are bound to TLS are included only if bound.
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

// Mechanisms returns the table, in the order in which users look for them. It must not be changed.
func Mechanisms() []Mechanism { return mechanisms }

// Lookup returns the row of a mechanism by its name, in upper or lower case; nil if there is none.
func Lookup(name string) *Mechanism {
	for i := range mechanisms {
		if strings.EqualFold(mechanisms[i].Name, name) {
			return &mechanisms[i]
		}
	}
	return nil
}

package sasl

import (
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xdg-go/scram"
)

// iterationsMost is the most iterations that a server may ask for. More take longer than anyone waits, and a server
// that asks for them wants to keep the client busy.
const iterationsMost = 1_000_000

var (
	errProof    = errors.New("the server's proof is wrong: it does not know the password, or an attacker is in between")
	errUnproved = errors.New("the server said OK without proving that it knows the password: do not trust it")
)

// scramExchange is SCRAM (RFC 5802), in which each side proves itself to the other.
type scramExchange struct {
	conversation *scram.ClientConversation
	said         int
	failed       error
}

// newSCRAM returns the constructor of a mechanism; plus says that it is bound to TLS.
func newSCRAM(hash crypto.Hash, plus bool) func(Credentials, Binding) (Exchange, error) {
	return func(c Credentials, b Binding) (Exchange, error) {
		return beginSCRAM(hash, plus, c, b, nil)
	}
}

func beginSCRAM(hash crypto.Hash, plus bool, c Credentials, b Binding, nonce func() string) (Exchange, error) {
	client, err := scram.HashGeneratorFcn(hash.New).NewClient(c.User, c.Secret, c.As)
	if err != nil {
		return nil, errors.New("the user name or the password has characters that SASLprep forbids (RFC 4013): unassigned, control, or of mixed direction")
	}
	if nonce != nil {
		client.WithNonceGenerator(nonce)
	}
	x := &scramExchange{}
	switch {
	case plus && len(b.Data) == 0:
		return nil, errors.New("it is bound to TLS, and " + b.missing())
	case plus:
		x.conversation = client.NewConversationWithChannelBinding(scram.ChannelBinding{Type: scram.ChannelBindingType(b.Type), Data: b.Data})
	case b.Able:
		x.conversation = client.NewConversationAdvertisingChannelBinding()
	default:
		x.conversation = client.NewConversation()
	}
	return x, nil
}

func (s *scramExchange) Next(challenge []byte) ([]byte, error) {
	s.said++
	if s.failed != nil || s.said > 3 {
		return nil, errTooMuch
	}
	fields := attributes(string(challenge))
	switch {
	case s.said == 1:
		challenge = nil
	case s.said == 2:
		if n, err := strconv.Atoi(fields['i']); err == nil && n > iterationsMost {
			s.failed = fmt.Errorf("the server asks for %d iterations; imapsh refuses more than %d because they would take too long", n, iterationsMost)
			return nil, s.failed
		}
	}
	out, err := s.conversation.Step(string(challenge))
	if err == nil {
		return []byte(out), nil
	}
	switch {
	case fields['e'] != "":
		err = fmt.Errorf("the server refuses: %s", scramError(fields['e']))
	case s.said == 3 && fields['v'] != "":
		err = errProof
	case s.said == 3:
		err = errors.New("the server's last message does not contain a proof")
	default:
		err = fmt.Errorf("the server's first message cannot be used: %w", err)
	}
	s.failed = err
	return nil, err
}

// Proved reports whether the server has proved that it knows the password.
func (s *scramExchange) Proved() bool { return s.conversation.Valid() }

func (s *scramExchange) Ended(ok bool, last []byte) error {
	switch {
	case !ok || s.conversation.Valid():
		return nil
	case s.failed != nil:
		return fmt.Errorf("the server said OK to an exchange that failed: do not trust it (%w)", s.failed)
	case s.said == 2 && last != nil:
		if _, err := s.Next(last); err != nil {
			return err
		}
		return nil
	}
	return errUnproved
}

// attributes returns the attr-val pairs of a message (RFC 5802 §5.1).
func attributes(message string) map[byte]string {
	out := map[byte]string{}
	for part := range strings.SplitSeq(message, ",") {
		if len(part) >= 2 && part[1] == '=' {
			out[part[0]] = part[2:]
		}
	}
	return out
}

// scramErrors are the server-error-values of RFC 5802 §7.
var scramErrors = map[string]string{
	"invalid-encoding":                    "it cannot read what was sent",
	"extensions-not-supported":            "it does not support a required extension",
	"invalid-proof":                       "the password is wrong",
	"channel-bindings-dont-match":         "the channel binding does not match: TLS ends before the server, or an attacker is in between",
	"server-does-support-channel-binding": "it offers channel binding, but the client did not see the offer: somebody may have removed it",
	"channel-binding-not-supported":       "it does not support channel binding",
	"unsupported-channel-binding-type":    "it does not support this type of channel binding (--channel-binding chooses another)",
	"unknown-user":                        "it does not know the user",
	"invalid-username-encoding":           "it cannot read the user name",
	"no-resources":                        "it is out of resources now; the password is not the problem",
	"other-error":                         "it does not say why",
}

func scramError(name string) string {
	if words := scramErrors[name]; words != "" {
		return name + ", " + words
	}
	return name
}

// scramReader reads the attributes of SCRAM.
type scramReader struct {
	client, server int
	nonce, whole   string
}

func readSCRAM(func() time.Time) Reader { return &scramReader{} }

func (s *scramReader) Client(message []byte) (r Reading) {
	s.client++
	switch s.client {
	case 1:
		s.first(&r, string(message))
	case 2:
		s.final(&r, string(message))
	}
	return r
}

// first reads client-first-message: gs2-header, then n= and r=.
func (s *scramReader) first(r *Reading, message string) {
	parts := strings.SplitN(message, ",", 3)
	a := map[byte]string{}
	if len(parts) == 3 {
		a = attributes(parts[2])
	}
	flag, bound := parts[0], false
	if len(parts) == 3 {
		_, bound = strings.CutPrefix(flag, "p=")
	}
	if len(parts) != 3 || a['r'] == "" || flag != "n" && flag != "y" && !bound {
		r.hideAll([]byte(message))
		r.doubt("not a first message of SCRAM: n,,n=USER,r=NONCE")
		return
	}
	switch {
	case bound:
		r.add("binding", flag[2:])
	case flag == "y":
		r.add("binding", "none: the server does not offer -PLUS")
	default:
		r.add("binding", "none")
	}
	if as, ok := strings.CutPrefix(parts[1], "a="); ok {
		r.identity("authzid", fromSASLName(as))
	}
	r.identity("user", fromSASLName(a['n']))
	r.add("nonce", a['r']+" (ours)")
	s.nonce = a['r']
}

// final reads client-final-message: c=, r= and the proof.
func (s *scramReader) final(r *Reading, message string) {
	a := attributes(message)
	if a['p'] == "" || a['c'] == "" {
		r.hideAll([]byte(message))
		r.doubt("not a second message of SCRAM: c=…,r=…,p=…")
		return
	}
	if c, err := base64.StdEncoding.DecodeString(a['c']); err != nil {
		r.doubt("c is not base64")
	} else if header, data, ok := strings.Cut(string(c), ",,"); ok && data != "" {
		r.add("binding", strings.TrimPrefix(header, "p=")+", "+size(data))
	}
	if a['r'] == s.whole {
		r.add("nonce", "both")
	} else {
		r.doubt("the nonce is not the one that the server sent")
	}
	r.hide("proof", []byte(a['p']))
}

func (s *scramReader) Server(challenge []byte) (r Reading) {
	if len(challenge) == 0 {
		return r
	}
	s.server++
	a := attributes(string(challenge))
	switch {
	case a['e'] != "":
		r.add("error", scramError(a['e']))
	case a['v'] != "":
		proof, err := base64.StdEncoding.DecodeString(a['v'])
		if err != nil {
			r.doubt("v is not base64")
		}
		r.add("proof", size(proof)+", the server's")
	case s.server > 1 || a['r'] == "" && a['i'] == "" && a['s'] == "":
		r = unread{}.Server(challenge)
		r.doubt("not a SCRAM challenge")
	default:
		s.serverFirst(&r, a)
	}
	return r
}

// serverFirst reads server-first-message: r=, s= and i=.
func (s *scramReader) serverFirst(r *Reading, a map[byte]string) {
	s.whole = a['r']
	if own, ok := strings.CutPrefix(a['r'], s.nonce); s.nonce != "" && ok && own != "" {
		r.add("nonce", "ours, and the server's "+own)
	} else {
		r.add("nonce", a['r'])
		r.doubt("the nonce does not begin with ours and continue: somebody may be repeating an old exchange")
	}
	salt, err := base64.StdEncoding.DecodeString(a['s'])
	if err != nil || a['s'] == "" {
		r.doubt("the salt is missing, or not base64")
	} else {
		r.add("salt", size(salt))
	}
	n, err := strconv.Atoi(a['i'])
	switch {
	case err != nil || n < 1:
		r.doubt("the number of iterations is missing, or not a number")
	default:
		r.add("iterations", a['i'])
		if n < 4096 {
			r.doubt("the server asks for %d iterations; fewer than 4096 make guessing the password easy (RFC 7677 §4)", n)
		}
	}
}

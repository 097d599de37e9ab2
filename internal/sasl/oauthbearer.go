package sasl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// oauthBearer sends its token, and where the server refuses it takes the reason and ends with a
// message of one octet, 0x01, which the server must have before it answers (RFC 7628 §3.2.3).
type oauthBearer struct {
	message []byte
	said    int
	refusal []byte
}

// newOAuthBearer: client-resp = gs2-header kvsep *kvpair kvsep (RFC 7628 §3.1).
func newOAuthBearer(c Credentials, _ Binding) (Exchange, error) {
	if strings.ContainsAny(c.User+c.Secret+c.Host, "\x00\x01") {
		return nil, errors.New("the user name, the host or the token has an octet 0 or 1 in it, which OAUTHBEARER cannot carry")
	}
	var b strings.Builder
	b.WriteString("n,")
	if c.User != "" {
		b.WriteString("a=" + saslName(c.User))
	}
	b.WriteString(",\x01")
	if c.Host != "" {
		b.WriteString("host=" + c.Host + "\x01")
	}
	if c.Port != 0 {
		b.WriteString("port=" + strconv.Itoa(c.Port) + "\x01")
	}
	b.WriteString("auth=Bearer " + c.Secret + "\x01\x01")
	return &oauthBearer{message: []byte(b.String())}, nil
}

func (o *oauthBearer) Next(challenge []byte) ([]byte, error) {
	o.said++
	switch o.said {
	case 1:
		return o.message, nil
	case 2:
		o.refusal = append(o.refusal, challenge...)
		return []byte{1}, nil
	}
	return nil, errTooMuch
}

// Ended returns the reason that the server has given in JSON (RFC 7628 §3.2.2).
func (o *oauthBearer) Ended(ok bool, _ []byte) error {
	if ok || o.refusal == nil {
		return nil
	}
	var reason struct{ Status, Scope string }
	switch err := json.Unmarshal(o.refusal, &reason); {
	case err != nil || reason.Status == "":
		return errors.New("the token was refused, and no reason given that can be read")
	case reason.Scope != "":
		return fmt.Errorf("the token was refused: %q; the scope wanted is %q", reason.Status, reason.Scope)
	}
	return fmt.Errorf("the token was refused: %q", reason.Status)
}

// saslName: saslname = 1*(value-safe-char / "=2C" / "=3D") (RFC 5801 §4).
func saslName(s string) string {
	return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s)
}

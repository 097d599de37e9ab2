package sasl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// oauth sends its token. If the server refuses it, oauth keeps the reason and sends the message that the server
// waits for before its tagged answer.
type oauth struct {
	message []byte
	yes     []byte // the answer to a refusal
	said    int
	refusal []byte
}

// newOAuthBearer: client-resp = gs2-header kvsep *kvpair kvsep (RFC 7628 §3.1). A refusal is answered with
// one byte, 0x01 (§3.2.3).
func newOAuthBearer(c Credentials, _ Binding) (Exchange, error) {
	if err := noSeparators("OAUTHBEARER", c.As, c.User, c.Secret, c.Host); err != nil {
		return nil, err
	}
	as := c.As
	if as == "" {
		as = c.User
	}
	var b strings.Builder
	b.WriteString("n,")
	if as != "" {
		b.WriteString("a=" + saslName(as))
	}
	b.WriteString(",\x01")
	if c.Host != "" {
		b.WriteString("host=" + c.Host + "\x01")
	}
	if c.Port != 0 {
		b.WriteString("port=" + strconv.Itoa(c.Port) + "\x01")
	}
	b.WriteString("auth=Bearer " + c.Secret + "\x01\x01")
	return &oauth{message: []byte(b.String()), yes: []byte{1}}, nil
}

// newXOAuth2: "user=" user SOH "auth=Bearer " token SOH SOH, as Google describes it. A refusal is answered
// with an empty line.
func newXOAuth2(c Credentials, _ Binding) (Exchange, error) {
	if err := noSeparators("XOAUTH2", c.User, c.Secret); err != nil {
		return nil, err
	}
	return &oauth{message: []byte("user=" + c.User + "\x01auth=Bearer " + c.Secret + "\x01\x01"), yes: []byte{}}, nil
}

func noSeparators(mechanism string, parts ...string) error {
	if strings.ContainsAny(strings.Join(parts, ""), "\x00\x01") {
		return fmt.Errorf("the user name, the host or the token contains a byte 0 or 1, which %s cannot send", mechanism)
	}
	return nil
}

func (o *oauth) Next(challenge []byte) ([]byte, error) {
	o.said++
	switch o.said {
	case 1:
		return o.message, nil
	case 2:
		o.refusal = append(o.refusal, challenge...)
		return o.yes, nil
	}
	return nil, errTooMuch
}

// Ended returns the reason that the server gave in JSON (RFC 7628 §3.2.2).
func (o *oauth) Ended(ok bool, _ []byte) error {
	if ok || o.refusal == nil {
		return nil
	}
	reason, read := readRefusal(o.refusal)
	switch {
	case !read || reason.Status == "":
		return errors.New("the server refused the token without a readable reason")
	case reason.Scope != "":
		return fmt.Errorf("the server refused the token: %q; required scope %q", reason.Status, reason.Scope)
	}
	return fmt.Errorf("the server refused the token: %q", reason.Status)
}

// A refusal says why a server does not accept a token.
type refusal struct {
	Status, Scope, Schemes string
	Config                 string `json:"openid-configuration"`
}

// readRefusal parses the JSON of a refusal. Google sends numbers as strings, others as numbers.
func readRefusal(b []byte) (refusal, bool) {
	var loose map[string]any
	if json.Unmarshal(b, &loose) != nil {
		return refusal{}, false
	}
	text := func(name string) string {
		if v := loose[name]; v != nil {
			return claim(v)
		}
		return ""
	}
	return refusal{Status: text("status"), Scope: text("scope"), Schemes: text("schemes"), Config: text("openid-configuration")}, true
}

// statusWords say what the status of a refusal means: the codes of RFC 6750 §3.1, and those of HTTP as Google
// and Microsoft use them.
var statusWords = map[string]string{
	"invalid_request":    "the message is malformed",
	"invalid_token":      "the token is expired, revoked, malformed, or not for this server",
	"insufficient_scope": "the token does not have the required scope",
	"400":                "bad request: the message or the token is malformed, or the token is expired",
	"401":                "unauthorized: the token is expired, revoked, or not for this server or user",
	"403":                "forbidden: the token is valid, but the user may not do this",
}

// oauthReader reads the mechanisms that send a token.
type oauthReader struct {
	now    func() time.Time
	header bool   // the message begins with a GS2 header
	waits  string // what the server waits for after a refusal
	said   bool
}

func readOAuthBearer(now func() time.Time) Reader {
	return &oauthReader{now: now, header: true, waits: "one byte 1, which is AQ== (RFC 7628 §3.2.3)"}
}

func readXOAuth2(now func() time.Time) Reader {
	return &oauthReader{now: now, waits: "an empty line"}
}

func (o *oauthReader) Client(message []byte) (r Reading) {
	if o.said && (len(message) == 0 || len(message) == 1 && message[0] == 1) {
		return r
	}
	o.said = true
	pairs := bytes.Split(message, []byte{1})
	if len(pairs) == 1 {
		r.hideAll(message)
		if form, ok := spelledOut(message, spelledSOH...); ok {
			r.doubt("%s is sent literally, character by character; one byte 1 is needed (printf writes it as \\001)", form)
		} else {
			r.doubt("byte 1, which separates the parts of the message, is missing")
		}
		return r
	}
	if o.header {
		r.gs2(string(pairs[0]))
		pairs = pairs[1:]
	}
	token := false
	for _, pair := range pairs {
		name, value, _ := strings.Cut(string(pair), "=")
		switch {
		case len(pair) == 0:
		case name == "auth":
			token = true
			o.authorization(&r, value)
		case strings.Contains(value, "auth="):
			token = true
			r.hide("another part", pair)
			r.guess(pair)
			r.doubt("byte 1 is missing before auth=")
		case name == "user" || name == "host" || name == "port":
			r.identity(name, value)
		default:
			r.hide("another part", pair)
			r.guess(pair)
		}
	}
	if !token {
		r.doubt("auth=Bearer TOKEN is missing")
	}
	if !bytes.HasSuffix(message, []byte{1, 1}) {
		r.doubt("the message must end with two bytes 1")
	}
	return r
}

// gs2 reads the header of RFC 5801 §4 in the form that OAUTHBEARER uses.
func (r *Reading) gs2(header string) {
	parts := strings.Split(header, ",")
	if len(parts) != 3 || parts[0] != "n" && parts[0] != "y" || parts[2] != "" {
		r.doubt("the message must begin with n,a=USER, or n,,")
		return
	}
	if as, ok := strings.CutPrefix(parts[1], "a="); ok {
		r.identity("authzid", fromSASLName(as))
	}
}

// authorization reads "Bearer TOKEN".
func (o *oauthReader) authorization(r *Reading, value string) {
	scheme, token, ok := strings.Cut(value, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		r.hide("auth", []byte(value))
		r.guess([]byte(value))
		r.doubt("auth must be Bearer, a space and the token")
		return
	}
	r.hide("token", []byte(strings.TrimSpace(token)))
	if strings.TrimSpace(token) != token {
		r.doubt("the token begins or ends with a space or a line end")
	}
	r.token(strings.TrimSpace(token), o.now())
}

func (o *oauthReader) Server(challenge []byte) (r Reading) {
	if len(challenge) == 0 || !o.said {
		return unread{}.Server(challenge)
	}
	reason, ok := readRefusal(challenge)
	if !ok {
		r = unread{}.Server(challenge)
		r.doubt("the challenge is not JSON with the reason for a refusal, the only challenge that is allowed here")
	} else {
		status := reason.Status
		if words := statusWords[status]; words != "" {
			status += ", " + words
		}
		r.add("status", status)
		for _, f := range []Field{{Name: "scope", Value: reason.Scope}, {Name: "schemes", Value: reason.Schemes}, {Name: "see", Value: reason.Config}} {
			if f.Value != "" {
				r.Fields = append(r.Fields, f)
			}
		}
	}
	r.add("waits for", o.waits)
	return r
}

// saslName: saslname = 1*(value-safe-char / "=2C" / "=3D") (RFC 5801 §4).
func saslName(s string) string {
	return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s)
}

func fromSASLName(s string) string {
	return strings.NewReplacer("=3D", "=", "=2C", ",").Replace(s)
}

package sasl

import (
	"bytes"
	"strings"
	"time"
)

// newPlain: message = [authzid] UTF8NUL authcid UTF8NUL passwd (RFC 4616 §2).
func newPlain(c Credentials, _ Binding) (Exchange, error) {
	if err := noNUL(c.As, c.User, c.Secret); err != nil {
		return nil, err
	}
	return &single{message: []byte(c.As + "\x00" + c.User + "\x00" + c.Secret)}, nil
}

// plainReader reads PLAIN, whose only message has three fields.
type plainReader struct{ unread }

func readPlain(func() time.Time) Reader { return plainReader{} }

func (plainReader) Client(message []byte) (r Reading) {
	fields := bytes.Split(message, []byte{0})
	if len(fields) != 3 {
		r.guess(message)
	}
	switch {
	case len(fields) == 3:
		if len(fields[0]) > 0 {
			r.identity("authzid", string(fields[0]))
		}
		r.identity("user", string(fields[1]))
		r.hide("password", bytes.TrimRight(fields[2], "\r\n"))
		if len(fields[1]) == 0 {
			r.doubt("the user is empty: PLAIN is [authzid] NUL user NUL password")
		}
		if len(fields[2]) == 0 {
			r.doubt("the password is empty: PLAIN is [authzid] NUL user NUL password")
		}
	case len(fields) == 1:
		if form, ok := spelledOut(message, spelledNUL...); ok {
			r.doubt("%s is sent literally, character by character; a NUL, one byte 0, is needed (printf writes one)", form)
		} else {
			r.doubt("1 field and no NUL, where PLAIN has 3: [authzid] NUL user NUL password")
		}
	case len(fields) == 2:
		r.doubt("2 fields where PLAIN has 3: [authzid] NUL user NUL password; is the first NUL missing?")
	default:
		r.doubt("%d fields where PLAIN has 3: [authzid] NUL user NUL password", len(fields))
	}
	r.lineEnd(message, "password")
	return r
}

// prompted reads LOGIN: two answers, the second of which is the secret.
type prompted struct {
	answers int
	pass    bool // the last challenge asks for the password
}

func readLogin(func() time.Time) Reader { return &prompted{} }

func (p *prompted) Client(message []byte) (r Reading) {
	switch p.answers++; {
	case p.answers == 1 && !p.pass:
		if strings.IndexByte(string(message), 0) >= 0 {
			r.hideAll(message)
			r.doubt("a NUL in the user name: LOGIN sends user name and password one by one, PLAIN sends them together")
			return r
		}
		if r.hasControls(message) {
			return r
		}
		r.identity("user", strings.TrimRight(string(message), "\r\n"))
		r.lineEnd(message, "user name")
	default:
		r.hide("password", bytes.TrimRight(message, "\r\n"))
		r.lineEnd(message, "password")
	}
	return r
}

func (p *prompted) Server(challenge []byte) Reading {
	p.pass = bytes.Contains(bytes.ToLower(challenge), []byte("pass"))
	return unread{}.Server(bytes.TrimRight(challenge, "\x00"))
}

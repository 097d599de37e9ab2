package sasl

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"time"
)

// cramMD5 answers the server's challenge with the user name and a keyed digest of the challenge (RFC 2195 §2).
type cramMD5 struct {
	user, secret string
	said         bool
}

func newCRAMMD5(c Credentials, _ Binding) (Exchange, error) {
	if err := noNUL(c.User, c.Secret); err != nil {
		return nil, err
	}
	return &cramMD5{user: c.User, secret: c.Secret}, nil
}

func (c *cramMD5) Next(challenge []byte) ([]byte, error) {
	if c.said {
		return nil, errTooMuch
	}
	if len(challenge) == 0 {
		return nil, errors.New("the server sent no challenge to compute the digest from")
	}
	c.said = true
	sum := hmac.New(md5.New, []byte(c.secret))
	sum.Write(challenge)
	return append([]byte(c.user+" "), hex.EncodeToString(sum.Sum(nil))...), nil
}

func (*cramMD5) Ended(bool, []byte) error { return nil }

type cramReader struct{}

func readCRAM(func() time.Time) Reader { return cramReader{} }

func (cramReader) Server(challenge []byte) Reading {
	r := unread{}.Server(challenge)
	if n := len(challenge); n > 0 && (challenge[0] != '<' || challenge[n-1] != '>') {
		r.doubt("the challenge is not in angle brackets, as RFC 2195 requires")
	}
	return r
}

func (cramReader) Client(message []byte) (r Reading) {
	i := bytes.LastIndexByte(message, ' ')
	digest := bytes.TrimRight(message[i+1:], "\r\n")
	if _, err := hex.DecodeString(string(digest)); i < 0 || err != nil || len(digest) != 2*md5.Size {
		r.hideAll(message)
		r.doubt("CRAM-MD5 answers with the user, a space and 32 digits of a digest; this is something else")
		return r
	}
	r.identity("user", string(message[:i]))
	r.hide("digest", digest)
	r.lineEnd(message, "digest")
	return r
}

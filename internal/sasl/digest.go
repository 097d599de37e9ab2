package sasl

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// digestMD5 answers the server's challenge with a digest of the challenge, the password and its own nonce, and
// then verifies the server's digest (RFC 2831 §2.1). It uses no security layer (qop=auth).
type digestMD5 struct {
	c      Credentials
	nonce  func() string
	said   int
	proof  string // the server must send this, in hexadecimal digits
	proved bool
}

func newDigestMD5(c Credentials, _ Binding) (Exchange, error) {
	if err := noNUL(c.As, c.User, c.Secret); err != nil {
		return nil, err
	}
	return &digestMD5{c: c, nonce: newNonce}, nil
}

// newNonce returns 192 random bits in base64.
func newNonce() string {
	var b [24]byte
	rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

func (d *digestMD5) Next(challenge []byte) ([]byte, error) {
	d.said++
	given, err := readDirectives(string(challenge))
	switch {
	case d.said > 2:
		return nil, errTooMuch
	case err != nil:
		return nil, fmt.Errorf("the challenge cannot be read: %w", err)
	case d.said == 2:
		if given.get("rspauth") != d.proof {
			return nil, errProof
		}
		d.proved = true
		return []byte{}, nil
	}
	return d.answer(given)
}

// answer returns the digest-response of RFC 2831 §2.1.2.
func (d *digestMD5) answer(given directives) ([]byte, error) {
	nonce, host := given.get("nonce"), d.c.Host
	qop := strings.FieldsFunc(given.get("qop"), func(r rune) bool { return r == ',' || r == ' ' })
	switch {
	case nonce == "":
		return nil, errors.New("the challenge has no nonce")
	case given.get("algorithm") != "md5-sess":
		return nil, errors.New("the challenge asks for an algorithm other than md5-sess")
	case len(qop) > 0 && !slices.Contains(qop, "auth"):
		return nil, errors.New("the server requires a SASL security layer (qop), which imapsh does not support; use TLS")
	}
	realm := given.get("realm")
	if all := given.all("realm"); slices.Contains(all, host) {
		realm = host
	}
	if host == "" {
		host = "localhost"
	}
	user, secret := d.c.User, d.c.Secret
	encode := latin1
	if given.get("charset") == "" {
		if _, ok := latin1(user + secret); !ok {
			return nil, errors.New("the user name or password has characters outside ISO-8859-1, but the server does not accept UTF-8")
		}
	}
	// Text that ISO-8859-1 can represent is hashed in it, whatever the charset.
	part := func(s string) string {
		if b, ok := encode(s); ok {
			return b
		}
		return s
	}
	cnonce, uri := d.nonce(), "imap/"+host
	const nc = "00000001"
	inner := md5.Sum([]byte(part(user) + ":" + part(realm) + ":" + part(secret)))
	a1 := string(inner[:]) + ":" + nonce + ":" + cnonce
	if d.c.As != "" {
		a1 += ":" + d.c.As
	}
	digest := func(method string) string {
		return hexMD5(hexMD5(a1) + ":" + nonce + ":" + nc + ":" + cnonce + ":auth:" + hexMD5(method+":"+uri))
	}
	d.proof = digest("")
	var out strings.Builder
	if given.get("charset") != "" {
		out.WriteString("charset=utf-8,")
	}
	name := user
	if given.get("charset") == "" {
		name = part(user)
	}
	fmt.Fprintf(&out, "username=%s,realm=%s,nonce=%s,nc=%s,cnonce=%s,digest-uri=%s,response=%s,qop=auth",
		quoted(name), quoted(realm), quoted(nonce), nc, quoted(cnonce), quoted(uri), digest("AUTHENTICATE"))
	if d.c.As != "" {
		fmt.Fprintf(&out, ",authzid=%s", quoted(d.c.As))
	}
	return []byte(out.String()), nil
}

func (d *digestMD5) Proved() bool { return d.proved }

func (d *digestMD5) Ended(ok bool, last []byte) error {
	if ok && !d.proved && last != nil {
		_, _ = d.Next(last)
	}
	if ok && !d.proved {
		return errUnproved
	}
	return nil
}

func hexMD5(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// latin1 returns a text in ISO-8859-1; false if it cannot be represented.
func latin1(s string) (string, bool) {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return s, false
		}
		b = append(b, byte(r))
	}
	return string(b), true
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// directives are name=value pairs, in the order received (RFC 2831 §7.1).
type directives []Field

func (d directives) get(name string) string {
	for _, f := range d {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

func (d directives) all(name string) (values []string) {
	for _, f := range d {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// readDirectives parses a list of directives. The error quotes nothing of it.
func readDirectives(s string) (out directives, err error) {
	for i := 0; ; {
		for i < len(s) && strings.IndexByte(", \t\r\n", s[i]) >= 0 {
			i++
		}
		if i == len(s) {
			return out, nil
		}
		start := i
		for i < len(s) && s[i] != '=' && s[i] != ',' {
			i++
		}
		if i == len(s) || s[i] == ',' {
			return out, fmt.Errorf("the directive at byte %d has no value", start)
		}
		f := Field{Name: strings.TrimSpace(s[start:i])}
		i++
		if i < len(s) && s[i] == '"' {
			var b strings.Builder
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' && i+1 < len(s) {
					i++
				}
				b.WriteByte(s[i])
			}
			if i == len(s) {
				return out, fmt.Errorf("the quotes of the directive at byte %d do not end", start)
			}
			i++
			f.Value = b.String()
		} else {
			from := i
			for i < len(s) && s[i] != ',' {
				i++
			}
			f.Value = strings.TrimSpace(s[from:i])
		}
		out = append(out, f)
	}
}

// digestReader reads the directives of DIGEST-MD5.
type digestReader struct{ nonce string }

func readDigest(func() time.Time) Reader { return &digestReader{} }

func (d *digestReader) Server(challenge []byte) (r Reading) {
	given, err := readDirectives(string(challenge))
	if err != nil {
		r.doubt("the challenge cannot be read: %v", err)
	}
	for _, f := range given {
		switch {
		case strings.EqualFold(f.Name, "rspauth"):
			r.add("rspauth", size(f.Value)+", the server's proof")
			continue
		case strings.EqualFold(f.Name, "nonce"):
			d.nonce = f.Value
		}
		r.Fields = append(r.Fields, f)
	}
	return r
}

func (d *digestReader) Client(message []byte) (r Reading) {
	if len(message) == 0 {
		return r
	}
	given, err := readDirectives(string(message))
	if err != nil {
		r.hideAll(message)
		r.doubt("the answer is not made of directives: %v", err)
		return r
	}
	for _, f := range given {
		if strings.Contains(f.Value, "response=") {
			r.hide(f.Name, []byte(f.Value))
			r.doubt("a comma is missing before response=")
			continue
		}
		switch strings.ToLower(f.Name) {
		case "response":
			r.hide("response", []byte(f.Value))
		case "username", "authzid":
			r.identity(f.Name, f.Value)
		case "nonce":
			if f.Value != d.nonce {
				r.doubt("the nonce is not the server's")
			}
			r.add("nonce", "the server's")
		case "realm", "cnonce", "nc", "qop", "digest-uri", "charset", "maxbuf", "cipher":
			r.Fields = append(r.Fields, f)
		default:
			r.hide(f.Name, []byte(f.Value))
		}
	}
	for _, name := range []string{"username", "nonce", "cnonce", "digest-uri", "response"} {
		if given.get(name) == "" {
			r.doubt("the directive %s is missing", name)
		}
	}
	return r
}

package testserver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Master may log in as any user: as "user*master", or with an authorization identity.
const (
	Master         = "master"
	MasterPassword = "mastersecret"
)

// tokenKey signs the access tokens that Dovecot accepts.
const tokenKey = "0123456789abcdef0123456789abcdef"

// WithMechanisms makes Dovecot offer every SASL mechanism that it supports, and accept a Token, Master and
// the certificate in ClientCert.
func WithMechanisms() Option { return func(o *config) { o.mechanisms = true } }

// prepareMechanisms writes the files that the configuration of the mechanisms refers to.
func (p *program) prepareMechanisms() error {
	keys := p.file("jwt/default/HS256")
	if err := os.MkdirAll(keys, 0o755); err != nil {
		return err
	}
	for name, text := range map[string]string{
		filepath.Join(keys, "default"): base64.StdEncoding.EncodeToString([]byte(tokenKey)),
		p.file("masters"):              fmt.Sprintf("%s:{PLAIN}%s\n", Master, MasterPassword),
		p.file("oauth2.conf"):          fmt.Sprintf("introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=%s/jwt/\nusername_attribute = sub\nissuers = http://issuer.test\n", p.dir),
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Token returns an access token of a user that expires after left; with a negative left it has expired.
func Token(user string, left time.Duration) string {
	now := time.Now()
	part := base64.RawURLEncoding.EncodeToString
	text := part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		part(fmt.Appendf(nil, `{"sub":%q,"iss":"http://issuer.test","iat":%d,"nbf":%d,"exp":%d}`, user, now.Unix()-10, now.Unix()-10, now.Add(left).Unix()))
	sum := hmac.New(sha256.New, []byte(tokenKey))
	sum.Write([]byte(text))
	return text + "." + part(sum.Sum(nil))
}

// ClientCert returns the path of the PEM file with Alice's certificate and key.
func (s *Server) ClientCert() string { return s.program.file("client.pem") }

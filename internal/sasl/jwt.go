package sasl

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"imapsh/internal/text"
)

// claims are the claims of a JWT (RFC 7519 §4.1) that explain why a server may refuse it, and what they are called.
var claims = []struct{ name, label string }{
	{"iss", "issuer"}, {"aud", "audience"}, {"sub", "subject"},
	{"preferred_username", "user"}, {"upn", "user"}, {"email", "user"},
	{"scope", "scope"}, {"scp", "scope"}, {"roles", "roles"},
}

// token adds what an access token says about itself, if it is a JWT. Only the server can verify it.
func (r *Reading) token(token string, now time.Time) {
	parts := strings.Split(token, ".")
	switch {
	case token == "":
		r.doubt("the token is empty")
		return
	case len(parts) == 5 && strings.HasPrefix(token, "eyJ"):
		r.add("form", "an encrypted JWT: only the server can read it")
		return
	case len(parts) != 3:
		if strings.HasPrefix(token, "eyJ") {
			r.doubt("the token begins like a JWT but has %s instead of 3: is it cut off?", text.Plural(len(parts), "part"))
			return
		}
		r.add("form", "not a JWT: only the server can read it")
		return
	}
	for i, name := range []string{"header", "payload"} {
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[i], "="))
		if err != nil {
			r.doubt("the token has three parts like a JWT, but its %s cannot be decoded: not base64url", name)
			return
		}
		var said map[string]any
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber() // so that an identifier of many digits is shown as it is
		if d.Decode(&said) != nil || d.More() || said == nil {
			r.doubt("the token has three parts like a JWT, but its %s is not a JSON object", name)
			return
		}
		if name == "payload" {
			r.claims(said, now)
		}
	}
}

// claims adds the claims of a JWT.
func (r *Reading) claims(said map[string]any, now time.Time) {
	seen := map[string]bool{}
	for _, c := range claims {
		if v, ok := said[c.name]; ok && !seen[c.label] {
			seen[c.label] = true
			r.add(c.label, claim(v))
		}
	}
	if nbf, ok := when(said["nbf"]); ok && nbf.After(now) {
		r.doubt("the token is not valid before %s, %s (is the clock right?)", stamp(nbf), age(now, nbf))
	}
	exp, ok := when(said["exp"])
	switch {
	case !ok && said["exp"] != nil:
		r.doubt("the token's expiry is not a time")
	case !ok:
		r.add("expires", "not said")
	case !exp.After(now):
		r.add("expires", stamp(exp))
		r.doubt("the token expired %s", age(now, exp))
	default:
		r.add("expires", stamp(exp)+", "+age(now, exp))
	}
}

// age says how long ago a time was, or how far in the future it is.
func age(now, t time.Time) string { return string(text.AppendAge(nil, now.Unix()-t.Unix())) }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// when returns the time of a NumericDate, seconds since 1970 (RFC 7519 §2).
func when(v any) (time.Time, bool) {
	number, ok := v.(json.Number)
	if !ok {
		return time.Time{}, false
	}
	n, err := number.Float64()
	if err != nil || n < 0 || n > 1e12 {
		return time.Time{}, false
	}
	return time.Unix(int64(n), 0), true
}

// claim returns a JSON value as words; an object as JSON.
func claim(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		words := make([]string, len(v))
		for i := range v {
			words[i] = claim(v[i])
		}
		return strings.Join(words, " ")
	}
	out, _ := json.Marshal(v) // it came from JSON
	return string(out)
}

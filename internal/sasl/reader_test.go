package sasl

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// jwt returns a token with these claims and a signature that nobody checks.
func jwt(claims map[string]any) string {
	part := func(v any) string {
		b, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	return part(map[string]string{"alg": "HS256"}) + "." + part(claims) + "." + base64.RawURLEncoding.EncodeToString([]byte("signature of it"))
}

// said returns a reading as one text.
func said(r Reading) string {
	var b strings.Builder
	for _, f := range r.Fields {
		if f.Secret {
			f.Value = "••••••"
		}
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	for _, w := range r.Wrong {
		fmt.Fprintf(&b, "!! %s\n", w)
	}
	return b.String()
}

func TestAnExchangeIsReadByItsFields(t *testing.T) {
	good := jwt(map[string]any{"iss": "https://issuer.test", "aud": []string{"imap", "smtp"}, "sub": "alice", "scope": "mail", "exp": noon.Unix() + 3600})
	old := jwt(map[string]any{"sub": "alice", "exp": noon.Unix() - 3*3600 - 5})
	early := jwt(map[string]any{"nbf": noon.Unix() + 120, "scp": []string{"a", "b"}})
	seen := map[string]bool{}
	for name, row := range map[string]struct {
		mechanism string
		messages  []string // those of the server begin with "S:", those of the client with "C:"
		want      string   // of the last one
	}{
		"PLAIN":                       {"PLAIN", []string{"C:\x00alice\x00geheim"}, "user: alice\npassword: ••••••\n"},
		"PLAIN for somebody else":     {"PLAIN", []string{"C:bob\x00admin\x00geheim"}, "authzid: bob\nuser: admin\npassword: ••••••\n"},
		"PLAIN with two fields":       {"PLAIN", []string{"C:alice\x00geheim"}, "!! 2 fields where PLAIN has 3: [authzid] NUL user NUL password; is the first NUL missing?\n"},
		"PLAIN with four":             {"PLAIN", []string{"C:\x00alice\x00geheim\x00"}, "!! 4 fields where PLAIN has 3: [authzid] NUL user NUL password\n"},
		"PLAIN with \\0":              {"PLAIN", []string{`C:\0alice\0geheim`}, "!! \\0 is sent literally, character by character; a NUL, one byte 0, is needed (printf writes one)\n"},
		"PLAIN without":               {"PLAIN", []string{`C:alice geheim`}, "!! 1 field and no NUL, where PLAIN has 3: [authzid] NUL user NUL password\n"},
		"PLAIN with a line end":       {"PLAIN", []string{"C:\x00alice\x00geheim\n"}, "user: alice\npassword: ••••••\n!! the answer ends with a line end, which becomes part of the password (printf, or echo -n, adds none)\n"},
		"PLAIN with a space":          {"PLAIN", []string{"C:\x00alice \x00geheim"}, "user: alice \npassword: ••••••\n!! the user begins or ends with a space\n"},
		"PLAIN without a password":    {"PLAIN", []string{"C:\x00alice\x00"}, "user: alice\npassword: ••••••\n!! the password is empty: PLAIN is [authzid] NUL user NUL password\n"},
		"LOGIN's question":            {"LOGIN", []string{"S:User Name\x00"}, "challenge: User Name\n"},
		"LOGIN's user":                {"LOGIN", []string{"S:Username:", "C:alice"}, "user: alice\n"},
		"LOGIN's password":            {"LOGIN", []string{"S:Username:", "C:alice", "S:Password:", "C:geheim"}, "password: ••••••\n"},
		"LOGIN's password first":      {"LOGIN", []string{"S:Password:", "C:geheim"}, "password: ••••••\n"},
		"LOGIN given PLAIN's answer":  {"LOGIN", []string{"S:Username:", "C:\x00alice\x00geheim"}, "answer: ••••••\n!! a NUL in the user name: LOGIN sends user name and password one by one, PLAIN sends them together\n"},
		"CRAM-MD5's challenge":        {"CRAM-MD5", []string{"S:<1@x>"}, "challenge: <1@x>\n"},
		"CRAM-MD5's answer":           {"CRAM-MD5", []string{"S:<1@x>", "C:tim b913a602c7eda7a495b4e6e7334d3890"}, "user: tim\ndigest: ••••••\n"},
		"CRAM-MD5's answer, wrong":    {"CRAM-MD5", []string{"S:<1@x>", "C:tim geheim"}, "answer: ••••••\n!! CRAM-MD5 answers with the user, a space and 32 digits of a digest; this is something else\n"},
		"DIGEST-MD5's challenge":      {"DIGEST-MD5", []string{`S:realm="a",nonce="b\"c",qop="auth"`}, "realm: a\nnonce: b\"c\nqop: auth\n"},
		"DIGEST-MD5's answer":         {"DIGEST-MD5", []string{`S:nonce="b"`, `C:username="alice",nonce="b",cnonce="c",digest-uri="imap/x",response=0123`}, "username: alice\nnonce: the server's\ncnonce: c\ndigest-uri: imap/x\nresponse: ••••••\n"},
		"DIGEST-MD5's answer, wrong":  {"DIGEST-MD5", []string{`S:nonce="b"`, `C:username="alice",nonce="x"`}, "username: alice\nnonce: the server's\n!! the nonce is not the server's\n!! the directive cnonce is missing\n!! the directive digest-uri is missing\n!! the directive response is missing\n"},
		"DIGEST-MD5's proof":          {"DIGEST-MD5", []string{`S:rspauth=ea40f60335c427b5527b84dbabcdfffd`}, "rspauth: 32 bytes, the server's proof\n"},
		"SCRAM's first":               {"SCRAM-SHA-256", []string{"C:n,a=b=2Cob,n=al=3Dice,r=abc"}, "binding: none\nauthzid: b,ob\nuser: al=ice\nnonce: abc (ours)\n"},
		"SCRAM's first, bound":        {"SCRAM-SHA-256-PLUS", []string{"C:p=tls-exporter,,n=alice,r=abc"}, "binding: tls-exporter\nuser: alice\nnonce: abc (ours)\n"},
		"SCRAM given PLAIN's answer":  {"SCRAM-SHA-256", []string{"C:\x00alice\x00geheim"}, "answer: ••••••\n!! not a first message of SCRAM: n,,n=USER,r=NONCE\n"},
		"SCRAM's server":              {"SCRAM-SHA-256", []string{"C:n,,n=alice,r=abc", "S:r=abcdef,s=QUJD,i=10000"}, "nonce: ours, and the server's def\nsalt: 3 bytes\niterations: 10000\n"},
		"SCRAM's server, a replay":    {"SCRAM-SHA-256", []string{"C:n,,n=alice,r=abc", "S:r=xyz,s=QUJD,i=4096"}, "nonce: xyz\nsalt: 3 bytes\niterations: 4096\n!! the nonce does not begin with ours and continue: somebody may be repeating an old exchange\n"},
		"SCRAM's server, few":         {"SCRAM-SHA-256", []string{"C:n,,n=alice,r=abc", "S:r=abcdef,s=QUJD,i=1"}, "nonce: ours, and the server's def\nsalt: 3 bytes\niterations: 1\n!! the server asks for 1 iterations; fewer than 4096 make guessing the password easy (RFC 7677 §4)\n"},
		"SCRAM's final":               {"SCRAM-SHA-256-PLUS", []string{"C:p=tls-exporter,,n=alice,r=abc", "S:r=abcdef,s=QUJD,i=4096", "C:c=" + base64.StdEncoding.EncodeToString([]byte("p=tls-exporter,,12345")) + ",r=abcdef,p=AAAA"}, "binding: tls-exporter, 5 bytes\nnonce: both\nproof: ••••••\n"},
		"SCRAM's proof":               {"SCRAM-SHA-256", []string{"C:n,,n=alice,r=abc", "S:r=abcdef,s=QUJD,i=4096", "C:c=biws,r=abcdef,p=AAAA", "S:v=QUJD"}, "proof: 3 bytes, the server's\n"},
		"SCRAM's error":               {"SCRAM-SHA-256", []string{"S:e=invalid-proof"}, "error: invalid-proof, the password is wrong\n"},
		"SCRAM's server, no SCRAM":    {"SCRAM-SHA-256", []string{"S:hello"}, "challenge: hello\n!! not a SCRAM challenge\n"},
		"XOAUTH2":                     {"XOAUTH2", []string{"C:user=alice\x01auth=Bearer " + good + "\x01\x01"}, "user: alice\ntoken: ••••••\nissuer: https://issuer.test\naudience: imap smtp\nsubject: alice\nscope: mail\nexpires: 2026-11-26 13:00:00 UTC, in 1 hour\n"},
		"XOAUTH2 expired":             {"XOAUTH2", []string{"C:user=alice\x01auth=Bearer " + old + "\x01\x01"}, "user: alice\ntoken: ••••••\nsubject: alice\nexpires: 2026-11-26 08:59:55 UTC\n!! the token expired 3 hours ago\n"},
		"XOAUTH2 too early":           {"XOAUTH2", []string{"C:user=alice\x01auth=Bearer " + early + "\x01\x01"}, "user: alice\ntoken: ••••••\nscope: a b\nexpires: not said\n!! the token is not valid before 2026-11-26 12:02:00 UTC, in 2 minutes (is the clock right?)\n"},
		"XOAUTH2 with an opaque one":  {"XOAUTH2", []string{"C:user=alice\x01auth=Bearer ya29.a0Af\x01\x01"}, "user: alice\ntoken: ••••••\nform: not a JWT: only the server can read it\n"},
		"XOAUTH2 with half a token":   {"XOAUTH2", []string{"C:user=alice\x01auth=Bearer " + good[:40] + "\x01\x01"}, "user: alice\ntoken: ••••••\n!! the token begins like a JWT but has 2 parts instead of 3: is it cut off?\n"},
		"XOAUTH2 with ^A":             {"XOAUTH2", []string{"C:user=alice^Aauth=Bearer geheim^A^A"}, "answer: ••••••\n!! ^A is sent literally, character by character; one byte 1 is needed (printf writes it as \\001)\n"},
		"XOAUTH2 that ends early":     {"XOAUTH2", []string{"C:user=alice\x01auth=Bearer geheim\x01"}, "user: alice\ntoken: ••••••\nform: not a JWT: only the server can read it\n!! the message must end with two bytes 1\n"},
		"XOAUTH2 refused":             {"XOAUTH2", []string{"C:user=a\x01auth=Bearer x\x01\x01", `S:{"status":"401","schemes":"Bearer","scope":"https://mail.google.com/"}`}, "status: 401, unauthorized: the token is expired, revoked, or not for this server or user\nscope: https://mail.google.com/\nschemes: Bearer\nwaits for: an empty line\n"},
		"XOAUTH2 refused, a number":   {"XOAUTH2", []string{"C:user=a\x01auth=Bearer x\x01\x01", `S:{"status":400}`}, "status: 400, bad request: the message or the token is malformed, or the token is expired\nwaits for: an empty line\n"},
		"XOAUTH2 refused, no JSON":    {"XOAUTH2", []string{"C:user=a\x01auth=Bearer x\x01\x01", `S:no`}, "challenge: no\nwaits for: an empty line\n!! the challenge is not JSON with the reason for a refusal, the only challenge that is allowed here\n"},
		"XOAUTH2, the empty line":     {"XOAUTH2", []string{"C:user=a\x01auth=Bearer x\x01\x01", `S:{"status":400}`, "C:"}, ""},
		"OAUTHBEARER":                 {"OAUTHBEARER", []string{"C:n,a=alice,\x01host=h\x01port=993\x01auth=Bearer ya29.x\x01\x01"}, "authzid: alice\nhost: h\nport: 993\ntoken: ••••••\nform: not a JWT: only the server can read it\n"},
		"OAUTHBEARER without a token": {"OAUTHBEARER", []string{"C:n,,\x01\x01"}, "!! auth=Bearer TOKEN is missing\n"},
		"OAUTHBEARER given XOAUTH2's": {"OAUTHBEARER", []string{"C:user=alice\x01auth=Bearer geheim\x01\x01"}, "token: ••••••\nform: not a JWT: only the server can read it\n!! the message must begin with n,a=USER, or n,,\n"},
		"OAUTHBEARER refused":         {"OAUTHBEARER", []string{"C:n,,\x01auth=Bearer x\x01\x01", `S:{"status":"invalid_token"}`}, "status: invalid_token, the token is expired, revoked, malformed, or not for this server\nwaits for: one byte 1, which is AQ== (RFC 7628 §3.2.3)\n"},
		"EXTERNAL":                    {"EXTERNAL", []string{"C:"}, "authzid: empty: the identity of the connection\n"},
		"EXTERNAL for somebody":       {"EXTERNAL", []string{"C:bob"}, "authzid: bob\n"},
		"EXTERNAL given PLAIN's":      {"EXTERNAL", []string{"C:\x00alice\x00geheim"}, "answer: ••••••\n!! a name is expected, but this has control characters, like the answer of another mechanism\n"},
		"ANONYMOUS given XOAUTH2's":   {"ANONYMOUS", []string{"C:user=alice\x01auth=Bearer geheim\x01\x01"}, "answer: ••••••\n!! a name is expected, but this has control characters, like the answer of another mechanism\n"},
		"LOGIN given XOAUTH2's":       {"LOGIN", []string{"S:Username:", "C:user=alice\x01auth=Bearer geheim\x01\x01"}, "answer: ••••••\n!! a name is expected, but this has control characters, like the answer of another mechanism\n"},
		"XOAUTH2 without a byte 1":    {"XOAUTH2", []string{"C:user=aliceauth=Bearer geheim\x01\x01"}, "another part: ••••••\n!! byte 1 is missing before auth=\n"},
		"DIGEST-MD5 without a comma":  {"DIGEST-MD5", []string{`S:nonce="b"`, `C:username="alice",nonce="b",cnonce="c",digest-uri="imap/x",qop=authresponse=geheim`}, "username: alice\nnonce: the server's\ncnonce: c\ndigest-uri: imap/x\nqop: ••••••\n!! a comma is missing before response=\n!! the directive response is missing\n"},
		"ANONYMOUS":                   {"ANONYMOUS", []string{"C:me@x"}, "trace: me@x\n"},
		"an unknown mechanism":        {"X-FOO", []string{"S:hello", "C:geheim"}, "answer: 6 bytes\n"},
		"its challenge":               {"X-FOO", []string{"S:hello"}, "challenge: hello\n"},
		"its challenge, not text":     {"X-FOO", []string{"S:\x00\x01"}, "challenge: 2 bytes\n"},
		"GSSAPI":                      {"GSSAPI", []string{"C:\x60\x82"}, "answer: 2 bytes\n"},
	} {
		seen[row.mechanism] = true
		t.Run(name, func(t *testing.T) {
			reader := NewReader(row.mechanism, func() time.Time { return noon })
			var got string
			for _, m := range row.messages {
				side, text, _ := strings.Cut(m, ":")
				if side == "S" {
					got = said(reader.Server([]byte(text)))
				} else {
					got = said(reader.Client([]byte(text)))
				}
				if strings.Contains(got, "geheim") || strings.Contains(got, good) || strings.Contains(got, "signature of it") {
					t.Errorf("%s shows a secret: %s", m, got)
				}
			}
			if got != row.want {
				t.Errorf("got\n%swant\n%s", got, row.want)
			}
		})
	}
	for _, m := range Mechanisms() {
		if m.read != nil && !seen[m.Name] && !strings.HasPrefix(m.Name, "SCRAM-") { // they differ only in their hash
			t.Errorf("no row says how an exchange of %s reads: add one to internal/sasl/reader_test.go", m.Name)
		}
	}
}

func TestADoubtSaysWhyATokenIsNotAJWT(t *testing.T) {
	good := jwt(map[string]any{"sub": "alice"})
	parts := strings.Split(good, ".")
	for name, row := range map[string]struct{ token, want string }{
		"no base64":      {"a!." + parts[1] + "." + parts[2], "its header cannot be decoded"},
		"no JSON":        {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte("x")) + ".z", "its payload is not a JSON object"},
		"a list":         {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte("[1,2]")) + ".z", "its payload is not a JSON object"},
		"null":           {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte("null")) + ".z", "its payload is not a JSON object"},
		"two objects":    {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte("{}{}")) + ".z", "its payload is not a JSON object"},
		"empty":          {"", "the token is empty"},
		"encrypted":      {parts[0] + ".a.b.c.d", "an encrypted JWT"},
		"a strange time": {jwt(map[string]any{"exp": "soon"}), "the token's expiry is not a time"},
		"far away":       {jwt(map[string]any{"exp": 1e300}), "the token's expiry is not a time"},
		"a long number":  {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"email":12345678901234567890}`)) + ".z", "user: 12345678901234567890\n"},
		"an object":      {jwt(map[string]any{"sub": map[string]any{"a": []any{1, nil}}}), "subject: {\"a\":[1,null]}\n"},
		"nested":         {jwt(map[string]any{"aud": map[string]any{"a": 1}, "exp": 1e9}), "the token expired 25 years ago"},
	} {
		var r Reading
		r.token(row.token, noon)
		if got := said(r); !strings.Contains(got, row.want) {
			t.Errorf("%s: got %q, want %s", name, got, row.want)
		}
	}
}

func TestTheErrorSaysWhereTextIsNotBase64(t *testing.T) {
	for text, want := range map[string]string{
		"AGFs":    "",
		"":        "",
		"=":       "it must end with 0 =, but ends with 1",
		"AGF":     "it must end with 1 =, but ends with 0",
		"AG":      "it must end with 2 =, but ends with 0",
		"AGFsa":   "5 characters: one is missing, or one too many",
		"AGFs=":   "it must end with 0 =, but ends with 1",
		"AGF=sA":  "extra data after the = at byte 3",
		"AG-s":    "byte 2 is '-' (base64url)",
		"AG s":    "byte 2 is a space",
		"AG\x1bs": "byte 2 is not a character of it",
		"AGFs\n":  "byte 4 is not a character of it",
	} {
		got, err := Decode(text)
		if want == "" && (err != nil || base64.StdEncoding.EncodeToString(got) != text) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %q, %v, want %s", text, got, err, want)
		}
	}
}

// FuzzReader: whatever either side sends, reading it does not panic and no secret field has a value.
func FuzzReader(f *testing.F) {
	f.Add("PLAIN", []byte("\x00alice\x00geheim"), []byte(""))
	f.Add("DIGEST-MD5", []byte(`username="a",response=1`), []byte(`nonce="x`))
	f.Add("SCRAM-SHA-256", []byte("n,,n=a,r=b"), []byte("r=bc,s=QQ==,i=1"))
	f.Add("XOAUTH2", []byte("user=a\x01auth=Bearer e.e.e\x01\x01"), []byte(`{"status":1}`))
	f.Fuzz(func(t *testing.T, name string, client, server []byte) {
		r := NewReader(name, func() time.Time { return noon })
		for range 3 {
			r.Server(server)
			for _, field := range r.Client(client).Fields {
				if field.Secret && field.Value != "" {
					t.Errorf("%s: a secret field has the value %q", name, field.Value)
				}
			}
		}
		Decode(string(client))
	})
}

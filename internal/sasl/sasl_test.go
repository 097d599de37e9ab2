package sasl

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestEveryRowIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Mechanisms() {
		if m.Name == "" || m.Name != strings.ToUpper(m.Name) || m.RFC == "" || m.Help == "" || seen[m.Name] {
			t.Errorf("%q: the name is not in capitals or appears twice, or RFC or help is missing", m.Name)
		}
		seen[m.Name] = true
		if m.Reveals && m.Needs == Nothing {
			t.Errorf("%s reveals a secret but needs none", m.Name)
		}
		if (m.New == nil) != (m.read == nil) {
			t.Errorf("%s in internal/sasl/table.go: New and read come together, or its exchange is not explained", m.Name)
		}
		if m.Binds != strings.HasSuffix(m.Name, "-PLUS") {
			t.Errorf("%s: Binds is %v", m.Name, m.Binds)
		}
		if got := Lookup(strings.ToLower(m.Name)); got == nil || got.Name != m.Name {
			t.Errorf("Lookup(%q): got %v", strings.ToLower(m.Name), got)
		}
	}
	if got := Lookup("X-FOO"); got != nil {
		t.Errorf("Lookup(X-FOO): got %s, want nil", got.Name)
	}
}

// who are the credentials that all mechanisms in the tests log in with.
var who = Credentials{User: "alice", Secret: "pass word"}

// exchanges are what a client says to which challenge. facts_test.go compares the row of a mechanism with them.
var exchanges = map[string]struct {
	mechanism  string
	as         Credentials
	challenges []string
	want       []string
}{
	"PLAIN":                               {"PLAIN", who, []string{""}, []string{"\x00alice\x00pass word"}},
	"PLAIN for somebody else":             {"PLAIN", Credentials{User: "admin", As: "bob", Secret: "x"}, []string{""}, []string{"bob\x00admin\x00x"}},
	"LOGIN":                               {"LOGIN", who, []string{"Username:", "Password:"}, []string{"alice", "pass word"}},
	"LOGIN asked in other words":          {"LOGIN", who, []string{"User Name\x00", "Password\x00"}, []string{"alice", "pass word"}},
	"EXTERNAL":                            {"EXTERNAL", who, []string{""}, []string{"alice"}},
	"EXTERNAL, whoever the socket names":  {"EXTERNAL", Credentials{}, []string{""}, []string{""}},
	"EXTERNAL for somebody else":          {"EXTERNAL", Credentials{User: "alice", As: "bob"}, []string{""}, []string{"bob"}},
	"ANONYMOUS":                           {"ANONYMOUS", who, []string{""}, []string{"alice"}},
	"OAUTHBEARER":                         {"OAUTHBEARER", Credentials{User: "alice", Secret: "tok"}, []string{""}, []string{"n,a=alice,\x01auth=Bearer tok\x01\x01"}},
	"OAUTHBEARER for somebody else":       {"OAUTHBEARER", Credentials{User: "admin", As: "bob", Secret: "tok"}, []string{""}, []string{"n,a=bob,\x01auth=Bearer tok\x01\x01"}},
	"XOAUTH2":                             {"XOAUTH2", Credentials{User: "alice", Secret: "tok"}, []string{""}, []string{"user=alice\x01auth=Bearer tok\x01\x01"}},
	"XOAUTH2 that is refused":             {"XOAUTH2", Credentials{User: "alice", Secret: "tok"}, []string{"", `{"status":"400"}`}, []string{"user=alice\x01auth=Bearer tok\x01\x01", ""}},
	"CRAM-MD5, the example of RFC 2195":   {"CRAM-MD5", Credentials{User: "tim", Secret: "tanstaaftanstaaf"}, []string{"<1896.697170952@postoffice.reston.mci.net>"}, []string{"tim b913a602c7eda7a495b4e6e7334d3890"}},
	"OAUTHBEARER with a host":             {"OAUTHBEARER", Credentials{User: "a,b=c", Secret: "tok", Host: "h", Port: 993}, []string{""}, []string{"n,a=a=2Cb=3Dc,\x01host=h\x01port=993\x01auth=Bearer tok\x01\x01"}},
	"OAUTHBEARER that is refused":         {"OAUTHBEARER", Credentials{Secret: "tok"}, []string{"", `{"status":"invalid_token"}`}, []string{"n,,\x01auth=Bearer tok\x01\x01", "\x01"}},
	"a password that is not ASCII, PLAIN": {"PLAIN", Credentials{User: "zoë", Secret: "pä"}, []string{""}, []string{"\x00zoë\x00pä"}},
}

func TestEachExchangeSaysWhatItsRFCRequires(t *testing.T) {
	said := map[string]bool{}
	for name, row := range exchanges {
		said[row.mechanism] = true
		t.Run(name, func(t *testing.T) {
			m := Lookup(row.mechanism)
			if m == nil || m.New == nil {
				t.Fatalf("%s has no row in the table of mechanisms, or no New", row.mechanism)
			}
			x, err := m.New(row.as, Binding{})
			if err != nil {
				t.Fatal(err)
			}
			for i, challenge := range row.challenges {
				got, err := x.Next([]byte(challenge))
				if err != nil || string(got) != row.want[i] {
					t.Errorf("to %q: got %q, %v, want %q", challenge, got, err, row.want[i])
				}
			}
			if err := x.Ended(true, nil); err != nil {
				t.Errorf("after OK: got %v, want nil", err)
			}
		})
	}
	for _, m := range Mechanisms() {
		if m.New != nil && !said[m.Name] && !strings.HasPrefix(m.Name, "SCRAM-") && m.Name != "DIGEST-MD5" { // their nonces differ: see vectors_test.go
			t.Errorf("no row says what %s answers: add one from %s to internal/sasl/sasl_test.go", m.Name, m.RFC)
		}
	}
}

func TestAServerThatKeepsAskingGetsNothingMore(t *testing.T) {
	for _, m := range Mechanisms() {
		if m.New == nil {
			continue
		}
		x, err := m.New(who, Binding{Type: "tls-exporter", Data: []byte("bound")})
		if err != nil {
			t.Fatal(m.Name, err)
		}
		for range 8 {
			_, err = x.Next([]byte("more?"))
		}
		if err == nil {
			t.Errorf("%s answers an eighth challenge", m.Name)
		}
	}
}

func TestARefusedTokenSaysItsReason(t *testing.T) {
	for name, row := range map[string]struct{ challenge, want string }{
		"a status":           {`{"status":"invalid_token"}`, `the server refused the token: "invalid_token"`},
		"a status and scope": {`{"status":"insufficient_scope","scope":"mail"}`, `the server refused the token: "insufficient_scope"; required scope "mail"`},
		"no JSON":            {"no", "the server refused the token without a readable reason"},
		"an escape sequence": {`{"status":"\u001b[2J"}`, `the server refused the token: "\x1b[2J"`},
	} {
		x, _ := Lookup("OAUTHBEARER").New(who, Binding{})
		x.Next(nil)
		x.Next([]byte(row.challenge))
		if err := x.Ended(false, nil); err == nil || err.Error() != row.want {
			t.Errorf("%s\n got  %v\n want %s", name, err, row.want)
		}
	}
}

// FuzzExchange: whatever a server sends, the secret is sent at most once, and nothing panics.
func FuzzExchange(f *testing.F) {
	f.Add("PLAIN", []byte("Username:\nPassword:\n"))
	f.Add("LOGIN", []byte("\n\n\n"))
	f.Add("SCRAM-SHA-256", []byte("\nr=x,s=QUJD,i=4096\nv=QUJD\n"))
	f.Add("DIGEST-MD5", []byte("realm=\"x\",nonce=\"y\",qop=\"auth\",charset=utf-8,algorithm=md5-sess\nrspauth=1\n"))
	f.Add("CRAM-MD5", []byte("<1@x>\n"))
	f.Add("OAUTHBEARER", []byte("\n{\"status\":\"x\"}\n"))
	f.Fuzz(func(t *testing.T, name string, challenges []byte) {
		m := Lookup(name)
		if m == nil || m.New == nil {
			return
		}
		x, err := m.New(who, Binding{Type: "tls-exporter", Data: []byte("bound")})
		if err != nil {
			t.Fatal(err)
		}
		reader := NewReader(name, func() time.Time { return noon })
		said := 0
		for challenge := range bytes.SplitSeq(challenges, []byte("\n")) {
			reader.Server(challenge)
			answer, err := x.Next(challenge)
			if err != nil {
				break
			}
			for _, f := range reader.Client(answer).Fields {
				if strings.Contains(f.Value, who.Secret) {
					t.Errorf("%s shows the secret as %s", name, f.Name)
				}
			}
			if bytes.Contains(answer, []byte(who.Secret)) {
				said++
			}
		}
		if said > 1 {
			t.Errorf("%s sends the secret %d times", name, said)
		}
		x.Ended(false, nil)
	})
}

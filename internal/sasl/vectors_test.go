package sasl

import (
	"crypto"
	"errors"
	"strings"
	"testing"

	"github.com/xdg-go/scram"
)

func TestSCRAMSaysWhatTheExamplesOfItsRFCsSay(t *testing.T) {
	for name, row := range map[string]struct {
		hash                             crypto.Hash
		nonce, first, server, final, end string
	}{
		"SCRAM-SHA-1, RFC 5802": {crypto.SHA1, "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
			"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
			"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
		"SCRAM-SHA-256, RFC 7677": {crypto.SHA256, "rOprNGfwEbeRWgbNEkqO", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
			"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
			"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
	} {
		t.Run(name, func(t *testing.T) {
			x, err := beginSCRAM(row.hash, false, Credentials{User: "user", Secret: "pencil"}, Binding{}, func() string { return row.nonce })
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range [][2]string{{"", row.first}, {row.server, row.final}, {row.end, ""}} {
				got, err := x.Next([]byte(step[0]))
				if err != nil || string(got) != step[1] {
					t.Errorf("to %q\n got  %q, %v\n want %q", step[0], got, err, step[1])
				}
			}
			if err := x.Ended(true, nil); err != nil || !x.(Prover).Proved() {
				t.Errorf("after OK: %v, proved %v", err, x.(Prover).Proved())
			}
		})
	}
}

func TestDigestMD5SaysWhatTheExampleOfItsRFCSays(t *testing.T) {
	begin := func() *digestMD5 {
		return &digestMD5{c: Credentials{User: "chris", Secret: "secret", Host: "elwood.innosoft.com"}, nonce: func() string { return "OA6MHXh6VqTrRk" }}
	}
	const challenge = `realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8`
	x := begin()
	got, err := x.Next([]byte(challenge))
	if err != nil || !strings.Contains(string(got), "response=d388dad90d4bbd760a152321f2143af7") || !strings.Contains(string(got), `digest-uri="imap/elwood.innosoft.com"`) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := x.Next([]byte("rspauth=ea40f60335c427b5527b84dbabcdfffd")); err != nil || len(got) > 0 || !x.Proved() || x.Ended(true, nil) != nil {
		t.Errorf("to the server's proof: %q, %v, proved %v", got, err, x.Proved())
	}
	x = begin()
	x.Next([]byte(challenge))
	if _, err := x.Next([]byte("rspauth=ea40f60335c427b5527b84dbabcdffff")); !errors.Is(err, errProof) {
		t.Errorf("to a wrong proof: got %v", err)
	}
	x = begin()
	x.Next([]byte(challenge))
	if err := x.Ended(true, nil); !errors.Is(err, errUnproved) {
		t.Errorf("to OK without a proof: got %v", err)
	}
	for name, bad := range map[string]string{
		"no nonce":           `realm="x",qop="auth",algorithm=md5-sess`,
		"another algorithm":  `realm="x",nonce="y",qop="auth",algorithm=md5`,
		"a layer":            `realm="x",nonce="y",qop="auth-int,auth-conf",algorithm=md5-sess`,
		"quotes left open":   `realm="x,nonce=y`,
		"no value":           `realm`,
		"nothing":            ``,
		"not directives":     "\xff\x00",
		"a comma as a value": `realm=,nonce`,
	} {
		if got, err := begin().Next([]byte(bad)); err == nil {
			t.Errorf("%s is answered with %q", name, got)
		}
	}
}

func TestDigestMD5HashesNamesAsTheCharsetHasThem(t *testing.T) {
	one := &digestMD5{c: Credentials{User: "zoë", Secret: "pä"}, nonce: newNonce}
	if got, err := one.Next([]byte(`nonce="y",qop="auth",algorithm=md5-sess`)); err != nil || !strings.Contains(string(got), "username=\"zo\xeb\"") {
		t.Errorf("got %q, %v", got, err)
	}
	two := &digestMD5{c: Credentials{User: "цзоя", Secret: "x"}, nonce: newNonce}
	if _, err := two.Next([]byte(`nonce="y",qop="auth",algorithm=md5-sess`)); err == nil || !strings.Contains(err.Error(), "ISO-8859-1") {
		t.Errorf("got %v", err)
	}
}

// scramServer returns a SCRAM server that knows alice and her password.
func scramServer(t *testing.T, hash crypto.Hash, iterations int) *scram.Server {
	t.Helper()
	of := scram.HashGeneratorFcn(hash.New)
	client, err := of.NewClient(who.User, who.Secret, "")
	if err != nil {
		t.Fatal(err)
	}
	stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt of it", Iters: iterations})
	if err != nil {
		t.Fatal(err)
	}
	s, err := of.NewServer(func(user string) (scram.StoredCredentials, error) {
		if user != who.User {
			return scram.StoredCredentials{}, errors.New("unknown")
		}
		return stored, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEverySCRAMAgreesWithAServerAndBindsWhatItMust(t *testing.T) {
	hashes := map[string]crypto.Hash{"1": crypto.SHA1, "256": crypto.SHA256, "512": crypto.SHA512}
	bound := scram.ChannelBinding{Type: "tls-exporter", Data: []byte("of this connection")}
	for _, m := range Mechanisms() {
		name, scrams := strings.CutPrefix(m.Name, "SCRAM-SHA-")
		if !scrams {
			continue
		}
		hash := hashes[strings.TrimSuffix(name, "-PLUS")]
		for what, row := range map[string]struct {
			secret string
			b      Binding
			server func(*scram.Server) *scram.ServerConversation
			wrong  string // the error of the client at the end; "" if the login succeeds
		}{
			"a login": {who.Secret, Binding{Type: "tls-exporter", Data: []byte("of this connection")}, func(s *scram.Server) *scram.ServerConversation { return s.NewConversationWithChannelBinding(bound) }, ""},
			"a wrong password": {"another", Binding{Type: "tls-exporter", Data: []byte("of this connection")}, func(s *scram.Server) *scram.ServerConversation { return s.NewConversationWithChannelBinding(bound) },
				"the server refuses: invalid-proof, the password is wrong"},
			"another connection": {who.Secret, Binding{Type: "tls-exporter", Data: []byte("of another one")}, func(s *scram.Server) *scram.ServerConversation { return s.NewConversationWithChannelBinding(bound) },
				"the channel binding does not match"},
			"another type": {who.Secret, Binding{Type: "tls-unique", Data: []byte("of this connection")}, func(s *scram.Server) *scram.ServerConversation { return s.NewConversationWithChannelBinding(bound) },
				"it does not support this type of channel binding"},
		} {
			t.Run(m.Name+", "+what, func(t *testing.T) {
				if !m.Binds {
					if strings.HasPrefix(what, "another") {
						t.SkipNow()
					}
					row.b = Binding{}
				}
				x, err := m.New(Credentials{User: who.User, Secret: row.secret}, row.b)
				if err != nil {
					t.Fatal(err)
				}
				server, challenge := row.server(scramServer(t, hash, 4096)), ""
				for range 3 {
					var answer []byte
					if answer, err = x.Next([]byte(challenge)); err != nil {
						break
					}
					challenge, _ = server.Step(string(answer))
					if !strings.Contains(challenge, "=") {
						challenge = "e=" + challenge
					}
				}
				switch {
				case row.wrong == "" && (err != nil || !x.(Prover).Proved() || x.Ended(true, nil) != nil || !server.Valid()):
					t.Errorf("got %v, the server %v", err, server.Valid())
				case row.wrong != "" && (err == nil || !strings.Contains(err.Error(), row.wrong)):
					t.Errorf("got %v, want %s", err, row.wrong)
				}
			})
		}
	}
}

func TestAServerThatLiesIsDetected(t *testing.T) {
	m := Lookup("SCRAM-SHA-256")
	begin := func() (Exchange, string) {
		x, err := m.New(who, Binding{})
		if err != nil {
			t.Fatal(err)
		}
		first, _ := x.Next(nil)
		return x, strings.SplitN(string(first), "r=", 2)[1]
	}
	x, nonce := begin()
	x.Next([]byte("r=" + nonce + "more,s=QUJD,i=4096"))
	if _, err := x.Next([]byte("v=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=")); !errors.Is(err, errProof) {
		t.Errorf("a wrong proof: got %v", err)
	}
	if err := x.Ended(true, nil); err == nil || !errors.Is(err, errProof) {
		t.Errorf("and OK to it: got %v", err)
	}
	x, nonce = begin()
	x.Next([]byte("r=" + nonce + "more,s=QUJD,i=4096"))
	if err := x.Ended(true, nil); !errors.Is(err, errUnproved) {
		t.Errorf("OK without a proof: got %v", err)
	}
	x, _ = begin()
	if err := x.Ended(true, nil); !errors.Is(err, errUnproved) {
		t.Errorf("OK to the first message: got %v", err)
	}
	for name, row := range map[string]struct{ first, want string }{
		"a nonce of its own":  {"r=mine,s=QUJD,i=4096", "nonce"},
		"few iterations":      {"r=NONCEmore,s=QUJD,i=1", "too few iterations"},
		"too many iterations": {"r=NONCEmore,s=QUJD,i=2000000000", "iterations; imapsh refuses more than"},
		"iterations past int": {"r=NONCEmore,s=QUJD,i=99999999999999999999", ""},
		"no salt":             {"r=NONCEmore,i=4096", ""},
		"nothing":             {"", ""},
		"an error":            {"e=other-error", "the server refuses: other-error"},
	} {
		x, nonce := begin()
		_, err := x.Next([]byte(strings.Replace(row.first, "NONCE", nonce, 1)))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
}

func TestWithoutTLSNothingIsBound(t *testing.T) {
	for _, m := range Mechanisms() {
		if !m.Binds {
			continue
		}
		if _, err := m.New(who, Bind("", nil)); err == nil || err.Error() != "it is bound to TLS, and there is no TLS" {
			t.Errorf("%s: got %v", m.Name, err)
		}
	}
	if b := Bind("tls-magic", nil); b.Data != nil {
		t.Errorf("got %v", b)
	}
}

func TestAClientThatCouldBindSaysSoIfNothingIsOffered(t *testing.T) {
	for want, b := range map[string]Binding{"n,,": {}, "y,,": {Able: true}} {
		x, err := Lookup("SCRAM-SHA-256").New(who, b)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := x.Next(nil); !strings.HasPrefix(string(got), want) {
			t.Errorf("got %q, want %s", got, want)
		}
	}
}

func TestTheBestMechanismIsTheStrongestOneOffered(t *testing.T) {
	for name, row := range map[string]struct {
		needs   Needs
		bound   bool
		offered string
		want    string
	}{
		"bound":             {Password, true, "PLAIN SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS", "SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 PLAIN"},
		"without TLS":       {Password, false, "PLAIN LOGIN SCRAM-SHA-1-PLUS SCRAM-SHA-1 CRAM-MD5", "SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN"},
		"a token":           {Token, true, "PLAIN XOAUTH2 OAUTHBEARER", "OAUTHBEARER XOAUTH2"},
		"nothing":           {Password, true, "X-FOO GSSAPI EXTERNAL ANONYMOUS", ""},
		"neither by itself": {Nothing, true, "EXTERNAL ANONYMOUS", ""},
	} {
		var got []string
		for _, m := range Best(row.needs, row.bound, func(n string) bool { return strings.Contains(" "+row.offered+" ", " "+n+" ") }) {
			got = append(got, m.Name)
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: got %v, want %s", name, got, row.want)
		}
	}
}

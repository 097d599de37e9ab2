package check

import (
	"strings"
	"testing"

	"imapsh/internal/sasl"
)

func TestEveryMechanismWithAnExchangeCanBeAskedFor(t *testing.T) {
	if got, want := strings.Join(Auths(), " "), "login plain xoauth2 oauthbearer cram-md5 digest-md5 scram-sha-1 scram-sha-1-plus scram-sha-256 scram-sha-256-plus scram-sha-512 scram-sha-512-plus external anonymous"; got != want {
		t.Errorf("\n got  %s\n want %s", got, want)
	}
	for auth, want := range map[string]bool{"": true, "login": true, "plain": true, "oauthbearer": true, "external": false, "anonymous": false} {
		if got := NeedsSecret(auth); got != want {
			t.Errorf("%q needs a secret: got %v, want %v", auth, got, want)
		}
	}
}

func TestAnExchangeHasAnInitialResponseOnlyIfTheClientSpeaksFirst(t *testing.T) {
	for name, want := range map[string]struct {
		initial string
		isNil   bool
	}{
		"PLAIN": {"\x00alice\x00x", false}, "LOGIN": {"", true}, "EXTERNAL": {"alice", false},
	} {
		m := sasl.Lookup(name)
		x, err := m.New(sasl.Credentials{User: "alice", Secret: "x"}, sasl.Binding{})
		if err != nil {
			t.Fatal(err)
		}
		mechanism, initial, err := (&exchanger{m, x}).Start()
		if mechanism != name || string(initial) != want.initial || (initial == nil) != want.isNil || err != nil {
			t.Errorf("%s: got %s %q %v, want %q", name, mechanism, initial, err, want.initial)
		}
	}
	m := sasl.Lookup("EXTERNAL")
	x, _ := m.New(sasl.Credentials{}, sasl.Binding{})
	if _, initial, _ := (&exchanger{m, x}).Start(); initial == nil || len(initial) > 0 {
		t.Errorf("EXTERNAL without a name: got %q, want an empty initial response", initial)
	}
}

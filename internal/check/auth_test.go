package check

import (
	"slices"
	"strings"
	"testing"

	"imapsh/internal/sasl"
)

func TestEveryMechanismWithAnExchangeCanBeAskedFor(t *testing.T) {
	want := []string{"login"} // the command; the mechanism of its name is left out
	for _, m := range sasl.Mechanisms() {
		name := strings.ToLower(m.Name)
		if m.New == nil {
			continue
		}
		if m.Name != "LOGIN" {
			want = append(want, name)
		}
		if got, want := NeedsSecret(name), m.Needs != sasl.Nothing; got != want {
			t.Errorf("%s needs a secret: got %v, want %v, as Needs in internal/sasl/table.go says", name, got, want)
		}
	}
	if got := Auths(); !slices.Equal(got, want) {
		t.Errorf("--auth\n got  %q\n want %q, as New in internal/sasl/table.go says (auths in internal/check/auth.go)", got, want)
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

package check

import (
	"slices"
	"strings"
	"testing"

	"imapsh/internal/sasl"
)

func TestEveryMechanismWithAnExchangeCanBeAskedFor(t *testing.T) {
	offered := Auths()
	for _, m := range sasl.Mechanisms() {
		name := strings.ToLower(m.Name)
		if got, want := slices.Contains(offered, name), m.New != nil; got != want && m.Name != "LOGIN" { // the command has its name
			t.Errorf("--auth %s: got %v, want %v, as New in internal/sasl/table.go says (auths in internal/check/auth.go)", name, got, want)
		}
		if got, want := NeedsSecret(name), m.Needs != sasl.Nothing; m.New != nil && got != want {
			t.Errorf("%s needs a secret: got %v, want %v, as Needs in internal/sasl/table.go says", name, got, want)
		}
	}
	if offered[0] != "login" || !NeedsSecret("login") || !NeedsSecret("") || slices.Contains(offered[1:], "login") {
		t.Errorf("got %q, want login first, once, and needing a secret", offered)
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

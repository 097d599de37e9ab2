package sasl

import (
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"
)

// These tests compare what a mechanism says with its row, its constructor and its reader, so that they hold for one that
// is added too.

var (
	// parts are credentials whose parts can be told apart in a message.
	parts = Credentials{User: "otto", As: "bert", Secret: "geheim", Host: "host.test", Port: 993}
	bound = Binding{Type: "tls-exporter", Data: []byte("bound")}
)

// challengesOf returns the challenges of the longest exchange that the tests have. NONCE is the client's nonce.
func challengesOf(t *testing.T, m *Mechanism) (out []string) {
	t.Helper()
	switch { // what they answer is in vectors_test.go
	case strings.HasPrefix(m.Name, "SCRAM-"):
		return []string{"", "r=NONCEmore,s=QUJD,i=4096"}
	case m.Name == "DIGEST-MD5":
		return []string{`realm="x",nonce="y",qop="auth",algorithm=md5-sess,charset=utf-8`}
	}
	for _, row := range exchanges {
		if row.mechanism == m.Name && len(row.challenges) > len(out) {
			out = row.challenges
		}
	}
	if out == nil {
		t.Fatalf("no row says what %s answers: add one from %s to internal/sasl/sasl_test.go", m.Name, m.RFC)
	}
	return out
}

// messagesOf returns what the client says to these challenges. Random numbers are the same each time, so that the
// messages of two exchanges differ only if their credentials do.
func messagesOf(t *testing.T, m *Mechanism, challenges []string, c Credentials) (out []string) {
	t.Helper()
	cryptotest.SetGlobalRandom(t, 1)
	x, err := m.New(c, bound)
	if err != nil {
		t.Fatalf("%s refuses %+v: %v", m.Name, c, err)
	}
	for _, challenge := range challenges {
		if len(out) > 0 {
			challenge = strings.ReplaceAll(challenge, "NONCE", attributes(out[0])['r'])
		}
		answer, err := x.Next([]byte(challenge))
		if err != nil {
			t.Fatalf("%s does not answer %q: %v", m.Name, challenge, err)
		}
		out = append(out, string(answer))
	}
	return out
}

// withExchange calls f for each mechanism that imapsh can carry out.
func withExchange(t *testing.T, f func(t *testing.T, m *Mechanism, challenges []string)) {
	for _, m := range Mechanisms() {
		if m.New != nil {
			t.Run(m.Name, func(t *testing.T) { f(t, &m, challengesOf(t, &m)) })
		}
	}
}

func TestTheFactsOfARowAgreeWithWhatItsExchangeSays(t *testing.T) {
	withExchange(t, func(t *testing.T, m *Mechanism, challenges []string) {
		other := parts
		other.Secret = "anders"
		messages := messagesOf(t, m, challenges, parts)
		said := strings.Join(messages, "\n")
		needs := !slices.Equal(messages, messagesOf(t, m, challenges, other))
		for _, fact := range []struct {
			field     string
			is        any
			row, want bool
			yes, no   string // what the exchange shows
		}{
			{"Reveals", m.Reveals, m.Reveals, strings.Contains(said, parts.Secret), "its messages contain the secret", "its messages do not contain the secret"},
			{"Needs", m.Needs, m.Needs != Nothing, needs, "another secret changes its messages", "another secret does not change its messages"},
			{"First", m.First, m.First, challenges[0] == "", "its exchange in the tests begins with an empty challenge", "its exchange in the tests begins with a challenge"},
			{"Acts", m.Acts, m.Acts, strings.Contains(said, parts.As), "its messages contain the authorization identity", "its messages do not contain the authorization identity"},
			{"Rank", m.Rank, m.Rank > 0, needs, "one that needs a secret must have a rank, or it is never chosen", "one that needs no secret must have none, as it is never chosen"},
		} {
			if fact.row != fact.want {
				why := fact.no
				if fact.want {
					why = fact.yes
				}
				t.Errorf("%s in internal/sasl/table.go: %s is %v, but %s", m.Name, fact.field, fact.is, why)
			}
		}
	})
}

func TestRanksSayWhichMechanismIsBetter(t *testing.T) {
	for i, a := range Mechanisms() {
		for j, b := range Mechanisms() {
			switch {
			case i == j || a.Needs != b.Needs || a.Rank == 0 || b.Rank == 0:
			case i < j && a.Rank == b.Rank:
				t.Errorf("%s and %s in internal/sasl/table.go: both have Rank %d, so neither is the better one", a.Name, b.Name, a.Rank)
			case a.Reveals && !b.Reveals && a.Rank > b.Rank:
				t.Errorf("%s in internal/sasl/table.go: Rank %d chooses it before %s, which does not reveal the secret", a.Name, a.Rank, b.Name)
			}
		}
	}
}

func TestCredentialsThatAMechanismCannotSendAreRefused(t *testing.T) {
	withExchange(t, func(t *testing.T, m *Mechanism, challenges []string) {
		with := func(part, value string) Credentials {
			c := Credentials{User: parts.User, Secret: parts.Secret}
			*map[string]*string{"user name": &c.User, "secret": &c.Secret, "authorization identity": &c.As}[part] = value
			return c
		}
		for _, part := range []string{"user name", "secret", "authorization identity"} {
			if slices.Equal(messagesOf(t, m, challenges, with(part, "a")), messagesOf(t, m, challenges, with(part, "b"))) {
				continue // it is not sent
			}
			if _, err := m.New(with(part, "a\x00b"), bound); err == nil {
				t.Errorf("%s takes a NUL in the %s: its constructor in internal/sasl must give all that it sends to noNUL", m.Name, part)
			}
		}
	})
}

// spoilt returns a message that contains the secret, and the ways to get it wrong.
func spoilt(message string) []string {
	out := []string{message, message + message}
	at := strings.Index(message, parts.Secret)
	for i := range message {
		inside := at <= i && i < at+len(parts.Secret)
		if i <= at {
			out = append(out, message[i:])
		}
		if !inside {
			out = append(out, message[:i]+message[i+1:])
		}
		if i >= at+len(parts.Secret) {
			out = append(out, message[:i])
		}
	}
	for _, separator := range []string{"\x00", "\x01", ",", " ", "\n"} {
		out = append(out, "x"+separator+message, message+separator+"x", strings.ReplaceAll(message, separator, ""), strings.ReplaceAll(message, separator, `\0`))
	}
	return out
}

// inItsPlace returns a message with the secret where it would be, or what is made from it; "" if nothing of it depends
// on the secret. changed is the message for another secret.
func inItsPlace(message, changed string) string {
	switch {
	case message == changed:
		return ""
	case strings.Contains(message, parts.Secret):
		return message
	}
	from, end := 0, 0
	for message[from] == changed[from] {
		from++
	}
	for message[len(message)-1-end] == changed[len(changed)-1-end] {
		end++
	}
	return message[:from] + parts.Secret + message[len(message)-end:]
}

func TestAReaderShowsNoSecretHoweverAMessageIsSpoilt(t *testing.T) {
	var whole []string // messages that have more than the secret, which may be given to the wrong mechanism
	for _, m := range Mechanisms() {
		if !m.Reveals || m.New == nil {
			continue
		}
		for _, message := range messagesOf(t, &m, challengesOf(t, &m), parts) {
			if strings.Contains(message, parts.Secret) && message != parts.Secret {
				whole = append(whole, message)
			}
		}
	}
	withExchange(t, func(t *testing.T, m *Mechanism, challenges []string) {
		other := parts
		other.Secret = "anders"
		messages, changed := messagesOf(t, m, challenges, parts), messagesOf(t, m, challenges, other)
		for i := range messages {
			var bad []string
			if own := inItsPlace(messages[i], changed[i]); own != "" {
				bad = spoilt(own)
			}
			for _, message := range whole {
				if n := strings.Count(message, "\x00"); n == 0 || n != strings.Count(messages[i], "\x00") { // or it cannot be told from its own
					bad = append(bad, message)
				}
			}
			for _, message := range bad {
				reader := NewReader(m.Name, func() time.Time { return noon })
				for k := range i {
					reader.Server([]byte(challenges[k]))
					reader.Client([]byte(messages[k]))
				}
				reader.Server([]byte(challenges[i]))
				if got := said(reader.Client([]byte(message))); strings.Contains(got, parts.Secret) {
					t.Fatalf("%q is shown as\n%sThe reader of %s in internal/sasl must hide what it cannot parse (hideAll)", message, got, m.Name)
				}
			}
		}
	})
}

func TestAReaderHidesTheSecretUnderItsName(t *testing.T) {
	withExchange(t, func(t *testing.T, m *Mechanism, challenges []string) {
		reader := NewReader(m.Name, func() time.Time { return noon })
		var fields []Field
		var secrets []string
		for i, message := range messagesOf(t, m, challenges, parts) {
			reader.Server([]byte(challenges[i]))
			r := reader.Client([]byte(message))
			fields, secrets = append(fields, r.Fields...), append(secrets, r.Secrets()...)
		}
		if named := slices.Contains(fields, Field{Name: m.Needs.String(), Secret: true}); m.Reveals && (!named || !slices.Contains(secrets, parts.Secret)) {
			t.Errorf("%s in internal/sasl/table.go: it needs a %s, but its reader hides no field of this name with the secret: got %v", m.Name, m.Needs, fields)
		}
	})
}

package testserver

import (
	"crypto"
	_ "crypto/sha1" // the hashes that SCRAM names
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/xdg-go/scram"
)

// scramHashes are the hashes by the names of the mechanisms.
var scramHashes = map[string]crypto.Hash{"SCRAM-SHA-1": crypto.SHA1, "SCRAM-SHA-256": crypto.SHA256, "SCRAM-SHA-512": crypto.SHA512}

// BeginSCRAM reads an AUTHENTICATE of SCRAM and answers its first message, for Alice with Password. Of a
// mechanism that is bound to TLS it demands this type of binding; after "another " it is that of another
// connection, as where TLS ends at somebody in between. More than a million iterations are
// asked for and not done: the exchange cannot go on then.
func BeginSCRAM(binding string, iterations int) Step {
	line := regexp.MustCompile(`(?i)^(\S+) AUTHENTICATE (SCRAM-SHA-\d+)(-PLUS)?(?: (\S+))?$`)
	return func(x *exchange) error {
		got, err := x.readLine()
		if err != nil {
			return fmt.Errorf("waiting for AUTHENTICATE: %w", err)
		}
		m := line.FindStringSubmatch(got)
		if m == nil {
			return fmt.Errorf("got %q, expected AUTHENTICATE SCRAM-…", got)
		}
		x.tag = m[1]
		if x.scram, err = x.newSCRAM(strings.ToUpper(m[2]), m[3] != "", binding, min(iterations, 4096)); err != nil {
			return err
		}
		first := m[4]
		if first == "" {
			if _, err := io.WriteString(x.conn, "+ \r\n"); err != nil {
				return err
			}
			if first, err = x.readLine(); err != nil {
				return err
			}
		}
		answer, refused := x.scramStep(first)
		if refused != nil {
			return x.refuseSCRAM(answer)
		}
		if iterations > 1_000_000 {
			answer = answer[:strings.LastIndex(answer, ",i=")] + fmt.Sprintf(",i=%d", iterations)
		}
		return x.challenge(answer)
	}
}

// EndSCRAM verifies the client's proof, proves itself, and answers.
func EndSCRAM() Step {
	return func(x *exchange) error {
		final, err := x.readLine()
		if err != nil {
			return err
		}
		answer, refused := x.scramStep(final)
		if refused != nil {
			return x.refuseSCRAM(answer)
		}
		if err := x.challenge(answer); err != nil {
			return err
		}
		if empty, err := x.readLine(); err != nil || empty != "" {
			return fmt.Errorf("got %q (%v), expected an empty line", empty, err)
		}
		_, err = fmt.Fprintf(x.conn, "%s OK in\r\n", x.tag)
		return err
	}
}

// newSCRAM is a server's side of an exchange.
func (x *exchange) newSCRAM(mechanism string, plus bool, binding string, iterations int) (*scram.ServerConversation, error) {
	hash := scramHashes[mechanism]
	if hash == 0 {
		return nil, fmt.Errorf("no hash for %s", mechanism)
	}
	of := scram.HashGeneratorFcn(hash.New)
	client, err := of.NewClient(Alice, Password, "")
	if err != nil {
		return nil, err
	}
	stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "a salt", Iters: iterations})
	if err != nil {
		return nil, err
	}
	server, err := of.NewServer(func(user string) (scram.StoredCredentials, error) {
		if user != Alice {
			return scram.StoredCredentials{}, errors.New("unknown user")
		}
		return stored, nil
	})
	if err != nil || !plus {
		return server.NewConversation(), err
	}
	kind, other := strings.CutPrefix(binding, "another ")
	bound, err := x.binding(kind)
	if other && err == nil {
		bound.Data = append([]byte{^bound.Data[0]}, bound.Data[1:]...)
	}
	return server.NewConversationWithChannelBindingRequired(bound), err
}

// binding is what the server's side of TLS has for a type of channel binding.
func (x *exchange) binding(kind string) (b scram.ChannelBinding, err error) {
	secure, ok := x.conn.(*tls.Conn)
	if !ok {
		return b, errors.New("no TLS to bind to")
	}
	state := secure.ConnectionState()
	b.Type = scram.ChannelBindingType(kind)
	switch b.Type {
	case scram.ChannelBindingTLSExporter:
		b.Data, err = state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
	case scram.ChannelBindingTLSUnique:
		b.Data = state.TLSUnique
	case scram.ChannelBindingTLSServerEndpoint:
		return scram.NewTLSServerEndpointBinding(&tls.ConnectionState{PeerCertificates: []*x509.Certificate{x.certificate}})
	}
	return b, err
}

// scramStep takes a message of the client's, in base64.
func (x *exchange) scramStep(text string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "invalid-encoding", err
	}
	return x.scram.Step(string(raw))
}

func (x *exchange) challenge(text string) error {
	_, err := fmt.Fprintf(x.conn, "+ %s\r\n", base64.StdEncoding.EncodeToString([]byte(text)))
	return err
}

// refuseSCRAM says why (RFC 5802 §7), and ends the exchange once the client has cancelled it.
func (x *exchange) refuseSCRAM(why string) error {
	if err := x.challenge("e=" + strings.TrimPrefix(why, "e=")); err != nil {
		return err
	}
	if _, err := x.readLine(); err != nil {
		return err
	}
	fmt.Fprintf(x.conn, "%s NO [AUTHENTICATIONFAILED] no\r\n", x.tag)
	return errEnd
}

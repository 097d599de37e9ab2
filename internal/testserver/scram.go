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

// scramHashes maps mechanisms, without "-PLUS", to their hashes.
var scramHashes = map[string]crypto.Hash{"SCRAM-SHA-1": crypto.SHA1, "SCRAM-SHA-256": crypto.SHA256, "SCRAM-SHA-512": crypto.SHA512}

// BeginSCRAM reads an AUTHENTICATE of SCRAM and answers its first message, for Alice with Password. If the
// mechanism is bound to TLS (-PLUS), it demands this type of channel binding; a type that begins with
// "another " makes it expect the data of another connection, as if somebody in between ended TLS. A count
// above a million iterations is demanded but not computed: the exchange cannot continue then.
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

// EndSCRAM verifies the client's proof, sends the server's own and, after the client's empty line, OK.
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

// newSCRAM returns the server's side of an exchange. binding is that of BeginSCRAM, and is used if plus is set.
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

// binding returns the channel binding of a type, as the server's side of TLS computes it.
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

// scramStep passes on a message of the client, in base64, and returns the answer to it, decoded. With an
// error the answer is the one that refuses the client.
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

// refuseSCRAM sends the error value why (RFC 5802 §7), and ends the exchange after one more line of the
// client, its "*" or an empty one.
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

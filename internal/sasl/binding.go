package sasl

import (
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/xdg-go/scram"
)

// Binding ties an exchange to its TLS connection (RFC 5056). The zero value means none.
type Binding struct {
	Type string // one of BindingTypes
	Data []byte
	// Able is for mechanisms without -PLUS: the client could bind, but the server does not offer it.
	// The exchange says so, so that the server notices if somebody has removed the offer.
	Able bool
	// Why says why there is no Data.
	Why error
}

func (b Binding) missing() string {
	if b.Why != nil {
		return b.Why.Error()
	}
	return "there is no TLS"
}

// bindingType is a row of the table of channel bindings.
type bindingType struct {
	name string
	of   func(*tls.ConnectionState) ([]byte, error)
}

// bindings are the types of channel binding, in order of preference.
var bindings = []bindingType{
	{"tls-exporter", exporter},            // RFC 9266
	{"tls-unique", unique},                // RFC 5929 §3, up to TLS 1.2
	{"tls-server-end-point", serverPoint}, // RFC 5929 §4
}

// BindingTypes returns the names of the channel bindings, in order of preference.
func BindingTypes() []string {
	names := make([]string, len(bindings))
	for i := range bindings {
		names[i] = bindings[i].name
	}
	return names
}

// Bind returns the binding of the given type to a TLS connection. For "" it takes the default of the TLS version:
// tls-exporter for TLS 1.3 (RFC 9266 §3), tls-unique before (RFC 5802 §6.1). state is nil without TLS. If there
// is no binding, its Why says why.
func Bind(kind string, state *tls.ConnectionState) Binding {
	if state == nil {
		return Binding{Why: errors.New("there is no TLS")}
	}
	if kind == "" {
		kind = "tls-exporter"
		if state.Version < tls.VersionTLS13 {
			kind = "tls-unique"
		}
	}
	for i := range bindings {
		if b := &bindings[i]; b.name == kind {
			data, err := b.of(state)
			return Binding{Type: kind, Data: data, Why: err}
		}
	}
	return Binding{Type: kind, Why: fmt.Errorf("there is no channel binding %q", kind)}
}

func exporter(state *tls.ConnectionState) ([]byte, error) {
	data, err := state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
	if err != nil {
		return nil, errors.New("tls-exporter needs TLS 1.3, or TLS 1.2 with the extended master secret")
	}
	return data, nil
}

func unique(state *tls.ConnectionState) ([]byte, error) {
	if len(state.TLSUnique) == 0 {
		return nil, errors.New("tls-unique does not exist in TLS 1.3, nor in a resumed session")
	}
	return state.TLSUnique, nil
}

func serverPoint(state *tls.ConnectionState) ([]byte, error) {
	b, err := scram.NewTLSServerEndpointBinding(state)
	if err != nil {
		return nil, errors.New("tls-server-end-point has no digest for the algorithm that signed the server's certificate")
	}
	return b.Data, nil
}

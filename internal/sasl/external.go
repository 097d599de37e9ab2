package sasl

import "time"

// newExternal: extern-initial-resp = [extern-response], the identity to act as; empty for the identity of the
// connection (RFC 4422 appendix A.1).
func newExternal(c Credentials, _ Binding) (Exchange, error) {
	as := c.As
	if as == "" {
		as = c.User
	}
	if err := noNUL(as); err != nil {
		return nil, err
	}
	return &single{message: []byte(as)}, nil
}

type externalReader struct{ unread }

func readExternal(func() time.Time) Reader { return externalReader{} }

func (externalReader) Client(message []byte) (r Reading) {
	if len(message) == 0 {
		r.add("authzid", "empty: the identity of the connection")
		return r
	}
	if r.hasControls(message) {
		return r
	}
	r.identity("authzid", string(message))
	r.lineEnd(message, "identity")
	return r
}

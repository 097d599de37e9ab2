package sasl

// newExternal: extern-initial-resp = [extern-response], the identity to act as, empty for the one
// that the connection shows (RFC 4422 appendix A.1).
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

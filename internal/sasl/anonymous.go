package sasl

// newAnonymous: message = [email / token], a trace of who it was (RFC 4505 §2).
func newAnonymous(c Credentials, _ Binding) (Exchange, error) {
	return &single{message: []byte(c.User)}, nil
}

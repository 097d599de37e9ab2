package sasl

// newPlain: message = [authzid] UTF8NUL authcid UTF8NUL passwd (RFC 4616 §2).
func newPlain(c Credentials, _ Binding) (Exchange, error) {
	if err := noNUL(c.As, c.User, c.Secret); err != nil {
		return nil, err
	}
	return &single{message: []byte(c.As + "\x00" + c.User + "\x00" + c.Secret)}, nil
}

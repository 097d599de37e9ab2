package sasl

// login answers the first challenge with the user name, the second with the password. The text of the challenges
// differs between servers and is ignored.
type login struct {
	answers [2]string
	said    int
}

func newLogin(c Credentials, _ Binding) (Exchange, error) {
	if err := noNUL(c.User, c.Secret); err != nil {
		return nil, err
	}
	return &login{answers: [2]string{c.User, c.Secret}}, nil
}

func (l *login) Next([]byte) ([]byte, error) {
	if l.said == len(l.answers) {
		return nil, errTooMuch
	}
	l.said++
	return []byte(l.answers[l.said-1]), nil
}

func (*login) Ended(bool, []byte) error { return nil }

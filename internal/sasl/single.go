package sasl

import (
	"errors"
	"fmt"
	"strings"
)

// single is an exchange in which the client sends one message and the server sends none.
type single struct {
	message []byte
	said    bool
}

func (s *single) Next([]byte) ([]byte, error) {
	if s.said {
		return nil, errTooMuch
	}
	s.said = true
	return s.message, nil
}

func (*single) Ended(bool, []byte) error { return nil }

var errTooMuch = errors.New("the server asks for more than this mechanism sends")

// noNUL returns an error if a part has a NUL. It separates the parts of a message, and even where it does not, no name
// and no password may have one (RFC 4013 §2.3).
func noNUL(parts ...string) error {
	for _, part := range parts {
		if i := strings.IndexByte(part, 0); i >= 0 {
			return fmt.Errorf("byte %d of the user name or the secret is NUL, which SASLprep forbids (RFC 4013)", i)
		}
	}
	return nil
}

package sasl

import "time"

// newAnonymous: message = [email / token], a trace of who logged in (RFC 4505 §2).
func newAnonymous(c Credentials, _ Binding) (Exchange, error) {
	if err := noNUL(c.User); err != nil {
		return nil, err
	}
	return &single{message: []byte(c.User)}, nil
}

type anonymousReader struct{ unread }

func readAnonymous(func() time.Time) Reader { return anonymousReader{} }

func (anonymousReader) Client(message []byte) (r Reading) {
	switch {
	case len(message) == 0:
	case r.hasControls(message):
		return r
	default:
		r.add("trace", string(message))
	}
	r.lineEnd(message, "trace")
	return r
}

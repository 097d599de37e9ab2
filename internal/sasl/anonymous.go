package sasl

import "time"

// newAnonymous: message = [email / token], a trace of who logged in (RFC 4505 §2).
func newAnonymous(c Credentials, _ Binding) (Exchange, error) {
	return &single{message: []byte(c.User)}, nil
}

type anonymousReader struct{ unread }

func readAnonymous(func() time.Time) Reader { return anonymousReader{} }

func (anonymousReader) Client(message []byte) (r Reading) {
	if len(message) > 0 {
		r.add("trace", string(message))
	}
	r.lineEnd(message, "trace")
	return r
}

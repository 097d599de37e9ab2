package sasl

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Decode returns a message without its base64. The error says what is wrong and at which byte, counted from 0,
// and quotes nothing of the message.
func Decode(text string) ([]byte, error) {
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil && !strings.ContainsAny(text, "\r\n") {
		return raw, nil
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '=' && strings.Trim(text[i:], "=") == "":
			return nil, fmt.Errorf("not base64: %s", padding(text[:i], len(text)-i))
		case isBase64(c):
		case c == '=':
			return nil, fmt.Errorf("not base64: extra data after the = at byte %d", i)
		case c == '-' || c == '_':
			return nil, fmt.Errorf("not base64: byte %d is %q (base64url); SASL uses + and /", i, c)
		case c == ' ' || c == '\t':
			return nil, fmt.Errorf("not base64: byte %d is a space", i)
		default:
			return nil, fmt.Errorf("not base64: byte %d is not a character of it", i)
		}
	}
	return nil, fmt.Errorf("not base64: %s", padding(text, 0))
}

func isBase64(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// padding says what is wrong with the end of a text that is otherwise base64.
func padding(digits string, has int) string {
	switch want := (4 - len(digits)%4) % 4; {
	case want == 3:
		return fmt.Sprintf("%d characters: one is missing, or one too many", len(digits))
	case want != has:
		return fmt.Sprintf("it must end with %d =, but ends with %d", want, has)
	}
	return "the last character has unused bits that are not 0"
}

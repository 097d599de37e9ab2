package trace

import (
	"strings"
	"testing"
)

func TestAShortBeginningWaitsWhenSecretsOfDifferentLengthsAreKnown(t *testing.T) {
	t.Parallel()
	var m Mask
	m.Add("hunter22")
	m.Add(strings.Repeat("long secret ", 4))
	for _, text := range []string{"", "hun", "hunter22"} {
		if n := m.Apart([]byte(text)); n != 0 {
			t.Errorf("%d bytes of %q can be passed on, want 0", n, text)
		}
	}
}

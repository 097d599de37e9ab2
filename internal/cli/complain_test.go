package cli

import (
	"strings"
	"testing"
)

func TestAnErrorAboutAnAddressIsEscapedOnce(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"imap://a\nb"}, {"tls", "imap://a\nb"}, {"check", "a\nb"}, {"--bind", "a\nb", "imap://127.0.0.1"}} {
		if o := run(t, "", args...).is(t, 2); !strings.Contains(o.stderr, `"a\x0ab" is not `) {
			t.Errorf("%q: %s", args, o)
		}
	}
}

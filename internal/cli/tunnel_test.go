package cli

import (
	"strings"
	"testing"
)

func TestTheErrorOutputOfATunnelCannotImitateLinesOfTheShell(t *testing.T) {
	t.Parallel()
	tunnel := `printf -- '-- forged\n!! forged\nC: forged\n\033[31mred\nbanner\n' >&2; echo '* PREAUTH [CAPABILITY IMAP4rev1] hi'; read -r tag line; echo "* BYE bye"; echo "$tag OK bye"`
	o := run(t, "logout\n", "--tunnel", tunnel).is(t, 0)
	for _, want := range []string{`\x2d- forged`, `\x21! forged`, `\x43: forged`, `\x1b[31mred`, "\nbanner\n"} {
		if !strings.Contains("\n"+o.stderr, want) {
			t.Errorf("no %q in\n%s", want, o.stderr)
		}
	}
	for l := range strings.Lines(o.stderr) {
		if strings.Contains(l, "forged") && !strings.HasPrefix(l, `\x`) {
			t.Errorf("a line that looks like one of the shell: %q", l)
		}
	}
}

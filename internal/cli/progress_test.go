//go:build linux || darwin

package cli

import (
	"fmt"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

func TestTheProgressOfALargeLiteralIsShownAndErased(t *testing.T) {
	t.Parallel()
	const announced = 4 << 20
	half := strings.Repeat(strings.Repeat("x", 62)+"\r\n", announced/2/64)
	for _, row := range []struct {
		name, command string
		cols          int
		typed         bool
		seen          string
	}{
		{"in a script", `cd ${XDG_STATE_HOME%%/*} && $IMAPSH -e 'fetch 1 body[] > big.eml' imap://%s`, 80, false, "2.0 MB of 4.0 MB,"},
		{"in a script with its output in a file", `cd ${XDG_STATE_HOME%%/*} && $IMAPSH -o raw -e 'fetch 1 body[]' imap://%s >out`, 40, false, "2.0 MB/4.0 MB"},
		{"above the line being typed", `cd ${XDG_STATE_HOME%%/*} && $IMAPSH imap://%s`, 40, true, "2.0 MB/4.0 MB"},
	} {
		t.Run(row.name, func(t *testing.T) {
			more := make(chan struct{})
			srv := canned(t, testserver.Send(preauthHello), testserver.Expect("fetch 1"),
				testserver.Send(fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n", announced)), testserver.Send(half),
				testserver.Wait(more), testserver.Send(half+")\r\n{tag} OK done\r\n"), testserver.Answer())
			s := onScreenToItsEnd(t, row.cols, 24, fmt.Sprintf(row.command, srv.Addr()))
			if row.typed {
				s.shows("a001")
				s.types("fetch 1 body[] > big.eml")
				s.shows("C: a001 fetch 1 body[]")
				s.letters("noop")
			}
			s.until(row.seen, func(whole string) bool { return strings.Contains(whole, row.seen) && strings.Contains(whole, "[####") })
			if row.typed {
				s.fits(row.cols)
				s.letters(" # typed")
				s.until("the line being typed", func(whole string) bool { return strings.Contains(whole, "…> noop # typed") })
				s.press("C-u")
			}
			close(more)
			if row.typed {
				s.until("the end of the bar", func(whole string) bool {
					return strings.Contains(whole, "OK done") && !strings.Contains(whole, "/s ")
				})
				s.leaves()
			}
			s.until(ended, func(whole string) bool { return strings.Contains(whole, ended+"0") })
			if whole := s.whole(); strings.Contains(whole, "####") || strings.Contains(whole, "/s") {
				t.Errorf("the bar is still there:\n%s", whole)
			}
		})
	}
}

package help

import (
	"strings"
	"testing"

	"imapsh/internal/text"
)

func TestCapabilitiesAreListedByGroupWithTheirMeaning(t *testing.T) {
	caps := strings.Fields("IMAP4REV1 STARTTLS AUTH=SCRAM-SHA-256 IDLE THREAD=REFS QUOTA=RES-ANNOTATION-STORAGE X-UNHEARD X-\x1b[31mRED")
	for _, width := range []int{77, 37} {
		page := Capabilities(caps, width)
		last := -1
		for _, want := range []string{"Protocol\n", "IMAP4REV1", "3501", "Authentication\n", "STARTTLS", "AUTH=SCRAM-SHA-256",
			"Extensions\n", "IDLE", "2177", "THREAD=REFS", "5256", "Unknown to imapsh\n", "X-UNHEARD"} {
			at := strings.Index(page, want)
			if at <= last {
				t.Errorf("at width %d %q is not where it should be:\n%s", width, want, page)
			}
			last = at
		}
		for line := range strings.SplitSeq(page, "\n") {
			if text.Width(line) > width {
				t.Errorf("wider than %d: %q", width, line)
			}
		}
		if strings.Contains(page, "\x1b") {
			t.Errorf("control characters in %q", page)
		}
	}
}

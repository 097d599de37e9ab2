package completion

import (
	"fmt"
	"testing"

	"imapsh/internal/command"
)

// BenchmarkTheFirstTabOfTenThousandMailboxes measures everything that Tab does once the names are known.
func BenchmarkTheFirstTabOfTenThousandMailboxes(b *testing.B) {
	v := &command.View{State: command.Authenticated}
	for i := range 10000 {
		v.Mailboxes = append(v.Mailboxes, fmt.Sprintf("Archive/M&APw-ller %d", i))
	}
	for b.Loop() {
		r := Complete("select ", len("select "), v, Around{})
		Columns(r.Items, 80)
	}
}

package completion

import (
	"fmt"
	"slices"
	"testing"

	"imapsh/internal/command"
)

// A line end that a server hides in a name would end the line being typed, and begin one that the server wrote.
func TestNoCandidateHoldsWhatCannotBeTyped(t *testing.T) {
	v := &command.View{
		State:     command.Selected,
		Mailboxes: []string{"a\r\nlogout", "a\nlogout ä", "a\x1b]0;x\x07", "a\u0085", "a\xff", "a\x00", "a&AAoA5A-", "a good one"},
		Flags:     []string{"$a\nlogout", "$b\x1b]", "$good"},
		Caps:      map[string]bool{"AUTH=X\nLOGOUT": true, "AUTH=XGOOD": true},
	}
	around := Around{Files: func(string) []string { return []string{"a\nlogout", "a\x1b]", "a.eml"} }}
	for _, row := range []struct {
		line string
		want []string
	}{
		{"select a", []string{"a&AAoA5A-", `"a good one"`}},
		{`select "a`, []string{`"a&AAoA5A-"`, `"a good one"`}},
		{"a1 select a", []string{"a&AAoA5A-", `"a good one"`}},
		{"store 1 flags ($", []string{"$Forwarded", "$Important", "$Junk", "$MDNSent", "$NotJunk", "$Phishing", "$good"}},
		{"authenticate x", []string{"xgood"}},
		{"fetch 1 body[] > a", []string{"a.eml"}},
	} {
		var got []string
		for _, item := range Complete(row.line, len(row.line), v, around).Items {
			got = append(got, item.Text)
		}
		slices.Sort(got)
		slices.Sort(row.want)
		if fmt.Sprint(got) != fmt.Sprint(row.want) {
			t.Errorf("%q: got %q, want %q", row.line, got, row.want)
		}
	}
}

package completion

import (
	"os"
	"strings"
	"testing"

	"imapsh/internal/command"
)

var shell = []string{"help", "quit", "exit", "read", "save", "expect", ":caps", ":clock", ":log", ":quit"}

func caps(names string) map[string]bool {
	out := map[string]bool{}
	for _, n := range strings.Fields(names) {
		out[n] = true
	}
	return out
}

// views are sessions in the four states, by the name that begins a block of a file.
var views = map[string]*command.View{
	"unknown": {},
	"clear":   {State: command.NotAuthenticated, Caps: caps("IMAP4REV1 STARTTLS AUTH=PLAIN AUTH=SCRAM-SHA-256 AUTH=X-OWN")},
	"loggedin": {State: command.Authenticated, Delim: '/', Caps: caps("IMAP4REV1 IDLE ENABLE CONDSTORE MOVE LIST-EXTENDED SPECIAL-USE CREATE-SPECIAL-USE NAMESPACE"),
		Mailboxes: []string{"INBOX", "Archive", "Archive/2026", "Entw&APw-rfe", "Sent Items", "R&-D", `a"b\c`}},
	"access": {State: command.Authenticated, Delim: '.', UTF8: true, Caps: caps("IMAP4REV2 ACL QUOTA QUOTASET METADATA NOTIFY LANGUAGE URLAUTH ID MULTISEARCH THREAD=REFS"),
		Mailboxes: []string{"INBOX", "Entwürfe", "Über uns"}},
	"numbered": {State: command.Selected, Mailbox: "INBOX", Exists: 63, Caps: caps("IMAP4REV2 ANNOTATE-EXPERIMENT-1 PREVIEW REPLACE SORT THREAD=REFERENCES CONTEXT=SEARCH"),
		Rev2: true, Numbers: []uint32{63, 7, 61}, UIDs: []uint32{2044, 2001}, Mailboxes: []string{"INBOX", "Trash"}},
	"selected": {State: command.Selected, Mailbox: "INBOX", Delim: '/', Caps: caps("IMAP4REV1 CONDSTORE ESEARCH SORT MOVE"),
		Flags: []string{`\Seen`, `\Deleted`, "$Junk", "Work", "NonJunk"}, Mailboxes: []string{"INBOX", "Archive", "Sent Items"}},
}

// rows reads a two-column file: "[view]" begins a block, and each line is "typed → wanted"; "|" marks the end of what
// is typed if spaces come before it.
func rows(t *testing.T, name string, f func(t *testing.T, v *command.View, typed, want string)) {
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	v := views["unknown"]
	for i, row := range strings.Split(string(data), "\n") {
		switch {
		case row == "" || row[0] == '#':
		case row[0] == '[':
			if v = views[strings.Trim(row, "[]")]; v == nil {
				t.Fatalf("%s:%d: no view %s", name, i+1, row)
			}
		default:
			typed, want, ok := strings.Cut(row, "→")
			if !ok {
				t.Fatalf("%s:%d: no →", name, i+1)
			}
			typed = strings.TrimSuffix(strings.TrimRight(typed, " "), "|")
			want = strings.TrimSpace(want)
			t.Run(row, func(t *testing.T) { f(t, v, typed, want) })
		}
	}
}

func TestHints(t *testing.T) {
	rows(t, "hints.txt", func(t *testing.T, v *command.View, typed, want string) {
		got := Hint(typed, v)
		if strings.TrimSpace(got) != want {
			t.Errorf("%s\n got  %s\n want %s", typed, got, want)
		}
		if got != "" && got[0] != ')' && strings.HasSuffix(typed, " ") == (got[0] == ' ') && !strings.HasSuffix(typed, "(") {
			t.Errorf("%q: wrong number of spaces before %q", typed, got)
		}
	})
}

func TestCandidates(t *testing.T) {
	rows(t, "tab.txt", func(t *testing.T, v *command.View, typed, want string) {
		r := Complete(typed, len(typed), v, around())
		var texts []string
		for _, item := range r.Items {
			texts = append(texts, item.Text)
		}
		if got := strings.Join(texts, "  "); got != want {
			t.Errorf("%s\n got  %s\n want %s", typed, got, want)
		}
	})
}

func TestACandidateReplacesTheWordBeingTyped(t *testing.T) {
	for _, c := range []struct{ typed, line string }{
		{"sel", "select"},
		{"a1 SEL", "a1 SELECT"},
		{"fetch 1 (env", "fetch 1 (envelope"},
		{`select "Sent I`, `select "Sent Items"`},
		{"select inb", "select INBOX"},
		{"store 1 +flags (\\se", "store 1 +flags (\\Seen"},
		{"uid exa", ""},
		{"uid fet", "uid fetch"},
		{"fetch 1 body.peek[hea", "fetch 1 body.peek[header]"},
	} {
		r := Candidates(c.typed, len(c.typed), views["selected"], shell)
		got := ""
		if len(r.Items) > 0 {
			got = c.typed[:r.Start] + r.Items[0].Text
		}
		if got != c.line {
			t.Errorf("%s: got %s, want %s", c.typed, got, c.line)
		}
	}
}

func TestCandidatesStartAtOrBeforeTheCursor(t *testing.T) {
	for _, line := range []string{"", " ", "(", `"`, "a1 ", "uid ", "uid x y", "fetch 1 (((", "store \x00", "fetch 1 body[", "login alice (", "é", "select \xff"} {
		for pos := -1; pos <= len(line)+1; pos++ {
			for _, v := range views {
				if r := Candidates(line, pos, v, shell); r.Start < 0 || r.Start > max(pos, 0) {
					t.Errorf("%q at %d: start %d", line, pos, r.Start)
				}
				Hint(line, v)
			}
		}
	}
}

func BenchmarkCandidatesOfTenThousandMailboxes(b *testing.B) {
	v := &command.View{State: command.Authenticated}
	for i := range 10000 {
		v.Mailboxes = append(v.Mailboxes, "Archive/M&APw-ller "+strings.Repeat("x", i%17))
	}
	for b.Loop() {
		Candidates("select Archive/", len("select Archive/"), v, nil)
	}
}

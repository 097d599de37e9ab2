package completion

import (
	"strings"
	"testing"

	"imapsh/internal/command"
)

func TestTheHintsHaveEveryCommandInUpperAndLowerCase(t *testing.T) {
	seen := map[string]bool{}
	rows(t, "hints.txt", func(_ *testing.T, _ *command.View, typed, _ string) {
		_, rest := command.Whose(typed, nil)
		fields := strings.Fields(rest)
		for n := 1; n <= min(2, len(fields)); n++ {
			seen[strings.Join(fields[:n], " ")] = true
		}
	})
	for _, c := range command.Commands() {
		if !seen[c.Name] || !seen[strings.ToLower(c.Name)] {
			t.Errorf("%s does not have a row in both upper and lower case: add them to completion/testdata/hints.txt", c.Name)
		}
	}
}

func TestTheRowsHaveEveryKindOfArgument(t *testing.T) {
	seen := map[command.Kind]bool{}
	tables := map[command.Vocabulary]bool{}
	look := func(_ *testing.T, v *command.View, typed, _ string) {
		_, rest := command.Whose(typed, nil)
		p := command.Look(rest, v)
		for _, c := range p.Choices {
			seen[c.Arg.Kind] = true
			tables[c.Arg.Terms] = true
		}
		if p.CanOpen {
			seen[command.List] = true
		}
	}
	rows(t, "hints.txt", look)
	rows(t, "tab.txt", look)
	for kind := command.Sequence; kind <= command.FreeText; kind++ {
		switch kind {
		case command.Sequence, command.OneOf, command.Rule:
			continue // made of the others
		}
		if !seen[kind] {
			t.Errorf("no row has an argument of kind %d", kind)
		}
	}
	for _, v := range command.Vocabularies() {
		switch v {
		case command.FlagsOfServer, command.MailboxAttributes: // only servers send them
			continue
		}
		if !tables[v] {
			t.Errorf("no row has %s", v.Info().Title)
		}
	}
}

// FuzzCompletingACompletedLineChangesNothing takes the only candidate: pressing Tab again must offer that one and
// change nothing.
func FuzzCompletingACompletedLineChangesNothing(f *testing.F) {
	for _, line := range []string{"sel", "fetch 1 (fl", "store 1 +flags (\\De", `select "Sent I`, "uid fe", "status INBOX (mess", "setacl a b l", "help sea", "FETCH 1 BODY[HEADER.FIELDS (Mess", "append a < mai"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, v := range views {
			r := Complete(line, len(line), v, around())
			if r.Start < 0 || r.Start > len(line) {
				t.Fatalf("%q: start %d", line, r.Start)
			}
			if len(r.Items) != 1 || r.Items[0].Open {
				continue
			}
			done := line[:r.Start] + r.Items[0].Text
			again := Complete(done, len(done), v, around())
			for _, it := range again.Items {
				if got := done[:again.Start] + it.Text; got == done {
					return
				}
			}
			if len(again.Items) == 1 && !again.Items[0].Open {
				t.Fatalf("%q became %q, and that became %q", line, done, done[:again.Start]+again.Items[0].Text)
			}
		}
	})
}

func TestCandidatesAreInColumns(t *testing.T) {
	var many []Item
	for _, name := range strings.Fields("INBOX Archive Archive/2019 Archive/2020 Drafts Sent Trash Entwürfe 日本語") {
		many = append(many, Item{Text: name})
	}
	got := strings.Join(Columns(many, 40), "\n")
	want := "     INBOX         Sent\n     Archive       Trash\n     Archive/2019  Entwürfe\n     Archive/2020  日本語\n     Drafts"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	told := []Item{{Text: "FLAGS", Help: "the flags"}, {Text: "INTERNALDATE", Help: "when the message arrived on the server"}, {Text: "x\x1b[31m", Help: "\x07"}}
	got = strings.Join(Columns(told, 40), "\n")
	want = "     FLAGS         the flags\n     INTERNALDATE  when the message arri\n     x\\x1b[31m     \\x07"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

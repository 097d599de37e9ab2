package render

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"imapsh/internal/response"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// oddityPage is docs/oddities.md: the tables of what is found, and what it does to clients.
func oddityPage() string {
	var b strings.Builder
	b.WriteString("# Oddities\n\nWhat imapsh finds where a server leaves the grammar or the protocol: the name it has in `:oddities` and in\n" +
		"[JSON](json.md), what is said of it (%s and %d stand for what was found), the rule that is broken, and what it does to clients.\n" +
		"Made from the tables by `make generate`.\n")
	cell := strings.NewReplacer("|", `\|`)
	for _, part := range []struct {
		title string
		table []wire.Deviation
	}{
		{"In the grammar of any response", wire.Deviations()},
		{"In what one response says", response.Deviations()},
		{"In the exchange", tagger.Deviations()},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| name | what | rule | effect |\n| --- | --- | --- | --- |\n", part.title)
		for _, d := range part.table {
			rule := d.RFC
			if d.Rule != "" {
				rule = "`" + d.Rule + "`, " + d.RFC
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d.Name, cell.Replace(d.Text), cell.Replace(rule), effects[d.Name])
		}
	}
	return b.String()
}

func TestThePageOfOdditiesIsWhatTheTablesSay(t *testing.T) {
	const file = "../docs/oddities.md"
	if *update {
		if err := os.WriteFile(file, []byte(oddityPage()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != oddityPage() {
		t.Errorf("%s is not what the tables say (make generate writes it anew)", file)
	}
}

func TestEachOddityHasItsEffectAndEachEffectItsOddity(t *testing.T) {
	var names []string
	for _, d := range slices.Concat(wire.Deviations(), response.Deviations(), tagger.Deviations()) {
		names = append(names, d.Name)
		if effects[d.Name] == "" || d.Text == "" || d.RFC == "" {
			t.Errorf("%s: %+v has no effect, sentence or RFC", d.Name, d)
		}
	}
	for name := range effects {
		if !slices.Contains(names, name) {
			t.Errorf("no oddity is called %s", name)
		}
	}
}

package render

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"imapsh/internal/response"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// oddityPage returns docs/oddities.md: the tables of violations and their effects on clients.
func oddityPage() string {
	var b strings.Builder
	b.WriteString("# Protocol violations\n\nWhat imapsh reports if a server violates the grammar or the protocol: the name, as in `:oddities` and in\n" +
		"[JSON](json.md); the message (%s and %d are filled in); the rule that is broken; and the effect on clients.\n" +
		"`make generate` writes this page from the tables.\n\n" +
		"- [The grammar of all responses](#the-grammar-of-all-responses)\n" +
		"- [The contents of a response](#the-contents-of-a-response)\n" +
		"- [The exchange](#the-exchange)\n")
	cell := strings.NewReplacer("|", `\|`)
	for _, part := range []struct {
		title string
		table []wire.Deviation
	}{
		{"The grammar of all responses", wire.Deviations()},
		{"The contents of a response", response.Deviations()},
		{"The exchange", tagger.Deviations()},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| name | message | rule | effect on clients |\n| --- | --- | --- | --- |\n", part.title)
		for _, d := range part.table {
			rule := d.RFC
			if d.Rule != "" {
				rule = "`" + d.Rule + "`, " + d.RFC
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d.Name, cell.Replace(d.Text), cell.Replace(rule), cell.Replace(d.Effect))
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
	got, want := strings.Split(string(page), "\n"), strings.Split(oddityPage(), "\n")
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("docs/oddities.md:%d is not what the tables say (make generate rewrites it)", i+1)
		}
	}
}

func TestEachDeviationHasItsOwnRowWithSentenceRFCAndEffect(t *testing.T) {
	seen := map[string]bool{}
	for file, table := range map[string][]wire.Deviation{
		"internal/wire/oddities.go": wire.Deviations(), "internal/response/oddities.go": response.Deviations(), "tagger/oddities.go": tagger.Deviations(),
	} {
		for _, d := range table {
			if seen[d.Name] {
				t.Errorf("%s: the name %s appears twice, there or in another table", file, d.Name)
			}
			seen[d.Name] = true
			for what, missing := range map[string]bool{
				"name": d.Name == "", "sentence (Text)": d.Text == "" || strings.HasSuffix(d.Text, "."),
				"RFC": !strings.HasPrefix(d.RFC, "RFC "), "effect on clients (Effect)": d.Effect == "",
			} {
				if missing {
					t.Errorf("%s: the row of %q lacks its %s", file, d.Name, what)
				}
			}
		}
	}
}

// found matches the calls that report an oddity, with its name in the group.
var found = regexp.MustCompile(`\b(?:odd|oddAt|addOdd|add|check8bit|respText|needed|bodyParams)\((?:[^"\n]*, )?"([a-z0-9-]+)"`)

func TestEachNameThatIsNotedHasItsRowAndEachRowIsNoted(t *testing.T) {
	names := 0
	for dir, table := range map[string][]wire.Deviation{
		"../internal/wire": wire.Deviations(), "../internal/response": response.Deviations(), "../tagger": tagger.Deviations(),
	} {
		rows := map[string]bool{}
		for _, d := range table {
			rows[d.Name] = true
		}
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("no source in %s: %v", dir, err)
		}
		var source strings.Builder
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == "oddities.go" {
				continue
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
			for line := range strings.Lines(string(b)) {
				if !strings.Contains(line, `"`) {
					continue // matching all of the source takes long with the race detector
				}
				for _, call := range found.FindAllStringSubmatch(line, -1) {
					names++
					if !rows[call[1]] {
						t.Errorf("%s reports %q: add its row to %s/oddities.go", file, call[1], dir)
					}
				}
			}
		}
		for name := range rows {
			if !strings.Contains(source.String(), `"`+name+`"`) {
				t.Errorf("%s/oddities.go has a row %q that nothing reports: remove it", dir, name)
			}
		}
	}
	if names < 100 {
		t.Errorf("only %d calls that report something: the test looks in the wrong place", names)
	}
}

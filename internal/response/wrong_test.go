package response

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// wrongLine matches a line of testdata/wrong.examples: a rule, the other oddities that are found, the response.
var wrongLine = regexp.MustCompile(`^(?:<([^>]*)> )?(?:\[([^]]*)\] )?(.*)$`)

func TestAWrongResponseIsReportedWithNameByteAndRule(t *testing.T) {
	file, err := os.ReadFile("testdata/wrong.examples")
	if err != nil {
		t.Fatal(err)
	}
	var d Decoder
	var name string
	var rules []string
	seen := map[string]int{}
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSuffix(line, "\n")
		if part, ok := strings.CutPrefix(line, "## "); ok {
			var list string
			name, list, _ = strings.Cut(part, ":")
			rules = strings.Fields(strings.ReplaceAll(list, ",", " "))
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		seen[name]++
		m := wrongLine.FindStringSubmatch(line)
		want := rules
		if m[1] != "" {
			want = []string{m[1]}
		}
		wrongIsFound(t, &d, m[3], name, want, strings.Fields(m[2]))
	}
	for _, d := range Deviations() {
		if seen[d.Name] < 2 {
			t.Errorf("only %d wrong responses are reported as %s: add another to internal/response/testdata/wrong.examples, of a different kind", seen[d.Name], d.Name)
		}
	}
}

// wrongIsFound checks that a response has an oddity of that name where "»" is, with these rules, and
// only what is listed besides.
func wrongIsFound(t *testing.T, d *Decoder, line, name string, rules, also []string) {
	t.Helper()
	before, after, ok := strings.Cut(unquoted(t, line), "»")
	if !ok {
		t.Fatalf("no » in %s", line)
	}
	d.Decode(frame(t, before+after))
	rest := map[string]int{fmt.Sprintf("%s@%d", name, len(before)): 1}
	for _, one := range also {
		rest[one]++
	}
	for _, o := range d.Odd {
		rest[fmt.Sprintf("%s@%d", o.Name, o.Off)]--
		if o.Name != name {
			continue
		}
		for _, rule := range rules {
			if !strings.HasPrefix(o.Rule, rule+" =") && !strings.Contains(o.Rule, "; "+rule+" =") {
				t.Errorf("%s\n  %s names the rule %s, want %s", line, name, o.Rule, rule)
			}
		}
		if strings.Contains(o.Text, "%!") {
			t.Errorf("%s\n  says %s", line, o.Text)
		}
	}
	for one, n := range rest {
		if n > 0 {
			t.Errorf("%s\n  %s is not found, only %s", line, one, found(d))
		} else if n < 0 {
			t.Errorf("%s\n  %s is found too", line, one)
		}
	}
}

// The parser knows which codes have arguments with a grammar, the decoder knows the grammar.
func TestEachCodeWithAGrammarIsReadByTheParserAsOne(t *testing.T) {
	var d Decoder
	for name := range codes {
		d.Decode(frame(t, "* OK ["+name+"  x] y\r\n"))
		if !strings.Contains(found(&d), "double-blank@") {
			t.Errorf("%s: add it to codeRules in internal/wire/code.go", name)
		}
	}
}

// withAnyText are the response codes whose arguments are not checked, because nothing here depends on them.
var withAnyText = map[string]bool{
	"BADURL": true, "NEWNAME": true, "REFERRAL": true, "URLMECH": true, "WEBALERT": true,
}

func TestEachCodeWithAGrammarIsKnownToHelpAndHasExamples(t *testing.T) {
	source, err := os.ReadFile("../command/codes.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t\{"([A-Z0-9-]+)", "([^"]*)"`).FindAllStringSubmatch(string(source), -1) {
		known[m[1]] = true
		if m[2] != "" && codes[m[1]] == nil && !withAnyText[m[1]] {
			t.Errorf("%s has the arguments %s: add their grammar to codes in internal/response/code.go, or it to withAnyText in internal/response/wrong_test.go", m[1], m[2])
		}
	}
	wrong, err := os.ReadFile("testdata/wrong.examples")
	if err != nil {
		t.Fatal(err)
	}
	var right strings.Builder
	for _, lines := range correct {
		right.WriteString(lines)
	}
	for name := range codes {
		if !known[name] {
			t.Errorf("help does not know %s: add its row to internal/command/codes.go", name)
		}
		if !strings.Contains(right.String(), "["+name) {
			t.Errorf("no correct response has the code %s: add one to correct in internal/response/correct_test.go", name)
		}
		if !strings.Contains(string(wrong), "["+name) {
			t.Errorf("no response has wrong arguments for %s: add one to internal/response/testdata/wrong.examples", name)
		}
	}
}

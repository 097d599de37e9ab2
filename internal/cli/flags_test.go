package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"imapsh/internal/text"
	"imapsh/render"
	"imapsh/repl"
)

// ownFlags are flags that are not settings: what is run, and on what.
var ownFlags = []string{"check", "execute", "file", "for", "help", "password-fd", "profile", "secret", "stats", "times", "tunnel", "var"}

func TestEverySettingThatIsMadeAtTheStartIsAFlag(t *testing.T) {
	f := &flags{set: repl.Defaults()}
	root := f.command()
	settings := map[string]bool{}
	for _, r := range repl.SettingTable() {
		settings[r.Name] = true
		flag := root.Flags().Lookup(r.Name)
		switch {
		case r.Where == repl.Typed:
			if flag != nil {
				t.Errorf("--%s is a flag, and its row says that it is typed only", r.Name)
			}
		case flag == nil || flag.Usage != r.Help || flag.Shorthand != r.Short:
			t.Errorf("--%s is no flag, or its letter or help is not that of its row", r.Name)
		}
	}
	root.Flags().VisitAll(func(flag *pflag.Flag) {
		if !settings[flag.Name] && !slices.Contains(ownFlags, flag.Name) {
			t.Errorf("--%s is no setting: give it a row in repl/settings.go", flag.Name)
		}
	})
}

// tested is what all tests of the shell and of the program say.
func tested(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"../../repl/*_test.go", "*_test.go", "testdata/script/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no tests: %v", err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
	}
	return all.String()
}

func TestEveryWordOfTheShellAndEveryFlagIsUsedByATest(t *testing.T) {
	text := tested(t)
	for _, r := range repl.HelpRows() {
		if s := repl.LookupSetting(r.Name); s != nil && s.Where != repl.Typed {
			continue // as a flag, below
		}
		if !regexp.MustCompile(`[:"]` + r.Name + `\b`).MatchString(text) {
			t.Errorf(":%s is typed in no test", r.Name)
		}
	}
	for _, r := range repl.SettingTable() {
		used := "--" + r.Name + `|[^\w]:` + r.Name
		if r.Short != "" {
			used += "|-" + r.Short + " "
		}
		if !regexp.MustCompile("(" + used + `)\b`).MatchString(text) {
			t.Errorf("--%s and :%s are used in no test", r.Name, r.Name)
		}
	}
}

func TestTheREADMENamesEveryOutputAndNoFlagOrWordThatThereIsNot(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range render.Modes() {
		if m.Mode != render.Pretty && !strings.Contains(string(page), "`-o "+m.Word+"`") {
			t.Errorf("-o %s is not in README.md", m.Word)
		}
	}
	f := &flags{set: repl.Defaults()}
	known := map[string]bool{}
	root := f.command()
	for _, c := range append(root.Commands(), root) {
		c.Flags().VisitAll(func(flag *pflag.Flag) { known["--"+flag.Name] = true })
	}
	for _, elsewhere := range []string{"--for", ":main"} { // of IDLE, where it is typed; a connection
		known[elsewhere] = true
	}
	for _, r := range repl.HelpRows() {
		known[":"+r.Name] = true
	}
	for _, word := range regexp.MustCompile("(?:^|[\\s`(])(--[a-z][a-z-]+|:[a-z]+)").FindAllStringSubmatch(string(page), -1) {
		if !known[word[1]] {
			t.Errorf("README.md names %s, which there is not", word[1])
		}
	}
}

func TestHelpFitsAScreenWithThePromptBelowIt(t *testing.T) {
	var out strings.Builder
	root := (&flags{set: repl.Defaults()}).command()
	root.SetOut(&out)
	showUsage(root)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) < 15 || len(lines) > 23 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if text.Width(l) > 80 {
			t.Errorf("wider than 80 columns: %q", l)
		}
	}
}

func TestTheHelpOfEveryFlagIsAnImperativeSentence(t *testing.T) {
	root := (&flags{set: repl.Defaults()}).command()
	for _, c := range append(root.Commands(), root) {
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			first, _, _ := strings.Cut(flag.Usage, " ")
			if slices.Contains([]string{"a", "an", "the", "its", "with", "without", "if", "when"}, first) || strings.HasSuffix(first, ",") {
				t.Errorf("%s --%s: %q does not begin with a verb", c.Name(), flag.Name, flag.Usage)
			}
		})
	}
}

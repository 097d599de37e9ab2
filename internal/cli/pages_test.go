package cli

import (
	"cmp"
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/pflag"

	"imapsh/internal/check"
	"imapsh/internal/command"
	"imapsh/internal/help"
	"imapsh/internal/script"
	"imapsh/render"
	"imapsh/repl"
)

// These tests check that pages name only flags, shell commands, help topics, files and tests that exist. internal/pages
// checks the output of their commands.

// A named is code in a page: text in backquotes, or a line of a block that is not output.
type named struct {
	at   string // page:line
	text string
}

// pagesOf returns the lines of all pages (*.md and docs/*.md), by their paths.
func pagesOf(t *testing.T) map[string][]string {
	t.Helper()
	pages, err := allPages()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

var allPages = sync.OnceValues(func() (map[string][]string, error) {
	pages := map[string][]string{}
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		found, err := filepath.Glob("../../" + pattern)
		if err != nil || len(found) == 0 {
			return nil, fmt.Errorf("no pages %s: %v", pattern, err)
		}
		for _, name := range found {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			rel, err := filepath.Rel("../..", name)
			if err != nil {
				return nil, err
			}
			pages[filepath.ToSlash(rel)] = strings.Split(string(text), "\n")
		}
	}
	return pages, nil
})

// codeOf returns the code in a page that is not output.
func codeOf(page string, lines []string) (all []named) {
	fence, shown, comment, begun := "", false, false, ""
	for i, line := range lines {
		at := fmt.Sprintf("%s:%d", page, i+1)
		switch {
		case fence == "" && strings.HasPrefix(line, "<!-- "):
			comment = true
			shown = strings.HasPrefix(line, "<!-- output") || strings.HasPrefix(line, "<!-- screen")
		case fence == "" && strings.HasPrefix(line, "```"):
			fence = line
			shown = shown || line == "```json"
		case line == "```":
			fence, shown = "", false
		case fence == "```sh" && strings.HasSuffix(line, `\`): // the next line continues it
			begun += strings.TrimSuffix(line, `\`)
		case fence != "" && !shown:
			all = append(all, named{at, begun + line})
			begun = ""
		case fence == "" && !comment:
			for _, span := range spansIn(line) {
				all = append(all, named{at, strings.ReplaceAll(span, `\|`, "|")})
			}
			if line != "" {
				shown = false
			}
		}
		if strings.Contains(line, "-->") {
			comment = false
		}
	}
	return all
}

// spansIn returns the texts between backquotes in a line.
func spansIn(line string) (spans []string) {
	parts := strings.Split(line, "`")
	for i := 1; i < len(parts)-1; i += 2 {
		if parts[i] != "" {
			spans = append(spans, parts[i])
		}
	}
	return spans
}

// ofOthers are flags that the tables do not have, and names of connections.
var ofOthers = map[string]string{
	"--for": "of IDLE", "--help": "of every program", "--version": "of every program", "--foreground": "of timeout",
	":main": "a connection", ":bob": "a connection",
}

// knownWords returns all flags and all shell commands, with "--" and ":", and what they are.
func knownWords() map[string]string {
	known := maps.Clone(ofOthers)
	for _, c := range commandTree() {
		c.Flags().VisitAll(func(flag *pflag.Flag) { known["--"+flag.Name] = "a flag" })
	}
	for name := range shellWordsByName {
		known[":"+name] = "a shell command"
	}
	return known
}

// placeholders are the words that a reader replaces.
var placeholders = map[string]bool{"TOPIC": true, "COMMAND": true, "internal/sasl/NAME.go": true}

// A sought is an expression to look for in code that has a text: matching all code takes seconds with the race detector.
type sought struct {
	text string
	re   *regexp.Regexp
}

// all returns the matches in code, with their groups.
func (s sought) all(code string) [][]string {
	if !strings.Contains(code, s.text) {
		return nil
	}
	return s.re.FindAllStringSubmatch(code, -1)
}

func TestPagesNameOnlyThingsThatExist(t *testing.T) {
	t.Parallel()
	known := knownWords()
	subcommands := map[string]bool{"help": true, "completion": true, "work": true, "test": true} // "work" is a profile
	for _, c := range commandTree() {
		subcommands[c.Name()] = true
	}
	shell := repl.HelpRows()
	tests := testsByName(t)
	targets := regexp.MustCompile(`(?m)^([a-z]+):`).FindAllString(readFile(t, "../../Makefile"), -1)
	var (
		flagWord   = sought{"--", regexp.MustCompile(`(?:^|[\s(,"'])(--[a-z][a-z0-9-]+)`)}
		colonWord  = sought{":", regexp.MustCompile(`(?:^|[\s(,"'])(:[a-z]+)`)}
		subcommand = sought{"imapsh ", regexp.MustCompile(`(?:^|[|;]\s*)imapsh ([a-z]+)(?:$|[ ,;])`)}
		topic      = sought{"help ", regexp.MustCompile(`^help (\S+)$`)}
		path       = sought{"/", regexp.MustCompile(`^(?:docs|internal|repl|render|tagger|completion|bench)/[\w./*-]+$`)}
		script     = sought{"TestScripts/", regexp.MustCompile(`TestScripts/(\w+)`)}
		run        = sought{"-run ", regexp.MustCompile(`-run '?(Test\w+)`)}
		target     = sought{"make ", regexp.MustCompile(`^(?:PKG=\S+ )?make ([a-z]+)`)}
		code       = sought{" [", regexp.MustCompile(`^(?:OK|NO|BAD) \[([A-Z-]+)\b`)}
	)
	checked := map[string]int{}
	for page, lines := range pagesOf(t) {
		for _, c := range codeOf(page, lines) {
			missing := func(kind, what string) { t.Errorf("%s: there is no %s %s", c.at, kind, what) }
			for _, m := range append(flagWord.all(c.text), colonWord.all(c.text)...) {
				if checked["words"]++; known[m[1]] == "" {
					missing("flag or shell command", m[1])
				}
			}
			for _, m := range subcommand.all(c.text) {
				if checked["subcommands"]++; !subcommands[m[1]] && !strings.Contains(m[1], ".") {
					missing("subcommand", m[1])
				}
			}
			for _, m := range topic.all(c.text) {
				if placeholders[m[1]] {
					continue
				}
				checked["topics"]++
				if text := help.Topic(m[1], help.Options{Shell: shell}); strings.Contains(text, "no help") {
					missing("help on", m[1])
				}
			}
			for _, m := range path.all(c.text) {
				if placeholders[m[0]] {
					continue
				}
				checked["paths"]++
				if found, err := filepath.Glob("../../" + m[0]); err != nil || len(found) == 0 {
					missing("file", m[0])
				}
			}
			for _, m := range run.all(c.text) {
				checked["tests"]++
				if !slices.ContainsFunc(tests, func(name string) bool { return strings.HasPrefix(name, m[1]) }) {
					missing("test", m[1])
				}
			}
			for _, m := range script.all(c.text) {
				if _, err := os.Stat("testdata/script/" + m[1] + ".txtar"); err != nil {
					missing("script", m[1])
				}
			}
			for _, m := range target.all(c.text) {
				if checked["targets"]++; !slices.Contains(targets, m[1]+":") {
					missing("target of make", m[1])
				}
			}
			for _, m := range code.all(c.text) {
				if checked["codes"]++; command.LookupCode(m[1]) == nil {
					missing("response code", m[1])
				}
			}
		}
	}
	for _, kind := range []string{"words", "subcommands", "topics", "paths", "tests", "targets", "codes"} {
		if checked[kind] == 0 {
			t.Errorf("no page names any %s: the test looks in the wrong place", kind)
		}
	}
	for _, m := range render.Modes() {
		if m.Mode != render.Pretty && !slices.ContainsFunc(codeOf("README.md", pagesOf(t)["README.md"]), func(c named) bool { return c.text == "-o "+m.Word }) {
			t.Errorf("README.md does not have -o %s", m.Word)
		}
	}
}

// testsByName returns the names of all tests.
func testsByName(t *testing.T) (names []string) {
	t.Helper()
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && s.isTest && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") {
				names = append(names, fn.Name.Name)
			}
		}
	}
	return names
}

// rowsOf returns the code in the first column of a page's table with this head, each with its line.
func rowsOf(t *testing.T, page, head string) (all []named) {
	t.Helper()
	lines := strings.Split(readFile(t, "../../"+page), "\n")
	at := slices.Index(lines, head)
	if at < 0 {
		t.Fatalf("%s has no table %s", page, head)
	}
	for at += 2; at < len(lines) && strings.HasPrefix(lines[at], "|"); at++ {
		cell, _, _ := strings.Cut(lines[at], " | ")
		for _, span := range spansIn(cell) {
			all = append(all, named{fmt.Sprintf("%s:%d", page, at+1), span})
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s: the table %s names nothing", page, head)
	}
	return all
}

func TestTheTablesInPagesMatchTheProgram(t *testing.T) {
	t.Parallel()
	builtins := map[string]bool{}
	for _, b := range script.Builtins {
		builtins["${"+b.Name+"}"] = true
	}
	for _, r := range rowsOf(t, "docs/scripts.md", "| built in | |") {
		if !builtins[r.text] {
			t.Errorf("%s: %s is not built in", r.at, r.text)
		}
		delete(builtins, r.text)
	}
	for name := range builtins {
		t.Errorf("docs/scripts.md does not have %s, which is built in", name)
	}

	sources := readFile(t, "../check/prometheus.go") + readFile(t, "../exporter/exporter.go")
	for _, r := range rowsOf(t, "docs/check.md", "| metric | |") {
		if name, _, _ := strings.Cut(r.text, "{"); !strings.Contains(sources, `"`+name+`"`) {
			t.Errorf("%s: there is no metric %s", r.at, name)
		}
	}
	isLimit := regexp.MustCompile(`^[a-z_]+=(none|[\d.]+[a-z%]+)`)
	for i, line := range pagesOf(t)["docs/check.md"] {
		for _, span := range spansIn(line) {
			if isLimit.MatchString(span) {
				if _, _, err := check.ParseLimit(span); err != nil {
					t.Errorf("docs/check.md:%d: %v", i+1, err)
				}
			}
		}
	}

	page := readFile(t, "../../docs/tls.md")
	for _, r := range rowsOf(t, "docs/tls.md", "| line | what it says |") {
		if name, _, _ := strings.Cut(r.text, " "); !strings.Contains(page, "\n     "+name+" ") {
			t.Errorf("%s: no line of a screen begins with %s", r.at, r.text)
		}
	}
	refusals := readFile(t, "../conn/certificate.go")
	for _, r := range rowsOf(t, "docs/tls.md", "| reason | what helps |") {
		for _, piece := range regexp.MustCompile(`[…:]`).Split(r.text, -1) {
			if piece = strings.Trim(piece, " ;"); !strings.Contains(refusals, piece) {
				t.Errorf("%s: %q is not a reason for which a certificate is refused", r.at, piece)
			}
		}
	}
}

func TestDocsScriptsMdNamesEachScriptOfDocsScripts(t *testing.T) {
	t.Parallel()
	page := readFile(t, "../../docs/scripts.md")
	_, part, _ := strings.Cut(page, "\n## Ready to use\n")
	files, err := filepath.Glob("../../docs/scripts/*.imap")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in docs/scripts: %v", err)
	}
	there := map[string]bool{}
	for _, f := range files {
		there[filepath.Base(f)] = true
		if !strings.Contains(part, "`"+filepath.Base(f)+"`") {
			t.Errorf("docs/scripts.md does not name %s", filepath.Base(f))
		}
	}
	for _, m := range regexp.MustCompile("`(\\w+\\.imap)`").FindAllStringSubmatch(part, -1) {
		if !there[m[1]] {
			t.Errorf("docs/scripts.md names %s, which is not in docs/scripts", m[1])
		}
	}
}

func TestTheExamplesOfFilesOfProfilesCanBeRead(t *testing.T) {
	t.Parallel()
	read := 0
	for page, lines := range pagesOf(t) {
		for _, block := range fencesOf(strings.Join(lines, "\n")) {
			text, ok := strings.CutPrefix(block, "toml\n")
			if !ok {
				continue
			}
			path := filepath.Join(t.TempDir(), "config.toml")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			f := testFlagsOf()
			if _, err := f.profilesIn(path, f.command()); err != nil {
				t.Errorf("%s: %v", page, err)
			}
			read++
		}
	}
	if read < 2 {
		t.Errorf("only %d blocks with ```toml", read)
	}
}

func TestTheNumbersInPagesAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	source := func(name, pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(readFile(t, "../../"+name))
		if m == nil {
			t.Fatalf("%s has no %s", name, pattern)
		}
		return m[1]
	}
	var newest, expects string
	for _, r := range repl.HelpRows() {
		if r.Name == "expect" {
			expects = r.Args
		}
	}
	for _, c := range commandTree() {
		if c.Name() == "check" {
			newest = c.Flags().Lookup("messages").DefValue
		}
	}
	inWords := map[string]string{"21": "three weeks", "20": "twenty", "1m0s": "a minute", "600": "0600"}
	for _, row := range []struct{ page, says, is string }{
		{"docs/environment.md", `the last (\d+) lines typed`, source("repl/history.go", `historyLines = (\d+)`)},
		{"docs/environment.md", `readable only by you \((\d+)\)`, source("repl/history.go", `0o(\d+)`)},
		{"docs/environment.md", `only you can read new files \((\d+)\)`, source("repl/shellcommands.go", `0o(\d+)`)},
		{"docs/cookbook.md", `warns (\w+ \w+) before a certificate expires`, source("internal/check/limits.go", `"days_left", Limit\{Warn: (\d+)`)},
		{"docs/check.md", `instead of the last (\w+)\.`, newest},
		{"docs/scripts.md", `\(without it, (\w+ \w+)\)`, repl.Defaults().Timeout.String()},
		{"docs/scripts.md", "```text\nexpect (.*)\\.\\.\\.\n```", expects},
	} {
		m := regexp.MustCompile(row.says).FindStringSubmatch(readFile(t, "../../"+row.page))
		if want := cmp.Or(inWords[row.is], row.is); m == nil || m[1] != want {
			t.Errorf("%s: %s is %q; want %s", row.page, row.says, m, want)
		}
	}
}

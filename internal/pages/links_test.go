package pages

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`^#{1,6} (.*)$`)

	codeSpan = regexp.MustCompile("`[^`]*`")
)

// anchors returns the anchors of a page's headings.
func (p *page) anchors() map[string]bool {
	all := map[string]bool{}
	fenced := false
	for _, l := range p.lines {
		if strings.HasPrefix(l, "```") {
			fenced = !fenced
		}
		if fenced || !strings.HasPrefix(l, "#") {
			continue
		}
		if m := heading.FindStringSubmatch(l); m != nil {
			all[anchor(m[1])] = true
		}
	}
	return all
}

// anchor returns the anchor of a heading: lower case, with hyphens for spaces and without punctuation.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, link.ReplaceAllString(heading, ""))
}

// links returns the targets of a page's links, with their lines.
func (p *page) links() map[string]int {
	all := map[string]int{}
	fenced := false
	for i, l := range p.lines {
		if strings.HasPrefix(l, "```") {
			fenced = !fenced
		}
		if fenced || !strings.Contains(l, "](") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(l, ""), -1) {
			all[m[1]] = i
		}
	}
	return all
}

func TestEveryLinkHasATarget(t *testing.T) {
	anchors := map[string]map[string]bool{} // by page
	for _, path := range pagePaths(t) {
		p := readPage(t, path)
		for target, at := range p.links() {
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file, fragment, hasFragment := strings.Cut(target, "#")
			to := path
			if file != "" {
				to = filepath.ToSlash(filepath.Join(filepath.Dir(path), file))
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				t.Errorf("%s: there is no %s", p.line(at), to)
				continue
			}
			if hasFragment && anchors[to] == nil {
				anchors[to] = readPage(t, to).anchors()
			}
			if hasFragment && !anchors[to][fragment] {
				t.Errorf("%s: %s has no heading #%s", p.line(at), to, fragment)
			}
		}
	}
}

func TestEveryPageIsInTheIndex(t *testing.T) {
	index := readPage(t, "docs/index.md").links()
	files, err := os.ReadDir(filepath.Join(root, "docs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := f.Name()
		if ext := filepath.Ext(name); ext != ".md" && ext != ".1" || name == "index.md" {
			continue
		}
		if _, ok := index[name]; !ok {
			t.Errorf("docs/index.md has no link to %s", name)
		}
	}
}

// The word after a fence says what the block is: sh for commands that are run, text for output.
func TestEveryBlockSaysWhatItIs(t *testing.T) {
	for _, path := range pagePaths(t) {
		p := readPage(t, path)
		for at := 0; ; {
			b, ok := p.next(at)
			if !ok {
				break
			}
			if b.info == "" {
				t.Errorf("%s: the block has no language (sh: commands to be run, text: anything else)", p.line(b.from-1))
			}
			at = b.after()
		}
	}
}

// The source has the name of a variable where it is read, or in a constant.
func TestEveryEnvironmentVariableIsOnItsPage(t *testing.T) {
	page := strings.Join(readPage(t, "docs/environment.md").lines, "\n")
	name := regexp.MustCompile(`(?:Getenv|LookupEnv|environ\.\w+)\("([A-Z_]+)"\)|"(IMAPSH_[A-Z0-9_]+)=?"`)
	begins := []string{"Getenv(", "LookupEnv(", "environ.", `"IMAPSH_`}
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		if err != nil || strings.HasPrefix(rel, "bench") || strings.HasPrefix(rel, "internal/testserver") ||
			filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for line := range strings.Lines(string(text)) {
			if !slices.ContainsFunc(begins, func(word string) bool { return strings.Contains(line, word) }) {
				continue // matching all of the source takes seconds with the race detector
			}
			for _, m := range name.FindAllStringSubmatch(line, -1) {
				found[m[1]+m[2]] = true
			}
		}
		return err
	})
	if err != nil || !found["IMAPSH_PASSWORD"] || !found["NO_COLOR"] {
		t.Fatalf("found %v: %v", found, err)
	}
	for v := range found {
		if !strings.Contains(page, "`"+v+"`") {
			t.Errorf("docs/environment.md does not have %s", v)
		}
	}
	for i, row := range readPage(t, "docs/environment.md").lines {
		cell, _, _ := strings.Cut(row, " | ")
		for _, m := range regexp.MustCompile("`([A-Z][A-Z0-9_]+)`").FindAllStringSubmatch(cell, -1) {
			if strings.HasPrefix(row, "| ") && !found[m[1]] && readByOthers[m[1]] == "" {
				t.Errorf("docs/environment.md:%d: nothing reads %s", i+1, m[1])
			}
		}
	}
}

// readByOthers are the variables that only libraries read.
var readByOthers = map[string]string{
	"PAGER": "the shell that runs it", "SSL_CERT_FILE": "crypto/x509", "SSL_CERT_DIR": "crypto/x509", "XDG_STATE_HOME": "xdg", "XDG_CONFIG_HOME": "xdg",
	"DBUS_SESSION_BUS_ADDRESS": "dbus", "XDG_RUNTIME_DIR": "dbus",
}

// A page that has a list of links to its headings must list all of them.
func TestAListOfContentsIsComplete(t *testing.T) {
	lists := 0
	for _, path := range pagePaths(t) {
		p := readPage(t, path)
		listed := map[string]bool{}
		for _, l := range p.lines {
			if strings.HasPrefix(l, "- ") {
				for _, m := range link.FindAllStringSubmatch(l, -1) {
					if own, ok := strings.CutPrefix(m[1], "#"); ok {
						listed[own] = true
					}
				}
			}
		}
		if len(listed) < 3 {
			continue
		}
		lists++
		fenced := false
		for i, l := range p.lines {
			if strings.HasPrefix(l, "```") {
				fenced = !fenced
			}
			if title, ok := strings.CutPrefix(l, "## "); ok && !fenced && !listed[anchor(title)] {
				t.Errorf("%s: the list at the top does not have %q", p.line(i), title)
			}
		}
	}
	if lists < 3 {
		t.Errorf("only %d pages have a list of their headings: the test looks in the wrong place", lists)
	}
}

// programs returns the words in a block that begin a command.
func programs(block string) (all []string) {
	for _, line := range strings.Split(block, "\n") {
		for _, part := range regexp.MustCompile(`\|\|?|&&|;|\{`).Split(line, -1) {
			if words := strings.Fields(part); len(words) > 0 {
				all = append(all, words[0])
			}
		}
	}
	return all
}

// asksNobody matches a command of imapsh that is a script, and does not ask for a password.
var asksNobody = regexp.MustCompile(`\| *imapsh .*imaps?:|\bimapsh .*(-[ef] '?[^ ]|<<)|\bimapsh replay `)

// Above its commands, a page must say which programs they need, which servers are only examples, and where scripts have the
// password from.
func TestAPageSaysWhatItsCommandsNeedAboveThem(t *testing.T) {
	example := regexp.MustCompile(`\b[a-z]+\.example\.net\b`)
	for _, path := range pagePaths(t) {
		p := readPage(t, path)
		said, from := "", 0
		for at := 0; ; {
			b, ok := p.next(at)
			if !ok {
				break
			}
			at = b.after()
			said += strings.Join(p.lines[from:max(from, b.from-1)], "\n")
			from = at
			var text string
			switch b.info {
			case "sh":
				text = p.text(b)
			case "commands":
				text = strings.Join(p.commands(b), "\n")
			default:
				continue
			}
			for _, program := range programs(text) {
				if pkg, ok := needed[program]; ok && !regexp.MustCompile(`\b`+regexp.QuoteMeta(filepath.Base(program))+`\b`).MatchString(said) {
					t.Errorf("%s: nothing above says that %s is needed (Debian has it in %s)", p.line(b.from), program, pkg)
				}
			}
			for _, l := range strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n") {
				if asksNobody.MatchString(l) && example.MatchString(l) && strings.Contains(l, "@") && !strings.Contains(l, "--password-command") && !strings.Contains(strings.Join(p.lines[:b.from], "\n"), "IMAPSH_PASSWORD") {
					t.Errorf("%s: nothing above says that a script takes the password from `IMAPSH_PASSWORD`: %s", p.line(b.from), l)
				}
			}
			for _, host := range example.FindAllString(text, -1) {
				if !strings.Contains(said, "`"+host+"`") {
					t.Errorf("%s: nothing above says what `%s` is, or that the reader replaces it", p.line(b.from), host)
					said += "`" + host + "`"
				}
			}
			if strings.Contains(text, " #") || strings.HasPrefix(text, "# ") {
				if !strings.Contains(text, "<<") {
					t.Errorf("%s: a comment, which zsh does not allow at its prompt", p.line(b.from))
				}
			}
		}
	}
}

// marks returns the marks in the code of some lines.
func marks(lines []string) (all []string) {
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(strings.ReplaceAll(strings.Join(lines, "\n"), `\|`, "|"), -1) {
		if mark := strings.TrimSpace(m[1]); regexp.MustCompile(`^([CS][:|]|--|!!)$`).MatchString(mark) {
			all = append(all, mark)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A session is compared with the table of README.md.
func TestTheCheatsheetHasTheMarksOfTheREADME(t *testing.T) {
	table := readPage(t, "README.md").lines
	table = table[slices.Index(table, "| mark | what follows |"):]
	sheet := readPage(t, "docs/cheatsheet.md").lines
	sheet = sheet[slices.Index(sheet, "## Marks"):slices.Index(sheet, "## Scripts")]
	if got, want := marks(sheet), marks(table[:8]); !slices.Equal(got, want) || len(want) != 6 {
		t.Errorf("docs/cheatsheet.md has the marks %q; README.md has %q", got, want)
	}
}

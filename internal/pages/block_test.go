package pages

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A page is a Markdown file, as lines.
type page struct {
	path  string // from the root of the repository
	lines []string
}

// A block is a fenced block in a page, with the comment directly above it.
type block struct {
	comment  []string // the lines between <!-- and -->; nil without a comment
	info     string   // what follows the fence: sh, text, json; "picture", or "commands" of a table
	from, to int      // its lines, without the fences
}

const root = "../.."

// pagePaths returns the paths of all pages: *.md and docs/*.md.
func pagePaths(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("no pages %s: %v", pattern, err)
		}
		for _, path := range found {
			rel, _ := filepath.Rel(root, path)
			paths = append(paths, filepath.ToSlash(rel))
		}
	}
	return paths
}

func readPage(t *testing.T, path string) *page {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return &page{path, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")}
}

func (p *page) write(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, p.path), []byte(strings.Join(p.lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// line returns the place of a line as compilers write it: path:line.
func (p *page) line(n int) string { return fmt.Sprintf("%s:%d", p.path, n+1) }

// commandTable is the head of a table of commands.
const commandTable = "| command | what it does |"

// next returns the first block, comment of a picture or table of commands at or after a line.
func (p *page) next(from int) (block, bool) {
	var comment []string
	for i := from; i < len(p.lines); i++ {
		line := p.lines[i]
		switch {
		case strings.HasPrefix(line, "<!-- "):
			end := i
			for !strings.Contains(p.lines[end], "-->") {
				end++
			}
			comment = slices.Clone(p.lines[i : end+1])
			comment[0] = strings.TrimPrefix(comment[0], "<!-- ")
			last := len(comment) - 1
			comment[last] = strings.TrimSpace(strings.TrimSuffix(comment[last], "-->"))
			i = end
			if strings.HasPrefix(comment[0], "picture ") {
				return block{comment: comment, info: "picture", from: end + 1, to: end + 1}, true
			}
		case strings.HasPrefix(line, "```"):
			b := block{comment: comment, info: strings.TrimPrefix(line, "```"), from: i + 1, to: i + 1}
			for b.to < len(p.lines) && !strings.HasPrefix(p.lines[b.to], "```") {
				b.to++
			}
			return b, true
		case line == commandTable:
			b := block{info: "commands", from: i + 2, to: i + 2}
			for b.to < len(p.lines) && strings.HasPrefix(p.lines[b.to], "|") {
				b.to++
			}
			return b, true
		case line != "":
			comment = nil
		}
	}
	return block{}, false
}

// after returns the line at which to look for the next block.
func (b block) after() int {
	if b.info == "picture" || b.info == "commands" {
		return b.to
	}
	return b.to + 1
}

// is reports whether the block's comment begins with a word, and returns the rest of its first line.
func (b block) is(word string) (string, bool) {
	if len(b.comment) == 0 {
		return "", false
	}
	first, rest, _ := strings.Cut(b.comment[0], " ")
	return rest, strings.TrimSuffix(first, ":") == word
}

// commands returns the commands in the rows of a table.
func (p *page) commands(b block) (all []string) {
	for _, row := range p.lines[b.from:b.to] {
		code, _, _ := strings.Cut(strings.TrimPrefix(row, "| `"), "` |")
		all = append(all, strings.ReplaceAll(code, `\|`, "|"))
	}
	return all
}

func (p *page) text(b block) string { return strings.Join(p.lines[b.from:b.to], "\n") }

// put replaces the text of a block, and returns the line at which to look for the next one.
func (p *page) put(b block, text string) int {
	lines := strings.Split(text, "\n")
	p.lines = slices.Replace(p.lines, b.from, b.to, lines...)
	return b.from + len(lines) + 1
}

// needed are the programs that the commands of pages need, other than a shell and the usual tools, and the Debian
// packages that have them.
var needed = map[string]string{"jq": "jq", "telnet": "inetutils-telnet", "curl": "curl", "openssl": "openssl", "python3": "python3",
	"/usr/lib/cyrus/bin/imtest": "cyrus-clients", "git": "git", "make": "make", "parallel": "parallel", "man": "man-db",
}

// masks match what differs from run to run, or from machine to machine.
var masks = []struct {
	pattern *regexp.Regexp
	mask    string
}{
	{regexp.MustCompile(`\s+`), " "},
	{regexp.MustCompile(`([0-9A-F]{2}: ?){8,}[0-9A-F]{2}`), "FINGERPRINT"},
	{regexp.MustCompile(`sha256:[A-Za-z0-9+/]+=*`), "FINGERPRINT"},
	{regexp.MustCompile(`(\w{3}, )?\d{1,2}[- ][A-Z][a-z]{2}[- ]\d{4}( \d\d:\d\d:\d\d [+-]\d{4})?`), "DATE"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d(T[\d:.]+Z)?`), "DATE"},
	{regexp.MustCompile(`\b\d{8}-\d{6}-[0-9a-f]{8}\b`), "DATE"},
	{regexp.MustCompile(`\bimapsh-test-[0-9a-f]{6}(g\d+)?-\d+\b`), "MAILBOX"},
	{regexp.MustCompile(`\d\d:\d\d:\d\d`), "TIME"},
	{regexp.MustCompile(`\b[\d,]+ days?( ago)?`), "DAYS"},
	{regexp.MustCompile(`in [\d.]+ (msec|secs)`), "TIME"},
	{regexp.MustCompile(`\([\d.]+( \+ [\d.]+)* secs( \d+ calls)?\)`), "TIME"},
	{regexp.MustCompile(`\+?\b(\d+m)?\d+(\.\d+)? ?(µs|ms|s)\b`), "TIME"},
	{regexp.MustCompile(`(127\.0\.0\.1|localhost):\d+`), "ADDRESS"},
	{regexp.MustCompile(`… [\d,]+ (more )?bytes`), "BYTES"},
	{regexp.MustCompile(`\+ [A-Za-z0-9+/]{16,}=*`), "+ BASE64"},
	{regexp.MustCompile(`<[\d.]+@[^>]*>`), "CHALLENGE"},
	{regexp.MustCompile(`<cyrus-[^>]*>`), "SESSION"},
	{regexp.MustCompile(`\b\d{10,}\b`), "NUMBER"},
	{regexp.MustCompile(`\b([0-9a-f]{16,}|[0-9A-F]{16,})\b`), "NUMBER"},
	{regexp.MustCompile(`( TIME)+`), " TIME"},
}

// firstOther returns the index of the first line that is not in another text, apart from what may differ. That text may
// be split into other lines.
func firstOther(lines []string, text string) int {
	text = masked(text)
	for i, l := range lines {
		if !strings.Contains(text, masked(l)) {
			return i
		}
	}
	return 0
}

// masked returns a text without what may differ, with LIST responses in alphabetical order: Dovecot has the order of a
// directory, which depends on the file system.
func masked(text string) string {
	text = listed.ReplaceAllStringFunc(text, func(responses string) string {
		return strings.Join(slices.Sorted(strings.Lines(responses)), "")
	})
	for _, m := range masks {
		text = m.pattern.ReplaceAllString(text, m.mask)
	}
	return strings.TrimSpace(text)
}

var listed = regexp.MustCompile(`(?m)(^(S: )?\* LIST .*\n)+`)

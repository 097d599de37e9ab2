package cli

import (
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"
)

// An arrow says that a package of the module imports another. Each is named by the last word of its path; main is the
// program.
type arrow struct{ imported, by string }

// drawnArrows returns the arrows in the code blocks of a page. A line holds chains such as "a ← b, c ← d": b and c
// import a, and d imports b and c.
func drawnArrows(t *testing.T, page string) map[arrow]bool {
	t.Helper()
	drawn := map[arrow]bool{}
	spaced := regexp.MustCompile(` *([←,]) *`)
	for i, block := range strings.Split(page, "```") {
		if i%2 == 0 || !strings.Contains(block, "←") {
			continue
		}
		_, block, _ = strings.Cut(block, "\n") // the language of the block
		for line := range strings.Lines(strings.TrimSpace(block)) {
			for _, chain := range strings.Fields(spaced.ReplaceAllString(line, "$1")) {
				links := strings.Split(chain, "←")
				if len(links) < 2 {
					t.Errorf("no arrow leads to or from %q in %q", chain, line)
				}
				for i := 1; i < len(links); i++ {
					for _, imported := range strings.Split(links[i-1], ",") {
						for _, by := range strings.Split(links[i], ",") {
							a := arrow{imported, by}
							if drawn[a] {
								t.Errorf("%s ← %s is drawn twice", imported, by)
							}
							drawn[a] = true
						}
					}
				}
			}
		}
	}
	return drawn
}

// importArrows returns the imports between the packages of the module, without those of tests.
func importArrows(t *testing.T) map[arrow]bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0") // the same files everywhere
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	found := map[arrow]bool{}
	paths := map[string]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name := path.Base(words[0])
		if words[0] == "imapsh" {
			name = "main"
		}
		if other, ok := paths[name]; ok {
			t.Fatalf("%s and %s have the same name in the drawing", words[0], other)
		}
		paths[name] = words[0]
		for _, imported := range words[1:] {
			if strings.HasPrefix(imported, "imapsh/") {
				found[arrow{path.Base(imported), name}] = true
			}
		}
	}
	return found
}

func TestTheDrawnArrowsAreTheImports(t *testing.T) {
	t.Parallel()
	const file = "docs/ARCHITECTURE.md"
	page, err := os.ReadFile("../../" + file)
	if err != nil {
		t.Fatal(err)
	}
	drawn, found := drawnArrows(t, string(page)), importArrows(t)
	for a := range found {
		if !drawn[a] {
			t.Errorf("%s imports %s, which %s does not draw: is the import wanted?", a.by, a.imported, file)
		}
	}
	for a := range drawn {
		if !found[a] {
			t.Errorf("%s draws %s ← %s, but %s does not import %s", file, a.imported, a.by, a.by, a.imported)
		}
	}
}

package cli

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// firstColumn returns the words in backquotes in the first column of the table below a heading of
// docs/ARCHITECTURE.md.
func firstColumn(t *testing.T, heading string) map[string]bool {
	t.Helper()
	page, err := os.ReadFile("../../docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("the page has no %q", heading)
	}
	part, _, _ = strings.Cut(part, "\n## ")
	names := map[string]bool{}
	for line := range strings.Lines(part) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
				names[name[1]] = true
			}
		}
	}
	return names
}

// list returns the words in the output of go list.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.Fields(string(out))
}

func TestTheListedDependenciesAreThoseOfTheModule(t *testing.T) {
	t.Parallel()
	listed := firstColumn(t, "Dependencies")
	for _, path := range list(t, "-m", "-f", "{{if not (or .Indirect .Main)}}{{.Path}}{{end}}", "all") {
		name := strings.TrimPrefix(path, "github.com/")
		if !listed[name] {
			t.Errorf("go.mod requires %s, and docs/ARCHITECTURE.md does not say why", path)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("docs/ARCHITECTURE.md lists %s, which go.mod does not require directly", name)
	}
}

func TestTheListedPackagesAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	listed := firstColumn(t, "The packages")
	delete(listed, "main.go")
	for _, path := range list(t, "./...") {
		name := strings.TrimPrefix(path, "imapsh/")
		switch {
		case path == "imapsh", name == "bench", strings.HasSuffix(name, "/gen"): // the program, its benchmark, and generators of pages
		case listed[name], listed[name+"/"]:
			delete(listed, name)
			delete(listed, name+"/")
		default:
			t.Errorf("docs/ARCHITECTURE.md does not say what %s is for", name)
		}
	}
	for name := range listed {
		t.Errorf("docs/ARCHITECTURE.md lists %s, which does not exist", name)
	}
}

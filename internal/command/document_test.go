package command

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTheDocumentationIsWhatTheTablesSay(t *testing.T) {
	data, err := os.ReadFile("../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	got, want := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n"), strings.Split(Document(), "\n")
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("docs/commands.md differs at line %d (run make generate)\n want %s", i+1, want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("docs/commands.md has %d lines, want %d (run make generate)", len(got), len(want))
	}
}

func TestTheContentsLinkToEveryHeadingOnce(t *testing.T) {
	page := Document()
	var links, anchors []string
	for _, m := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(page, -1) {
		links = append(links, m[1])
	}
	for _, m := range regexp.MustCompile(`(?m)^##+ (.+)$`).FindAllStringSubmatch(page, -1) {
		if m[1] != "Sections of BODY and BODY.PEEK" { // it is below its table, and not in the contents
			anchors = append(anchors, strings.ToLower(strings.NewReplacer(" ", "-", ",", "").Replace(m[1])))
		}
	}
	for _, a := range anchors {
		if n := slices.Index(links, a); n < 0 {
			t.Errorf("no link to %q", a)
		} else {
			links = slices.Delete(links, n, n+1)
		}
	}
	if len(links) > 0 {
		t.Errorf("links without a heading of their own: %q", links)
	}
}

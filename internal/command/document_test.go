package command

import (
	"os"
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
			t.Fatalf("docs/commands.md differs at line %d (make generate writes it anew)\n want %s", i+1, want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("docs/commands.md has %d lines, %d wanted (make generate writes it anew)", len(got), len(want))
	}
}

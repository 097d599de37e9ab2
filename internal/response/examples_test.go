package response

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// found returns the oddities of a response as the corpora write them: "name@offset name@offset".
func found(d *Decoder) string {
	var names []string
	for _, o := range d.Odd {
		names = append(names, fmt.Sprintf("%s@%d", o.Name, o.Off))
	}
	return strings.Join(names, " ")
}

func TestTheExamplesOfTheRFCsAreReportedOnlyIfTheyAreWrong(t *testing.T) {
	file, err := os.ReadFile("testdata/rfc.examples")
	if err != nil {
		t.Fatal(err)
	}
	rfc, count := "", 0
	var d Decoder
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "# "); ok {
			rfc = name
		}
		if line == "" || line[0] == '#' {
			continue
		}
		want := ""
		if wrong, ok := strings.CutPrefix(line, "! "); ok {
			want, line, _ = strings.Cut(wrong, ": ")
		}
		count++
		d.Decode(frame(t, unquoted(t, line)))
		if got := found(&d); got != want {
			t.Errorf("%s: %s\n  got %q, want %q", rfc, line, got, want)
		}
	}
	if count < 1500 {
		t.Errorf("only %d examples", count)
	}
}

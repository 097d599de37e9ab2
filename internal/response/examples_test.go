package response

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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
			want, _, _ = strings.Cut(want, " EID ")
			if want == "" {
				t.Errorf("%s: %s: nothing is wrong with it", rfc, line)
			}
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

// withoutExamples are the RFCs that the tables name and that show no response of an IMAP server.
var withoutExamples = map[string]string{
	"RFC 3516": "it defines BINARY without an example",
	"RFC 3629": "UTF-8",
	"RFC 4422": "its examples are of ACAP",
	"RFC 4616": "its examples are of ACAP",
	"RFC 4752": "it defines GSSAPI without an example",
	"RFC 5234": "ABNF",
	"RFC 5801": "its examples are of what the mechanism says, without a protocol",
	"RFC 5802": "its examples are of what the mechanism says, without a protocol",
	"RFC 5957": "it defines DISPLAYFROM and DISPLAYTO without an example",
	"RFC 6855": "it defines UTF8=ACCEPT without an example",
	"RFC 7677": "its example is of what the mechanism says, without a protocol",
	"RFC 8437": "it defines UNAUTHENTICATE without an example",
}

func TestEachRFCOfTheTablesHasItsExamplesHereOrShowsNone(t *testing.T) {
	file, err := os.ReadFile("testdata/rfc.examples")
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^# (RFC \d{4})$`).FindAllStringSubmatch(string(file), -1) {
		has[m[1]] = true
	}
	named := map[string]bool{}
	cited := regexp.MustCompile(`"(RFC \d{4})[^"\n]*"`)
	for _, where := range []string{".", "../command", "../sasl", "../wire"} {
		sources, err := filepath.Glob(where + "/*.go")
		if err != nil || len(sources) == 0 {
			t.Fatalf("%s: %d sources, %v", where, len(sources), err)
		}
		for _, name := range sources {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(source)) {
				if !strings.Contains(line, `"RFC `) {
					continue // matching all of the source takes long with the race detector
				}
				for _, m := range cited.FindAllStringSubmatch(line, -1) {
					named[m[1]] = true
				}
			}
		}
	}
	for rfc := range named {
		if has[rfc] == (withoutExamples[rfc] != "") {
			t.Errorf("%s: add its examples to testdata/rfc.examples, or it to withoutExamples if it shows none", rfc)
		}
	}
	for rfc := range withoutExamples {
		if !named[rfc] {
			t.Errorf("%s: no table names it", rfc)
		}
	}
}

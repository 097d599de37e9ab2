package repl

import (
	"strings"
	"testing"
)

func TestANameThatAMessageGivesStaysInItsDirectory(t *testing.T) {
	for given, want := range map[string]string{
		"a.pdf":                           "a.pdf",
		"../../etc/passwd":                "passwd",
		`C:\Windows\system.ini`:           "system.ini",
		".bashrc":                         "bashrc",
		"...":                             "message-7-part-2.bin",
		"":                                "message-7-part-2.bin",
		"/":                               "message-7-part-2.bin",
		"a\x1b]0;x\x07b":                  "a_x1b]0;x_x07b",
		"a\u202egpj.exe":                  "a_xe2_x80_xaegpj.exe",
		"Menü.pdf":                        "Menü.pdf",
		strings.Repeat("ä", 200) + ".pdf": strings.Repeat("ä", 98) + ".pdf",
	} {
		if got := fileName(&piece{name: given, number: "2", kind: "application/pdf"}, "7"); got != want {
			t.Errorf("%q is saved as %q, want %q", given, got, want)
		}
	}
}

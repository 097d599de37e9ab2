package repl

import (
	"strings"
	"testing"
)

func TestAFileNameFromAMessageStaysInItsDirectory(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"a.pdf":                 "a.pdf",
		"../../etc/passwd":      "passwd",
		`C:\Windows\system.ini`: "system.ini",
		".bashrc":               "bashrc",
		"...":                   "message-7-part-2.bin",
		"":                      "message-7-part-2.bin",
		"/":                     "message-7-part-2.bin",
		"-rf":                   "_rf",
		"--help.txt":            "_-help.txt",
		" . -rf":                "_rf",
		"~alice":                "_alice",
		"CON":                   "_CON",
		"NUL":                   "_NUL",
		"nul .txt":              "_nul .txt",
		"aux.txt":               "_aux.txt",
		"Com1.tar.gz":           "_Com1.tar.gz",
		"lpt².txt":              "_lpt².txt",
		"COM10":                 "COM10",
		"console.log":           "console.log",
		"...hidden":             "hidden",
		". .profile":            "profile",
		"report.pdf. .":         "report.pdf",
		"report.pdf   ":         "report.pdf",
		". . .":                 "message-7-part-2.bin",
		"*?<>|\".txt":           "______.txt",
		strings.Repeat("x", 199) + "." + strings.Repeat("y", 30): strings.Repeat("x", 199),
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

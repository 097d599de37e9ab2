package cli

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"imapsh/repl"
)

// The texts of the program, too, name only flags and shell commands that exist.
func TestTheTextsOfTheProgramNameOnlyThingsThatExist(t *testing.T) {
	t.Parallel()
	flagWord := sought{"--", regexp.MustCompile(`(?:^|[\s(,'])(--[a-z][a-z0-9-]+)`)}
	colonWord := sought{":", regexp.MustCompile(`(?:^|[\s(,'])(:[a-z]{2,}[a-z-]*)`)}
	program := sought{"imapsh ", regexp.MustCompile(`(?:^|[\s;|&(:])imapsh( (?:[^\r\n,]|,\S)*)`)}
	known, isProgram := knownWords(), map[string]bool{}
	var programs []string
	for _, c := range commandTree() {
		isProgram[c.Name()] = true
		programs = append(programs, c.Name())
	}
	for word, why := range notOurs {
		known[word] = why
	}
	words, lines := 0, 0
	for _, s := range sources(t) {
		if s.isTest || strings.HasPrefix(s.path, "bench/") || strings.HasPrefix(s.path, "internal/testserver/") || strings.HasPrefix(s.path, "internal/demo/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(lit.Value)
			for _, m := range append(flagWord.all(text), colonWord.all(text)...) {
				if words++; known[m[1]] == "" {
					t.Errorf("%s: there is no %s: %q", at(lit), m[1], text)
				}
			}
			for _, m := range program.all(text) {
				args, ok := shellWords(strings.TrimRight(m[1], ".)"))
				if !ok || len(args) == 0 || strings.ContainsAny(m[1], "%[") {
					continue // a pattern
				}
				isLine := isProgram[args[0]] || args[0][0] == '-' || strings.Contains(args[0], "://")
				if near, ok := repl.Nearest(args[0], programs); !isLine && (ok && near+"," != args[0] && len(args) > 1 || slices.ContainsFunc(args, func(a string) bool { return strings.Contains(a, "://") })) {
					t.Errorf("%s: imapsh%s: there is no subcommand %s (%s)", at(lit), m[1], args[0], near)
				}
				if !isLine {
					continue // a sentence
				}
				lines++
				if why := accepted(args); why != "" {
					t.Errorf("%s: imapsh%s: %s", at(lit), m[1], why)
				}
			}
			return true
		})
	}
	if words < 200 || lines < 20 {
		t.Errorf("only %d words and %d command lines: the test looks in the wrong place", words, lines)
	}
}

// notOurs are words in texts that only look like flags and shell commands.
var notOurs = map[string]string{"--password": "refused, with the reason", "--token": "refused, with the reason", ":port": "of a URL"}

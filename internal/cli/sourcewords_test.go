package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The texts of the program, too, name only flags and shell commands that exist.
func TestTheTextsOfTheProgramNameOnlyThingsThatExist(t *testing.T) {
	t.Parallel()
	word := regexp.MustCompile(`(?:^|[\s(,'])(--[a-z][a-z0-9-]+|:[a-z]{2,}[a-z-]*)`)
	program := regexp.MustCompile(`(?:^|[\s;|&(:])imapsh( [^\r\n]*)`)
	known, isProgram := knownWords(), map[string]bool{}
	for _, c := range commandTree() {
		isProgram[c.Name()] = true
	}
	for word, why := range notOurs {
		known[word] = why
	}
	words, lines := 0, 0
	fset := token.NewFileSet()
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "bench" || d.Name() == "testserver" || d.Name() == "demo") {
			return fs.SkipDir
		}
		if err != nil || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text := readFile(t, name)
		if !strings.Contains(text, "--") && !strings.Contains(text, `:`) {
			return nil
		}
		file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(lit.Value)
			if strings.Contains(text, "--") || strings.Contains(text, ":") {
				for _, m := range word.FindAllStringSubmatch(text, -1) {
					if words++; known[m[1]] == "" {
						t.Errorf("%s: there is no %s: %q", fset.Position(lit.Pos()), m[1], text)
					}
				}
			}
			if strings.Contains(text, "imapsh ") {
				for _, m := range program.FindAllStringSubmatch(text, -1) {
					args, ok := shellWords(strings.TrimRight(m[1], ".)"))
					if !ok || len(args) == 0 || !isProgram[args[0]] && args[0][0] != '-' && !strings.Contains(args[0], "://") || strings.ContainsAny(m[1], "%[") {
						continue // a sentence, or a pattern
					}
					lines++
					if why := accepted(args); why != "" {
						t.Errorf("%s: imapsh%s: %s", fset.Position(lit.Pos()), m[1], why)
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if words < 200 || lines < 20 {
		t.Errorf("only %d words and %d command lines: the test looks in the wrong place", words, lines)
	}
}

// notOurs are words in texts that only look like flags and shell commands.
var notOurs = map[string]string{"--password": "refused, with the reason", "--token": "refused, with the reason", ":port": "of a URL"}

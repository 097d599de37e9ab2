package cli

import (
	"go/ast"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// makesText are the functions that make text of a command from a string that is not a constant, and where that string
// is from. All other strings are values, which an encoder writes.
var makesText = map[string]string{
	"internal/command AtomText":        "encodes a value",
	"internal/command QuotedText":      "encodes a value",
	"internal/command MailboxText":     "encodes a value",
	"internal/command WireMailboxText": "encodes a value",
	"internal/command TrimSpace":       "cuts text out of text",
	"internal/command Cut":             "cuts text out of text",
	"internal/command Fields":          "cuts text out of text",
	"internal/command EncodedNames":    "encodes what was typed",
	"internal/session readAsIs":        "bytes that the user sends with :send",
	"internal/transcript Asking":       "a line of a block, without its secret",
	"repl octetsOfLogin":               "announces the size of a secret",
	"internal/script Command":          "encodes values by their places in a line",
	"internal/imaptest expand":         "a command of an ImapTest file, values encoded by their places",
	"internal/replay translated":       "a line of a record, with the present numbers of the server",
	"internal/imaptest announced":      "announces the size of a literal",
	"internal/script FileArg":          "removes from values what leads into other folders",
	"internal/line plain":              "writes what was typed with plain characters",
	"repl answer":                      "a line typed at the terminal",
	"repl queue":                       "a line pasted at the terminal",
	"repl line":                        "a line of a script",
	"repl readBy":                      "a line of a script, to see which file it reads",
	"repl misused":                     "a line of a script, to see what is wrong with it",
	"repl runStartLines":               "a line of the user's own file",
	"repl unaliased":                   "a line of the user's own file, in place of its name",
	"repl answersLiteral":              "a line of a script, to be judged",
	"repl half":                        "what was sent, for judging what follows it",
	"internal/transcript fits":         "a line of a block, to be judged",
	"internal/transcript say":          "a line of a block",
	"internal/transcript ask":          "a line of a block, without its secret",
	"internal/transcript answer":       "an answer of a block",
	"internal/transcript logClient":    "a line of a block",
	"internal/transcript logRest":      "a line of a block",
	"internal/transcript octets":       "a line of a block",
	"internal/transcript Rest":         "a line of a stream, to be judged",
	"internal/transcript view":         "a line of a stream, to be judged",
	"internal/trace endLine":           "what another client has sent",
	"internal/trace begin":             "what another client has sent",
}

// makesSteps are the packages that may make what is sent on a connection, from text and the bytes of literals.
var makesSteps = map[string]bool{"tagger": true, "internal/trace": true, "internal/session": true, "internal/conn": true}

// eachNode calls f with each node of the program's functions, in files that have one of the words, and the directory of the
// file. Looking at all nodes of all files would take seconds with the race detector.
func eachNode(t *testing.T, words []string, f func(dir string, fn *ast.FuncDecl, n ast.Node)) {
	t.Helper()
	for _, s := range sources(t) {
		if s.isTest || !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(s.text, word) }) {
			continue
		}
		dir := path.Dir(s.path)
		for _, d := range s.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				ast.Inspect(fn, func(n ast.Node) bool {
					f(dir, fn, n)
					return true
				})
			}
		}
	}
}

// at returns the place of a node in the sources.
func at(n ast.Node) token.Position { return positions.Position(n.Pos()) }

// isNamed reports whether an expression is pkg.name, or name within the directory of pkg.
func isNamed(e ast.Expr, dir, pkg, name string) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		return ok && x.Name == pkg && e.Sel.Name == name
	case *ast.Ident:
		return e.Name == name && filepath.Base(dir) == pkg
	}
	return false
}

func TestOnlyListedFunctionsMakeTextOfAString(t *testing.T) {
	t.Parallel()
	made := map[string]bool{}
	eachNode(t, []string{"Text"}, func(dir string, fn *ast.FuncDecl, n ast.Node) {
		c, ok := n.(*ast.CallExpr)
		if !ok || len(c.Args) != 1 || !isNamed(c.Fun, dir, "command", "Text") {
			return
		}
		if lit, ok := c.Args[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			return
		}
		name := dir + " " + fn.Name.Name
		made[name] = true
		if makesText[name] == "" {
			t.Errorf("%s: %s makes text of a command: use a command.Value if the string was not typed, and add the function to makesText if it was", at(c), fn.Name.Name)
		}
	})
	for name := range makesText {
		if !made[name] {
			t.Errorf("%s no longer makes text: remove it from makesText", name)
		}
	}
}

func TestOnlyListedPackagesMakeStepsAndOps(t *testing.T) {
	t.Parallel()
	eachNode(t, []string{"Step", "Op"}, func(dir string, fn *ast.FuncDecl, n ast.Node) {
		if lit, ok := n.(*ast.CompositeLit); ok && !makesSteps[dir] && (isNamed(lit.Type, dir, "tagger", "Step") || isNamed(lit.Type, dir, "conn", "Op")) {
			t.Errorf("%s: %s makes what is sent; only %v may", at(lit), fn.Name.Name, slices.Sorted(maps.Keys(makesSteps)))
		}
	})
}

func TestOnlyOneFileUsesTheEnvironmentOfTheProcess(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, name := range []string{"Stdin", "Stdout", "Stderr", "Getenv", "LookupEnv", "Environ", "Unsetenv", "Exit", "Args", "UserHomeDir"} {
		names[name] = true
	}
	found := 0
	eachNode(t, []string{"os"}, func(dir string, fn *ast.FuncDecl, n ast.Node) {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !names[sel.Sel.Name] || dir != "internal/cli" && dir != "repl" {
			return
		}
		if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "os" {
			return
		}
		if found++; filepath.Base(at(sel).Filename) != "process.go" {
			t.Errorf("%s: os.%s may be used only in process.go", at(sel), sel.Sel.Name)
		}
	})
	if found == 0 {
		t.Error("no use was found: the test looks in the wrong place")
	}
}

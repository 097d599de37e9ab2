package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
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

// eachFunction calls f with each function of the program, and the directory that it is in.
func eachFunction(t *testing.T, f func(dir string, fn *ast.FuncDecl, at func(ast.Node) token.Position)) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel("../..", filepath.Dir(name))
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				f(filepath.ToSlash(dir), fn, func(n ast.Node) token.Position { return fset.Position(n.Pos()) })
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

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
	eachFunction(t, func(dir string, fn *ast.FuncDecl, at func(ast.Node) token.Position) {
		ast.Inspect(fn, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok || len(c.Args) != 1 || !isNamed(c.Fun, dir, "command", "Text") {
				return true
			}
			if lit, ok := c.Args[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				return true
			}
			name := dir + " " + fn.Name.Name
			made[name] = true
			if makesText[name] == "" {
				t.Errorf("%s: %s makes text of a command: use a command.Value if the string was not typed, and add the function to makesText if it was", at(c), fn.Name.Name)
			}
			return true
		})
	})
	for name := range makesText {
		if !made[name] {
			t.Errorf("%s no longer makes text: remove it from makesText", name)
		}
	}
}

func TestOnlyListedPackagesMakeStepsAndOps(t *testing.T) {
	t.Parallel()
	eachFunction(t, func(dir string, fn *ast.FuncDecl, at func(ast.Node) token.Position) {
		if makesSteps[dir] {
			return
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if lit, ok := n.(*ast.CompositeLit); ok && (isNamed(lit.Type, dir, "tagger", "Step") || isNamed(lit.Type, dir, "conn", "Op")) {
				t.Errorf("%s: %s makes what is sent; only %v may", at(lit), fn.Name.Name, slices.Sorted(maps.Keys(makesSteps)))
			}
			return true
		})
	})
}

func TestOnlyOneFileUsesTheEnvironmentOfTheProcess(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, name := range []string{"Stdin", "Stdout", "Stderr", "Getenv", "LookupEnv", "Environ", "Unsetenv", "Exit", "Args", "UserHomeDir"} {
		names[name] = true
	}
	found := 0
	eachFunction(t, func(dir string, fn *ast.FuncDecl, at func(ast.Node) token.Position) {
		if dir != "internal/cli" && dir != "repl" {
			return
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || !names[sel.Sel.Name] {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "os" {
				return true
			}
			if found++; filepath.Base(at(sel).Filename) != "process.go" {
				t.Errorf("%s: os.%s may be used only in process.go", at(sel), sel.Sel.Name)
			}
			return true
		})
	})
	if found == 0 {
		t.Error("no use was found: the test looks in the wrong place")
	}
}

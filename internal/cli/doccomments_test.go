package cli

import (
	"go/ast"
	"strings"
	"testing"
	"unicode"
)

// A doc comment that begins with a word that could be a name begins with the name that it is about.
func TestADocCommentBeginsWithItsName(t *testing.T) {
	t.Parallel()
	read := 0
	judge := func(name string, doc *ast.CommentGroup) {
		words := strings.Fields(doc.Text())
		if len(words) == 0 || len(words) > 1 && words[1] == "=" { // a rule of ABNF
			return
		}
		read++
		first := words[0]
		if len(words) > 1 && (first == "A" || first == "An" || first == "The") {
			first = words[1]
		}
		first = strings.TrimRight(first, ",.:;")
		if strings.TrimSuffix(first, "s") != strings.TrimSuffix(name, "s") && unicode.IsLower(rune(words[0][0])) {
			t.Errorf("%s: the comment on %s begins with %q", positions.Position(doc.Pos()), name, words[0])
		}
	}
	for _, s := range sources(t) {
		for _, decl := range s.file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				judge(decl.Name.Name, decl.Doc)
			case *ast.GenDecl:
				if len(decl.Specs) != 1 {
					continue
				}
				if spec, ok := decl.Specs[0].(*ast.TypeSpec); ok {
					judge(spec.Name.Name, decl.Doc)
				}
			}
		}
	}
	if read < 1000 {
		t.Errorf("only %d comments were read: the test looks in the wrong place", read)
	}
}

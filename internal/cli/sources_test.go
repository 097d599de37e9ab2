package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A goFile is a file of Go, parsed.
type goFile struct {
	path   string // from the root of the repository, with slashes
	text   string
	file   *ast.File
	isTest bool
}

// allSources reads all Go files of the repository, for all tests that read them: parsing takes seconds with the race detector.
var allSources = sync.OnceValues(func() (all []goFile, err error) {
	err = filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != "../..":
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		s := goFile{path: filepath.ToSlash(strings.TrimPrefix(name, filepath.FromSlash("../../"))), isTest: strings.HasSuffix(name, "_test.go")}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		s.text = string(text)
		s.file, err = parser.ParseFile(positions, s.path, text, parser.ParseComments|parser.SkipObjectResolution)
		all = append(all, s)
		return err
	})
	return all, err
})

// positions are the places of all sources.
var positions = token.NewFileSet()

// sources returns all Go files of the repository.
func sources(t *testing.T) []goFile {
	t.Helper()
	all, err := allSources()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

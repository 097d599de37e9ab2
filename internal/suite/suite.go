// Package suite runs many tests, a limited number at a time, and reports how they went: one line for each, then the
// failures, and JUnit XML. Its caller decides what a test is and how it runs.
package suite

import (
	"context"
	"fmt"
	"imapsh/internal/fleet"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Verdict is how a test ended.
type Verdict uint8

const (
	Passed Verdict = iota
	Failed
	Skipped
	Interrupted // before its end
)

// A Result says how a test went. Its texts are raw: they must be escaped before they are shown.
type Result struct {
	File    string
	Verdict Verdict
	Took    time.Duration

	// Line is the 1-based line where it failed, 0 if there is none; Why says why it failed or was skipped.
	Line int
	Why  string
	// Expected and Got describe an expectation that was not met; "" otherwise.
	Expected, Got string
	// Last are the last lines sent and received.
	Last []string
}

// place returns the file and, if there is one, the line where it failed.
func (r *Result) place() string {
	if r.Line == 0 {
		return r.File
	}
	return fmt.Sprintf("%s:%d", r.File, r.Line)
}

// Find returns the test files among paths, each once. A folder is walked in lexical order for files that isTest accepts; a
// file that is named itself is always taken.
func Find(paths []string, isTest func(path string) (bool, error)) ([]string, error) {
	var files []string
	seen := map[string]bool{}
	add := func(path string) {
		if path = filepath.Clean(path); !seen[path] {
			seen[path] = true
			files = append(files, path)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("looking for tests: %w", err)
		}
		if !info.IsDir() {
			add(path)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			ok, err := isTest(file)
			if ok {
				add(file)
			}
			return err
		})
		switch {
		case err != nil:
			return nil, fmt.Errorf("looking for tests: %w", err)
		case len(files) == before && len(paths) == 1:
			return nil, fmt.Errorf("%s has no tests: no *.imap file and no file with an ImapTest header", path)
		}
	}
	return files, nil
}

// Run runs tests, at most jobs at a time, and returns their results in the order of files. It calls done after each, in
// the caller's goroutine. After ctx is done it starts none; the results of those not started are nil.
func Run(ctx context.Context, files []string, jobs int, run func(ctx context.Context, file string) Result, done func(r *Result, ended int)) []*Result {
	return fleet.Run(ctx, len(files), jobs, func(ctx context.Context, i int) *Result {
		r := run(ctx, files[i])
		return &r
	}, func(_, ended int, r *Result) { done(r, ended) })
}

// Package suite runs many tests, some at a time, and reports how each went: a line for each, the failures last,
// and JUnit's XML. What a test is, and how it runs, is its caller's.
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

// A Result is how a test went. All texts are as they came: whoever shows them escapes them.
type Result struct {
	File    string
	Verdict Verdict
	Took    time.Duration

	// Line is where it failed, 0 if that is on no line; Why says why it failed or was skipped.
	Line int
	Why  string
	// Expected and Got are of an expectation that was not met; "" otherwise.
	Expected, Got string
	// Last are the last lines of what was sent and received.
	Last []string
}

// place returns the file, and the line where it failed.
func (r *Result) place() string {
	if r.Line == 0 {
		return r.File
	}
	return fmt.Sprintf("%s:%d", r.File, r.Line)
}

// Find returns the files that paths name. A folder is walked, in order, for the files that are tests; a file that is
// named is always one.
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
			return nil, fmt.Errorf("%s has no tests: no *.imap file, and none with a header of ImapTest's", path)
		}
	}
	return files, nil
}

// Run runs tests, at most jobs at a time, and returns their results in order. done is called as each ends, in the
// caller's goroutine. Once the context has ended none is begun: those have no result.
func Run(ctx context.Context, files []string, jobs int, run func(ctx context.Context, file string) Result, done func(r *Result, ended int)) []*Result {
	return fleet.Run(ctx, len(files), jobs, func(ctx context.Context, i int) *Result {
		r := run(ctx, files[i])
		return &r
	}, func(_, ended int, r *Result) { done(r, ended) })
}

package suite

import (
	"context"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestFoldersAreWalkedForTestsAndNamedFilesAreTaken(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b/two.imap", "b/notes.txt", "one.imap", "other"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	isTest := func(path string) (bool, error) { return strings.HasSuffix(path, ".imap"), nil }
	got, err := Find([]string{dir + "/other", dir, dir + "/one.imap"}, isTest)
	for i := range got {
		got[i], _ = filepath.Rel(dir, got[i])
	}
	if want := []string{"other", "b/two.imap", "one.imap"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v; want %q, each once", got, err, want)
	}
	if _, err := Find([]string{dir + "/none"}, isTest); err == nil {
		t.Error("a path that does not exist was no error")
	}
}

func TestSomeTestsRunAtATimeAndNoneAfterTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var now, most atomic.Int32
	meet := make(chan struct{}) // lets two meet that run at the same time
	run := func(ctx context.Context, file string) Result {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		select {
		case meet <- struct{}{}:
		case <-meet:
		case <-ctx.Done():
		}
		return Result{File: file}
	}
	results := Run(ctx, []string{"a", "b", "c", "d", "e", "f", "g", "h"}, 2, run, func(_ *Result, ended int) {
		if ended == 2 {
			cancel()
		}
	})
	if most.Load() != 2 || results[0] == nil || results[0].File != "a" || results[7] != nil {
		t.Errorf("at most %d ran at a time; results %v", most.Load(), results)
	}
}

func TestReportsHoldNothingThatATerminalWouldObey(t *testing.T) {
	evil := "\x1b[2Jx\x00\xff<&>"
	results := []*Result{
		{File: "a" + evil, Verdict: Failed, Line: 3, Expected: evil, Got: evil, Last: []string{"S: " + evil}},
		{File: "b", Verdict: Failed, Why: evil + "\nrow two"},
		{File: "c", Verdict: Skipped, Why: evil},
		{File: "d"},
		nil,
	}
	var b strings.Builder
	for _, r := range results[:4] {
		if err := errors.Join(WriteLine(&b, r, 5), WriteFailure(&b, r)); err != nil {
			t.Fatal(err)
		}
	}
	b.WriteString(Tally(results))
	if got := b.String(); strings.ContainsAny(got, "\x1b\x00") || !strings.HasSuffix(got, "1 passed, 2 failed, 1 skipped, 1 not finished") {
		t.Errorf("got %q", got)
	}
	var x strings.Builder
	if err := WriteJUnit(&x, evil, results, []string{"a", "b", "c", "d", "e"}, time.Second); err != nil {
		t.Fatal(err)
	}
	var back junitSuite
	if err := xml.Unmarshal([]byte(x.String()), &back); err != nil || back.Tests != 5 || back.Failures != 2 || back.Skipped != 2 {
		t.Errorf("%v: %+v\n%s", err, back, x.String())
	}
	if f := back.Cases[0].Failure; f == nil || !strings.Contains(f.Text, "got") || back.Cases[4].Name != "e" {
		t.Errorf("the failure or the unfinished test is not there:\n%s", x.String())
	}
}

func TestATailKeepsOnlyTheLastLines(t *testing.T) {
	var tail Tail
	for i := range 10_000 {
		tail.Write([]byte(strings.Repeat("x", i%80) + "\n\n"))
	}
	tail.Write([]byte("last\n"))
	lines := tail.Lines(3)
	if len(lines) != 3 || lines[2] != "last" || len(lines[1]) != 9_999%80 {
		t.Errorf("got %q", lines)
	}
	if cap(tail.b) > 8*tailSize {
		t.Errorf("%d bytes are kept", cap(tail.b))
	}
}

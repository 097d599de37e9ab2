package testserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// startedIn is a directory of the module, until a test changes it.
var startedIn, _ = os.Getwd()

// Build builds imapsh in a directory, and returns the program's path. It is without the race detector, which
// multiplies the time that a process takes to start: for tests of what is shown, and of what only a process has.
// The tests that run the shell within their own process watch the same code for races.
func Build(dir string) (file string, err error) {
	file = filepath.Join(dir, "imapsh")
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	args := []string{"run", "-buildvcs=false", "-ldflags=-s -w", "-exec", "cp", "imapsh", file} // unlike build, it keeps what it has linked
	if runtime.GOOS == "windows" {
		args = []string{"build", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "imapsh"}
	}
	build := exec.Command("go", args...)
	build.Dir = startedIn
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // linked statically it starts in half the time
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building imapsh: %w\n%s", err, out)
	}
	return file, nil
}

package testserver

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// unpackedAt is the directory where install.sh unpacks the packages that cannot be installed: Debian's
// packages of IMAP servers exclude one another, and some others depend on much that no test needs.
const unpackedAt = "/var/lib/imapsh-test"

// rootOf returns the directory below which a file of a package is: "/" if the package is
// installed, or the directory where install.sh unpacked it. ok reports whether it is one of these.
func rootOf(pkg, file string) (root string, ok bool) {
	for _, root := range []string{"/", filepath.Join(unpackedAt, pkg)} {
		if _, err := os.Stat(filepath.Join(root, file)); err == nil {
			return root, true
		}
	}
	return "", false
}

// Program returns the path of a program of a Debian package, installed or unpacked by install.sh. Without
// the program the test is skipped; with CI set in the environment it fails.
func Program(t testing.TB, name, pkg string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	file := filepath.Join("usr/bin", name)
	root, ok := rootOf(pkg, file)
	if !ok {
		Missing(t, name, "make servers installs it on Debian as root")
	}
	return filepath.Join(root, file)
}

// exist reports whether all these files exist.
func exist(files ...string) bool {
	for _, f := range files {
		if _, err := os.Stat(f); err != nil {
			return false
		}
	}
	return true
}

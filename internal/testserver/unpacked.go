package testserver

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// unpackedAt is where install.sh unpacks what Debian does not let you install beside
// Dovecot, as its packages of IMAP servers exclude one another, and what would bring
// much that no test needs.
const unpackedAt = "/var/lib/imapsh-test"

// rootOf is the directory below which a package's file is: the system's own
// root where it is installed, else where it was unpacked; "" if it is neither.
func rootOf(pkg, file string) (root string, ok bool) {
	for _, root := range []string{"/", filepath.Join(unpackedAt, pkg)} {
		if _, err := os.Stat(filepath.Join(root, file)); err == nil {
			return root, true
		}
	}
	return "", false
}

// Program is the path of a program of a Debian package, installed or unpacked by install.sh. Without
// it the test is skipped; with CI set in the environment it fails.
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

// exist tells whether all files are there.
func exist(files ...string) bool {
	for _, f := range files {
		if _, err := os.Stat(f); err != nil {
			return false
		}
	}
	return true
}

package testserver

import (
	"os"
	"path/filepath"
)

// unpackedAt is where install.sh unpacks what Debian does not let stand beside
// Dovecot: its packages of IMAP servers exclude one another.
const unpackedAt = "/var/lib/imapsh-test"

// rootOf is the directory beneath which a package's file lies: the system's own
// root where it is installed, else where it was unpacked; "" where it is neither.
func rootOf(pkg, file string) (root string, ok bool) {
	for _, root := range []string{"/", filepath.Join(unpackedAt, pkg)} {
		if _, err := os.Stat(filepath.Join(root, file)); err == nil {
			return root, true
		}
	}
	return "", false
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

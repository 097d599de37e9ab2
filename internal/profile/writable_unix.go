//go:build unix

package profile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// writable returns why users other than this one and root could have written the file, whose commands are run; "" if
// they could not.
func writable(path string, info fs.FileInfo) string {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Getuid() && stat.Uid != 0 {
		return fmt.Sprintf("it belongs to another user (%d), whose commands would be run", stat.Uid)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Sprintf("others can write to it (%v), and its commands would be run: chmod go-w %s", info.Mode().Perm(), path)
	}
	dir := filepath.Dir(path)
	if d, err := os.Stat(dir); err == nil && d.Mode().Perm()&0o022 != 0 && d.Mode()&fs.ModeSticky == 0 {
		return fmt.Sprintf("others can replace it, as its directory is writable for them (%v): chmod go-w %s", d.Mode().Perm(), dir)
	}
	return ""
}

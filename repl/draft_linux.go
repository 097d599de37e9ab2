package repl

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// nameless makes a file in a folder that has no name before named gives it one: whatever becomes of
// the program, nothing is left of it. Not every file system has such files.
func nameless(folder string) (*os.File, error) {
	fd, err := unix.Open(folder, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), folder)
	if _, err := os.Stat(ofFile(f)); err != nil { // without /proc it could never be given a name
		f.Close()
		return nil, err
	}
	return f, nil
}

// named gives such a file a name that nothing has yet.
func named(f *os.File, name string) error {
	err := unix.Linkat(unix.AT_FDCWD, ofFile(f), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
	if err != nil {
		return &os.LinkError{Op: "link", Old: f.Name(), New: name, Err: err}
	}
	return nil
}

func ofFile(f *os.File) string { return "/proc/self/fd/" + strconv.Itoa(int(f.Fd())) }

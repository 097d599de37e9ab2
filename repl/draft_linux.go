package repl

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// nameless makes a file in a folder without a name, until named gives it one: if the program dies, nothing is left of
// it. Not every file system supports this.
func nameless(folder string) (*os.File, error) {
	fd, err := unix.Open(folder, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), folder)
	if _, err := os.Stat(ofFile(f)); err != nil { // without /proc, named cannot work
		f.Close()
		return nil, err
	}
	return f, nil
}

// named gives such a file a name, which must not exist.
func named(f *os.File, name string) error {
	err := unix.Linkat(unix.AT_FDCWD, ofFile(f), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
	if err != nil {
		return &os.LinkError{Op: "link", Old: f.Name(), New: name, Err: err}
	}
	return nil
}

func ofFile(f *os.File) string { return "/proc/self/fd/" + strconv.Itoa(int(f.Fd())) }

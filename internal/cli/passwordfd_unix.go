//go:build unix

package cli

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// inherited returns the file that was opened for us as a number, and keeps it from programs that are started. What is ours is closed on exec, and so cannot have come from outside.
func inherited(n int) (*os.File, error) {
	flags, err := unix.FcntlInt(uintptr(n), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC != 0 {
		return nil, errors.New("it is not open")
	}
	if mode, err := unix.FcntlInt(uintptr(n), unix.F_GETFL, 0); err == nil && mode&unix.O_ACCMODE == unix.O_WRONLY {
		return nil, errors.New("it is open for writing only")
	}
	unix.CloseOnExec(n)
	return os.NewFile(uintptr(n), "file "+strconv.Itoa(n)), nil
}

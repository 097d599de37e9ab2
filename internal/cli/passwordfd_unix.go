//go:build unix

package cli

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// inherited returns the open file with a number that the process inherited, and keeps it from programs started later.
// Files that imapsh itself has opened are closed on exec, which distinguishes them from inherited ones.
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

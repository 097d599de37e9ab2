//go:build unix

package cli

import (
	"errors"

	"golang.org/x/sys/unix"
)

// inherited reports why a number is not that of a file opened for us, and keeps that file from programs that
// are started. What is ours is closed on exec, and so cannot have come from outside.
func inherited(n int) error {
	flags, err := unix.FcntlInt(uintptr(n), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC != 0 {
		return errors.New("it is not open")
	}
	if mode, err := unix.FcntlInt(uintptr(n), unix.F_GETFL, 0); err == nil && mode&unix.O_ACCMODE == unix.O_WRONLY {
		return errors.New("it is open for writing only")
	}
	unix.CloseOnExec(n)
	return nil
}

package terminal

import (
	"time"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// wait blocks until one of two descriptors is readable, or until most has passed if that is not negative, and reports
// whether fd is. A hang-up counts as readable. (poll does not support terminals on this system.)
func wait(fd, wake int, most time.Duration) (bool, error) {
	var set unix.FdSet
	set.Set(fd)
	set.Set(wake)
	var timeout *unix.Timeval
	if most >= 0 {
		tv := unix.NsecToTimeval(most.Nanoseconds())
		timeout = &tv
	}
	_, err := unix.Select(max(fd, wake)+1, &set, nil, nil, timeout)
	return err == nil && set.IsSet(fd), err
}

package terminal

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// wait blocks until one of two descriptors can be read, and tells whether the first can. A hang-up
// counts as readable. (poll does not serve terminals here.)
func wait(fd, wake int) (bool, error) {
	var set unix.FdSet
	set.Set(fd)
	set.Set(wake)
	_, err := unix.Select(max(fd, wake)+1, &set, nil, nil, nil)
	return err == nil && set.IsSet(fd), err
}

package terminal

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)

// wait blocks until one of two descriptors can be read, and tells whether the first can. A hang-up
// counts as readable.
func wait(fd, wake int) (bool, error) {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(wake), Events: unix.POLLIN}}
	_, err := unix.Poll(fds, -1)
	return fds[0].Revents != 0, err
}

package terminal

import (
	"time"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)

// wait blocks until one of two descriptors is readable, or until most has passed if that is not negative, and reports
// whether fd is. A hang-up counts as readable.
func wait(fd, wake int, most time.Duration) (bool, error) {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(wake), Events: unix.POLLIN}}
	ms := -1
	if most >= 0 {
		ms = int(most.Milliseconds())
	}
	_, err := unix.Poll(fds, ms)
	return fds[0].Revents != 0, err
}

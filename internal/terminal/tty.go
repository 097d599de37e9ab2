//go:build linux || darwin

package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

// A tty is the device that is typed on: its modes, and a read that can be interrupted.
type tty struct {
	fd     int
	cooked unix.Termios // the modes before openTTY, which are restored

	mu   sync.Mutex
	raw  bool // raw mode is wanted
	shut bool // restored permanently

	wakeR, wakeW *os.File
}

func openTTY(f *os.File) (*tty, error) {
	t := &tty{fd: int(f.Fd())}
	mode, err := unix.IoctlGetTermios(t.fd, getTermios)
	if err != nil {
		return nil, fmt.Errorf("reading the terminal's modes: %w", err)
	}
	t.cooked = *mode
	if t.wakeR, t.wakeW, err = os.Pipe(); err != nil {
		return nil, fmt.Errorf("making a pipe for the terminal: %w", err)
	}
	return t, nil
}

// enter switches to raw input: each key is returned immediately, none is echoed, and none becomes a signal. Output
// still turns LF into CRLF, so that other code writing to the terminal need not care.
func (t *tty) enter() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shut {
		return nil
	}
	t.raw = true
	return t.apply()
}

// leave restores the terminal's modes.
func (t *tty) leave() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raw = false
	return t.apply()
}

// close is like leave, but permanent: a later enter does nothing.
func (t *tty) close() error {
	t.mu.Lock()
	t.shut = true
	t.mu.Unlock()
	return t.leave()
}

// again sets the modes again, after another program may have changed them.
func (t *tty) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.raw {
		t.apply()
	}
}

func (t *tty) apply() error {
	mode := t.cooked
	if t.raw {
		mode.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
		mode.Oflag |= unix.OPOST | unix.ONLCR
		mode.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		mode.Cflag = mode.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
		mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	}
	for {
		err := unix.IoctlSetTermios(t.fd, setTermios, &mode)
		if !errors.Is(err, unix.EINTR) {
			if err != nil {
				return fmt.Errorf("setting the terminal's modes: %w", err)
			}
			return nil
		}
	}
}

// read waits for input. It returns 0 and nil if it was woken, and io.EOF if the terminal went away.
func (t *tty) read(p []byte) (int, error) {
	wake := int(t.wakeR.Fd())
	for {
		ready, err := wait(t.fd, wake, -1)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return 0, fmt.Errorf("waiting for the terminal: %w", err)
		case !ready:
			var b [64]byte
			_, err := t.wakeR.Read(b[:])
			return 0, err
		}
		n, err := unix.Read(t.fd, p)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN):
		case n > 0:
			return n, nil
		case err == nil, errors.Is(err, unix.EIO):
			return 0, io.EOF
		default:
			return 0, fmt.Errorf("reading the terminal: %w", err)
		}
	}
}

// quiet is how long a pause in the input must be for a pasted block to be complete.
const quiet = 20 * time.Millisecond

// burst returns b and everything that follows without a pause; size is the most that one read returns. A Ctrl-C in a
// read of its own ends it.
func (t *tty) burst(b []byte, size int) []byte {
	b = bytes.Clone(b)
	for {
		ready, err := wait(t.fd, int(t.wakeR.Fd()), quiet)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || !ready {
			return b
		}
		b = slices.Grow(b, size)
		n, err := unix.Read(t.fd, b[len(b):len(b)+size])
		if errors.Is(err, unix.EINTR) || errors.Is(err, unix.EAGAIN) {
			continue
		}
		if err != nil || n <= 0 {
			return b // the next read will say why
		}
		b = b[:len(b)+n]
		if n == 1 && b[len(b)-1] == readline.CharInterrupt {
			return b
		}
	}
}

// wake makes a pending read return.
func (t *tty) wake() { t.wakeW.Write([]byte{0}) }

// release frees what openTTY has allocated. The reading goroutine calls it when it ends.
func (t *tty) release() {
	t.wakeR.Close()
	t.wakeW.Close()
}

// SetEcho turns on or off that the terminal at fd shows what is typed.
func SetEcho(fd int, on bool) error {
	mode, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return err
	}
	mode.Lflag &^= unix.ECHO
	if on {
		mode.Lflag |= unix.ECHO
	}
	return unix.IoctlSetTermios(fd, setTermios, mode)
}

// deadly are the signals that end the program with a stack trace.
var deadly = []os.Signal{unix.SIGQUIT, unix.SIGABRT, unix.SIGILL, unix.SIGTRAP, unix.SIGSYS}

// raise sends this process a signal.
func raise(s syscall.Signal) { unix.Kill(os.Getpid(), s) }

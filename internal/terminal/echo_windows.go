package terminal

import "golang.org/x/sys/windows"

// SetEcho turns on or off that the terminal at fd shows what is typed.
func SetEcho(fd int, on bool) error {
	h := windows.Handle(fd)
	var mode uint32
	if err := windows.GetConsoleMode(h, &mode); err != nil {
		return err
	}
	mode &^= windows.ENABLE_ECHO_INPUT
	if on {
		mode |= windows.ENABLE_ECHO_INPUT
	}
	return windows.SetConsoleMode(h, mode)
}

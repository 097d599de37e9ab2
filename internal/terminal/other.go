//go:build !linux && !darwin

package terminal

// openFull has no line editing to offer here beyond the system's own.
func openFull(c Config) (Terminal, error) { return openPlain(c), nil }

//go:build !linux && !darwin && !windows

package terminal

import "errors"

// SetEcho fails: typed text cannot be hidden on this system.
func SetEcho(int, bool) error { return errors.ErrUnsupported }

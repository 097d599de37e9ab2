//go:build !linux && !darwin && !windows

package terminal

import "errors"

// setEcho fails: typed text cannot be hidden on this system.
func setEcho(int, bool) error { return errors.ErrUnsupported }

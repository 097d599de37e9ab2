//go:build !linux && !darwin && !windows

package terminal

import "errors"

// setEcho cannot hide what is typed here.
func setEcho(int, bool) error { return errors.ErrUnsupported }

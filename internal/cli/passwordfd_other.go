//go:build !unix

package cli

import "errors"

// inherited says that no files are inherited by number here.
func inherited(int) error { return errors.New("files are not inherited by number on this system") }

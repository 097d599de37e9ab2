//go:build !unix

package cli

import (
	"errors"
	"os"
)

// inherited returns an error: on this system files are not inherited by number.
func inherited(int) (*os.File, error) {
	return nil, errors.New("files are not inherited by number on this system")
}

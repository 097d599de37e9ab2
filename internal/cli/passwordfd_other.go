//go:build !unix

package cli

import (
	"errors"
	"os"
)

// inherited says that no files are inherited by number here.
func inherited(int) (*os.File, error) {
	return nil, errors.New("files are not inherited by number on this system")
}

//go:build !linux

package repl

import (
	"errors"
	"os"
)

// nameless makes a file without a name, which only Linux has.
func nameless(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func named(*os.File, string) error { return errors.ErrUnsupported }

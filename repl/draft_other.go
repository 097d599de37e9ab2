//go:build !linux

package repl

import (
	"errors"
	"os"
)

// nameless fails: only Linux has files without a name.
func nameless(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func named(*os.File, string) error { return errors.ErrUnsupported }

//go:build !unix

package profile

import "io/fs"

// writable returns "": on this system the mode of a file does not say who can write to it.
func writable(string, fs.FileInfo) string { return "" }

//go:build !unix

package profile

import "io/fs"

// writable returns "": who can write a file is not in its mode here.
func writable(string, fs.FileInfo) string { return "" }

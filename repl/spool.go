package repl

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// A spool holds output back: in memory while it is small, and then in a file that only the user can open.
type spool struct {
	to   io.Writer // where release writes
	mem  bytes.Buffer
	file *os.File
	err  error

	first string // lines that release writes before all others
}

// spoolMemory is how many bytes of output are kept in memory.
const spoolMemory = 256 << 10

func newSpool(to io.Writer) *spool { return &spool{to: to} }

func (k *spool) Write(p []byte) (int, error) {
	if k.err != nil {
		return 0, k.err
	}
	if k.file == nil && k.mem.Len()+len(p) > spoolMemory {
		k.file, k.err = os.CreateTemp("", "imapsh-*")
		if k.err != nil {
			k.err = fmt.Errorf("buffering the output: %w", k.err)
			return 0, k.err
		}
		os.Remove(k.file.Name()) // fails on systems where an open file needs a name
		if _, k.err = k.mem.WriteTo(k.file); k.err != nil {
			return 0, k.err
		}
		k.mem = bytes.Buffer{} // free its memory
	}
	if k.file == nil {
		return k.mem.Write(p)
	}
	return k.file.Write(p)
}

// reader returns a reader of what was written, from the start.
func (k *spool) reader() (io.Reader, error) {
	if k.file == nil {
		return &k.mem, k.err
	}
	if _, err := k.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return k.file, k.err
}

// release writes what was held back to k.to.
func (k *spool) release() error {
	r, err := k.reader()
	if err == nil {
		_, err = io.Copy(k.to, io.MultiReader(strings.NewReader(k.first), r))
	}
	k.close()
	return err
}

func (k *spool) close() {
	if k.file != nil {
		k.file.Close()
		os.Remove(k.file.Name())
		k.file = nil
	}
}

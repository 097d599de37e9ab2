package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/spf13/cobra"
)

// A passwordFD is an open file from which the password is read, once.
type passwordFD struct {
	flag string // the flag with its value
	file *os.File

	once sync.Once
	done chan struct{}
	text string
	err  error
}

// maxSecret is how long a password or a token may be, in bytes.
const maxSecret = 64 << 10

// addFD adds --password-fd.
func (f *flags) addFD(c *cobra.Command) {
	c.Flags().IntVar(&f.fdNumber, "password-fd", noFD, "read the password from the open file `N`, such as 3 with 3<FILE")
	c.Flags().Lookup("password-fd").DefValue = "0" // so that help shows no default
}

// openFD takes over the file of --password-fd, so that programs started later do not inherit it.
func (f *flags) openFD() error {
	n := f.fdNumber
	switch {
	case n == noFD:
		return nil
	case n < 0:
		return fmt.Errorf("%s %d: use the number of an open file, such as 3 with 3<FILE", f.fdFlag, n)
	case n == 1 || n == 2:
		return fmt.Errorf("%s %d: this is an output; use 3 and 3<FILE", f.fdFlag, n)
	case n == 0 && f.readsInput():
		return errors.New(f.fdFlag + " 0: standard input is already read for commands; use 3 and 3<FILE, or -e and -f")
	}
	file, err := f.inherited(n)
	if err != nil {
		return fmt.Errorf("%s %d: %w (open it for imapsh, as in imapsh %s %d ... %d<FILE)", f.fdFlag, n, err, f.fdFlag, n, n)
	}
	flag := fmt.Sprintf("%s %d", f.fdFlag, n)
	f.fd = &passwordFD{flag: flag, file: file, done: make(chan struct{})}
	return nil
}

// noFD is the value of --password-fd if it is not given.
const noFD = -1 << 31

// readsInput reports whether standard input is read for commands.
func (f *flags) readsInput() bool {
	for _, g := range f.given {
		if g.file && g.text == "-" {
			return true
		}
	}
	return len(f.given) == 0
}

// read returns the first line of the file, which it reads only once and keeps for further connections.
func (p *passwordFD) read(ctx context.Context) (string, error) {
	p.once.Do(func() {
		go func() {
			p.text, p.err = firstLine(p.file)
			p.file.Close()
			close(p.done)
		}()
	})
	select {
	case <-p.done:
		if p.err != nil {
			return "", fmt.Errorf("reading %s: %w", p.flag, p.err)
		}
		return p.text, nil
	case <-ctx.Done():
		return "", fmt.Errorf("reading %s: no line came", p.flag)
	}
}

// forget drops the password that was read.
func (p *passwordFD) forget() {
	select {
	case <-p.done:
		p.text = ""
	default:
	}
}

// firstLine reads a line and nothing after it, because the rest may be for another reader. It returns the line
// without its end.
func firstLine(r io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); ; {
		n, err := r.Read(one)
		switch {
		case n > 0 && one[0] == '\n', errors.Is(err, io.EOF):
			return string(bytes.TrimSuffix(line, []byte("\r"))), nil
		case err != nil:
			return "", errors.Unwrap(err)
		case n > 0:
			line = append(line, one[0])
		}
		if len(line) > maxSecret {
			return "", fmt.Errorf("its first line is longer than %d bytes", maxSecret)
		}
	}
}

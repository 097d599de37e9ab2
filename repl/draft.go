package repl

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// A draft is a file being written, which only the user can read. It has no name, or a hidden one in the folder of its
// final name, so that a file of that name is either complete or unchanged. A draft may also be elsewhere, to be
// copied once it is complete.
type draft struct {
	file   *os.File
	path   string // "" if it has no name
	size   int64  // bytes written
	whole  int64  // bytes that are complete and will be kept
	parked bool   // the file is closed
}

// newDraft makes a draft in a folder.
func newDraft(folder string) (*draft, error) {
	if f, err := nameless(folder); err == nil {
		return &draft{file: f}, nil
	}
	f, err := os.CreateTemp(folder, ".imapsh-*")
	if err != nil {
		return nil, cause(err)
	}
	return &draft{file: f, path: f.Name()}, nil
}

// newUnnamed makes a draft without a name in the folder for temporary files.
func newUnnamed() (*draft, error) {
	f, err := os.CreateTemp("", "imapsh-*")
	if err != nil {
		return nil, cause(err)
	}
	d := &draft{file: f}
	if os.Remove(f.Name()) != nil { // some systems cannot remove the name of an open file
		d.path = f.Name()
	}
	return d, nil
}

// Write appends bytes.
func (d *draft) Write(p []byte) (int, error) {
	n, err := d.file.Write(p)
	d.size += int64(n)
	return n, cause(err)
}

// keep marks everything written so far as complete.
func (d *draft) keep() { d.whole = d.size }

// back removes what is not complete.
func (d *draft) back() error {
	if d.size == d.whole {
		return nil
	}
	d.size = d.whole
	if err := d.file.Truncate(d.whole); err != nil {
		return cause(err)
	}
	_, err := d.file.Seek(d.whole, io.SeekStart)
	return cause(err)
}

// hide gives a draft without a name a hidden name in a folder.
func (d *draft) hide(folder string) error {
	if d.path != "" {
		return nil
	}
	var err error
	for range 100 {
		path := filepath.Join(folder, fmt.Sprintf(".imapsh-%08x", rand.Uint32()))
		if err = named(d.file, path); err == nil {
			d.path = path
		}
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return cause(err)
}

// park closes the file of a draft that waits for its final name, so that many can wait.
func (d *draft) park(folder string) error {
	if err := d.hide(folder); err != nil {
		return err
	}
	d.parked = true
	return cause(d.file.Close())
}

// reader returns a reader of the complete part, from the start.
func (d *draft) reader() (io.Reader, error) {
	if d.parked {
		f, err := os.Open(d.path)
		if err != nil {
			return nil, cause(err)
		}
		d.file, d.parked = f, false
	}
	if _, err := d.file.Seek(0, io.SeekStart); err != nil {
		return nil, cause(err)
	}
	return io.LimitReader(d.file, d.whole), nil
}

// place gives the draft its name. If a file has that name already, place fails, or with replace replaces the file and
// keeps its mode.
func (d *draft) place(name string, replace bool) error {
	defer d.discard()
	switch {
	case d.path == "" && !replace:
		return cause(named(d.file, name))
	case replace:
		name = behindLinks(name)
		if err := d.hide(filepath.Dir(name)); err != nil {
			return err
		}
	}
	if !d.parked {
		if err := d.file.Close(); err != nil {
			return cause(err)
		}
	}
	if replace {
		switch info, err := os.Lstat(name); {
		case err == nil && !info.Mode().IsRegular():
			return errors.New("it is no longer a regular file")
		case err == nil:
			if err := os.Chmod(d.path, info.Mode().Perm()); err != nil {
				return cause(err)
			}
		}
		return cause(os.Rename(d.path, name))
	}
	err := os.Link(d.path, name) // a link never replaces a file
	if err == nil || errors.Is(err, fs.ErrExist) {
		return cause(err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // the file system has no links
	if err != nil {
		return cause(err)
	}
	f.Close()
	if err := os.Rename(d.path, name); err != nil {
		os.Remove(name)
		return cause(err)
	}
	return nil
}

// appendTo appends the complete part to a file; if that fails, the file keeps its old size.
func (d *draft) appendTo(name string) error {
	defer d.discard()
	r, err := d.reader()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return cause(err)
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		if _, err = io.Copy(f, r); err != nil {
			err = errors.Join(cause(err), cause(f.Truncate(end)))
		}
	}
	return errors.Join(cause(err), cause(f.Close()))
}

// pour writes the complete part to a pipe, a device or the like. It may block forever.
func (d *draft) pour(name string) error {
	r, err := d.reader()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return cause(err)
	}
	_, err = io.Copy(f, r)
	return errors.Join(cause(err), cause(f.Close()))
}

// discard removes a draft that was not given its name. It may be called repeatedly.
func (d *draft) discard() {
	if d == nil {
		return
	}
	d.file.Close()
	if d.path != "" {
		os.Remove(d.path)
	}
}

// behindLinks resolves symbolic links in a name; it returns the name itself if there is no such file.
func behindLinks(name string) string {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		return real
	}
	return name
}

// cause returns what the system says, without the file's name, since the message names the file as the user did.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// writable returns why an existing file cannot be written; nil if it can.
func writable(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return cause(err)
	}
	return cause(f.Close())
}

// makeable returns why a file cannot be made in the folder of this name; nil if it can.
func makeable(name string) error {
	d, err := newDraft(filepath.Dir(behindLinks(name)))
	d.discard()
	return err
}

// ordinary opens a file for reading whose size is known, and never blocks.
func ordinary(name string) (*os.File, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, cause(err)
	case info.IsDir():
		return nil, errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("it is not a regular file, so its size is not known in advance (copy it first: cat %s > FILE)", name)
	}
	f, err := os.Open(name)
	return f, cause(err)
}

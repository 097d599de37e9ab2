package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jdx/go-netrc"

	"imapsh/internal/conn"
)

// A netrcFile is the file of logins and passwords that ftp and curl also read.
type netrcFile struct {
	path  string
	named bool // the environment names it, so it must exist
}

// netrc returns the file that $NETRC names, or .netrc in the home directory.
func (f *flags) netrc() netrcFile {
	if path := f.environ.get("NETRC"); path != "" {
		return netrcFile{path, true}
	}
	home, err := f.home()
	if err != nil {
		return netrcFile{}
	}
	name := ".netrc"
	if runtime.GOOS == "windows" {
		name = "_netrc"
	}
	return netrcFile{filepath.Join(home, name), false}
}

// exists reports whether the file is to be read. A missing file that was named is read too, so that the error is
// shown.
func (n netrcFile) exists() bool {
	if n.path == "" || n.named {
		return n.named
	}
	_, err := os.Stat(n.path)
	return err == nil
}

// maxNetrc is how long the file may be, in bytes.
const maxNetrc = 1 << 20

// password returns the password of a target's user; "" if the file has none for this machine and login. Entries
// without a login, and "default", are not used: they do not name one user at one server.
func (n netrcFile) password(t conn.Target) (string, error) {
	f, err := os.Open(n.path)
	if errors.Is(err, fs.ErrNotExist) && !n.named {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading the passwords of netrc: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxNetrc+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("reading the passwords of netrc: %w", err)
	case len(text) > maxNetrc:
		return "", fmt.Errorf("%s is longer than %d bytes", n.path, maxNetrc)
	}
	list, err := machines(string(text))
	if err != nil {
		return "", fmt.Errorf("%s: %w", n.path, err)
	}
	for _, m := range list {
		same := strings.EqualFold(m.Name, t.Host) || t.Domain != "" && strings.EqualFold(m.Name, t.Domain)
		if login := m.Get("login"); m.IsDefault || !same || login == "" || login != t.Person() && login != t.User {
			continue
		}
		if password := m.Get("password"); password != "" {
			return password, n.private(f)
		}
	}
	return "", nil
}

// private returns an error if others can read the file.
func (n netrcFile) private(f *os.File) error {
	info, err := f.Stat()
	if err == nil && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others can read the passwords in %s (%v): chmod 600 %s", n.path, info.Mode().Perm(), n.path)
	}
	return nil
}

// machines parses the text of the file. The library panics if it ends within an entry.
func machines(text string) (list netrc.Machines, err error) {
	defer func() {
		if recover() != nil {
			list, err = nil, errors.New(`the file ends within an entry; it has lines such as: machine mail.example.net login alice password PASSWORD`)
		}
	}()
	n, err := netrc.ParseString(text)
	if err != nil {
		return nil, err
	}
	return n.Machines(), nil
}

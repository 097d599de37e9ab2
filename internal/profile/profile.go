// Package profile reads the file of profiles: settings for all servers, servers by name, and aliases. Its errors name
// the line. It does not know which settings exist.
package profile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/adrg/xdg"
)

// The tables of the file: settings for all servers, aliases, and the parent of the servers by name.
const (
	commonTable  = "imapsh"
	aliasTable   = "alias"
	profileTable = "profile"
)

// The keys of a profile that are not settings.
const (
	urlKey  = "url"
	initKey = "init"
)

// An Entry is a key with its value and its place in the file.
type Entry struct {
	Key, Value string
	Bool       bool // written as true or false; Value is "on" or "off"
	Line       int  // 1-based
}

// A Profile is a server by name, or the settings for all servers.
type Profile struct {
	Name     string // "" for all servers
	URL      Entry  // the zero Entry if the server is given elsewhere
	Settings []Entry
	Init     []Entry // lines to run at a prompt
	Line     int     // 1-based
}

// A File holds the file of profiles, in the order in which it is written.
type File struct {
	Path     string // "" if there is no file
	Common   Profile
	Profiles []*Profile
	Aliases  []Entry
}

// An Error says what is wrong with the file, and where.
type Error struct {
	Path string
	Line int // 1-based; 0 for the file as such
	Text string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Path + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Text)
}

// Path returns the path of the file: imapsh/config.toml in $XDG_CONFIG_HOME, or in the system's folder for settings.
func Path() string { return filepath.Join(xdg.ConfigHome, "imapsh", "config.toml") }

// maxSize is how long the file may be, in bytes.
const maxSize = 1 << 20

// Read reads the file at path. If it does not exist, Read returns an empty File without a Path. An error about the
// file's contents, type or permissions is an *Error.
func Read(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // never wait for the writer of a FIFO
	if errors.Is(err, fs.ErrNotExist) {
		return &File{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the profiles: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the profiles: %w", err)
	case !info.Mode().IsRegular():
		return nil, &Error{Path: path, Text: "it is not a file"}
	case info.Size() > maxSize:
		return nil, &Error{Path: path, Text: fmt.Sprintf("it is longer than %d bytes", maxSize)}
	}
	if why := writable(path, info); why != "" {
		return nil, &Error{Path: path, Text: why}
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading the profiles: %w", err)
	}
	return parse(path, text)
}

// Lookup returns the profile with exactly this name; nil if there is none.
func (f *File) Lookup(name string) *Profile {
	for _, p := range f.Profiles {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// Names returns the names of the profiles, in the order of the file.
func (f *File) Names() []string {
	var names []string
	for _, p := range f.Profiles {
		names = append(names, p.Name)
	}
	return names
}

// Fault returns an *Error about a line of the file.
func (f *File) Fault(line int, format string, args ...any) error {
	return &Error{f.Path, line, fmt.Errorf(format, args...).Error()}
}

// ValidName reports whether name can be the name of a profile or an alias.
func ValidName(name string) bool {
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case i > 0 && (c == '-' || c == '_'):
		default:
			return false
		}
	}
	return name != ""
}

// secretWords are parts of the keys under which people keep secrets.
var secretWords = []string{"pass", "pwd", "secret", "token", "credential", "bearer"}

// IsSecret reports whether a key that is not a setting looks like one for a secret.
func IsSecret(key string) bool {
	key = strings.ToLower(key)
	for _, word := range secretWords {
		if strings.Contains(key, word) {
			return true
		}
	}
	return false
}

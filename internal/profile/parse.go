package profile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// A reader reads the tables one by one.
type reader struct {
	file   *File
	parser unstable.Parser
	table  []string // the words of the current table's name
	line   int      // of its head
}

// parse parses the text of the file. The library first checks that it is valid TOML; tables and keys are then read
// through its low-level parser, which knows line numbers.
func parse(path string, text []byte) (*File, error) {
	r := reader{file: &File{Path: path}}
	var all map[string]any
	if err := toml.Unmarshal(text, &all); err != nil {
		return nil, syntax(path, err)
	}
	r.parser.Reset(text)
	for r.parser.NextExpression() {
		if err := r.expression(r.parser.Expression()); err != nil {
			return nil, err
		}
	}
	if err := r.parser.Error(); err != nil {
		return nil, syntax(path, err)
	}
	return r.file, nil
}

// syntax turns the library's error about text that is not TOML into an Error.
func syntax(path string, err error) error {
	text := strings.TrimPrefix(err.Error(), "toml: ")
	if at := (*toml.DecodeError)(nil); errors.As(err, &at) {
		line, column := at.Position()
		return &Error{path, line, fmt.Sprintf("column %d: not valid TOML: %s", column, text)}
	}
	return &Error{path, 0, "not valid TOML: " + text}
}

// expression takes the head of a table, or a key with its value.
func (r *reader) expression(e *unstable.Node) error {
	path, line := r.key(e)
	switch e.Kind {
	case unstable.Comment:
		return nil
	case unstable.Table:
		r.table, r.line = path, line
		return r.begin()
	case unstable.ArrayTable:
		return r.file.Fault(line, "[[%s]]: write a table in single brackets", strings.Join(path, "."))
	}
	return r.value(path, line, e.Value())
}

// key returns the dot-separated words of a key, unquoted, and its line.
func (r *reader) key(e *unstable.Node) (path []string, line int) {
	if e.Kind == unstable.Comment {
		return nil, 0
	}
	for words := e.Key(); words.Next(); {
		if n := words.Node(); len(path) == 0 {
			line = r.parser.Shape(n.Raw).Start.Line
			path = append(path, string(n.Data))
		} else {
			path = append(path, string(n.Data))
		}
	}
	return path, line
}

const tables = "[imapsh], [alias] or [profile.NAME]"

// begin takes the head of a table.
func (r *reader) begin() error {
	switch t := r.table; {
	case len(t) == 1 && (t[0] == commonTable || t[0] == aliasTable || t[0] == profileTable):
		if t[0] == commonTable {
			r.file.Common.Line = r.line
		}
		return nil
	case len(t) == 2 && t[0] == profileTable:
		_, err := r.profile(t[1], r.line)
		return err
	}
	return r.file.Fault(r.line, "unknown table [%s]: use %s", strings.Join(r.table, "."), tables)
}

// profile returns the named profile, which it adds if there is none.
func (r *reader) profile(name string, line int) (*Profile, error) {
	if p := r.file.Lookup(name); p != nil {
		return p, nil
	}
	if !ValidName(name) {
		return nil, r.file.Fault(line, "%q is not a valid name for a profile: use letters, digits, - and _", name)
	}
	p := &Profile{Name: name, Line: line}
	r.file.Profiles = append(r.file.Profiles, p)
	return p, nil
}

// value takes a key with its value. The key may name its table too: imapsh.timing = true.
func (r *reader) value(path []string, line int, v *unstable.Node) error {
	path = append(append([]string(nil), r.table...), path...)
	if v.Kind == unstable.InlineTable {
		switch {
		case len(path) == 1 && (path[0] == commonTable || path[0] == aliasTable), len(path) == 2 && path[0] == profileTable:
			if path[0] == profileTable {
				if _, err := r.profile(path[1], line); err != nil {
					return err
				}
			}
			return r.inline(path, v)
		}
	}
	switch key := path[len(path)-1]; {
	case len(path) == 2 && path[0] == commonTable:
		return r.ofProfile(&r.file.Common, key, line, v)
	case len(path) == 2 && path[0] == aliasTable:
		text, err := r.text("the alias "+key, line, v)
		if err == nil {
			r.file.Aliases = append(r.file.Aliases, Entry{Key: key, Value: text, Line: line})
		}
		return err
	case len(path) == 3 && path[0] == profileTable:
		p, err := r.profile(path[1], line)
		if err != nil {
			return err
		}
		return r.ofProfile(p, key, line, v)
	case len(path) == 1 && IsSecret(key):
		return r.file.Fault(line, "%s: %s", key, NoSecrets)
	}
	return r.file.Fault(line, "%s is not in a table that imapsh knows: use %s", strings.Join(path, "."), tables)
}

// NoSecrets says why a secret in the file is refused, and where it belongs.
const NoSecrets = `a secret does not belong in this file: use password-command = "CMD", "imapsh password set URL" or ~/.netrc`

// inline takes a table written as a value: { key = value, … }.
func (r *reader) inline(path []string, v *unstable.Node) error {
	before := r.table
	defer func() { r.table = before }()
	r.table = path
	for all := v.Children(); all.Next(); {
		n := all.Node()
		key, line := r.key(n)
		if err := r.value(key, line, n.Value()); err != nil {
			return err
		}
	}
	return nil
}

// ofProfile takes a key of a profile.
func (r *reader) ofProfile(p *Profile, key string, line int, v *unstable.Node) (err error) {
	e := Entry{Key: key, Line: line}
	switch key {
	case urlKey:
		if p.Name == "" {
			return r.file.Fault(line, "url: a server belongs in [profile.NAME]")
		}
		e.Value, err = r.text(key, line, v)
		p.URL = e
		return err
	case initKey:
		if v.Kind != unstable.Array {
			return r.file.Fault(line, `init must be a list of lines: init = [":hints off"]`)
		}
		for lines := v.Children(); lines.Next(); {
			n := lines.Node()
			if n.Kind == unstable.Comment {
				continue
			}
			at := line
			if n.Raw.Length > 0 {
				at = r.parser.Shape(n.Raw).Start.Line
			}
			text, err := r.text("init", at, n)
			if err != nil {
				return err
			}
			p.Init = append(p.Init, Entry{Key: initKey, Value: text, Line: at})
		}
		return nil
	}
	switch v.Kind {
	case unstable.Bool:
		if e.Bool, e.Value = true, "off"; string(v.Data) == "true" {
			e.Value = "on"
		}
	case unstable.Integer, unstable.Float:
		e.Value = string(v.Data)
	default:
		if e.Value, err = r.text(key, line, v); err != nil {
			return err
		}
	}
	p.Settings = append(p.Settings, e)
	return nil
}

// text returns the value of a key that must be one line of text.
func (r *reader) text(what string, line int, v *unstable.Node) (string, error) {
	switch {
	case v.Kind != unstable.String:
		return "", r.file.Fault(line, `%s: text in quotes is expected here`, what)
	case strings.ContainsAny(string(v.Data), "\r\n\x00"):
		return "", r.file.Fault(line, "%s must be one line: \\n in \"…\" is a line end, '…' keeps it as it is", what)
	}
	return string(v.Data), nil
}

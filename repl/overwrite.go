package repl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/tagger"
)

// openSink finds out whether a file can be written before anything is sent; replacing one asks at a
// terminal. It returns nil where the command is not to be sent.
func (s *Shell) openSink(t *task, r line.Redirection, m *command.Match) *sink {
	k := &sink{name: r.Out, appendTo: r.Append, each: strings.Contains(r.Out, "%d")}
	var there []string
	if s.beside(t, func() { there, k.err = k.look(m) }) != nil {
		s.note(m.Name + " was not sent")
		return nil
	}
	switch {
	case k.err != nil:
		s.warn(fmt.Sprintf("> %s: %v; %s was not sent", k.name, k.err, m.Name))
		s.notSent(StatusUsage)
		return nil
	case len(there) == 0, s.set.Overwrite:
		k.replace = s.set.Overwrite
		return k
	}
	files := there[0]
	if n := len(there) - 1; n > 0 {
		files = fmt.Sprintf("%s and %d more", files, n)
	}
	if !s.interactive() {
		s.warn(fmt.Sprintf("> would overwrite %s (--overwrite allows it); %s was not sent", files, m.Name))
		s.notSent(StatusUsage)
		return nil
	}
	if k.replace = s.yes(t, "Overwrite "+safe(files)+"?"); !k.replace {
		s.note(m.Name + " was not sent")
		return nil
	}
	return k
}

// look returns the files that would be replaced.
func (k *sink) look(m *command.Match) (there []string, err error) {
	if k.each {
		if folder := filepath.Dir(k.name); !strings.Contains(folder, "%d") {
			err = makeable(k.name)
		}
		if err != nil || k.appendTo {
			return nil, err
		}
		return k.numbered(tagger.NewAsked(&tagger.Command{Match: m})), nil
	}
	info, err := os.Stat(k.name)
	switch {
	case err != nil:
		return nil, makeable(k.name)
	case info.IsDir():
		return nil, errors.New("it is a directory")
	case !info.Mode().IsRegular():
		k.stream = true
		return nil, nil
	case k.appendTo:
		return nil, writable(k.name)
	}
	if err = writable(k.name); err == nil {
		err = makeable(k.name)
	}
	return []string{k.name}, err
}

// numbered returns the files that are there for messages that may be asked for.
func (k *sink) numbered(asked *tagger.Asked) (there []string) {
	escape := strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]", `\`, `\\`)
	if os.PathSeparator == '\\' {
		escape = strings.NewReplacer("[", "[[]")
	}
	files, _ := filepath.Glob(strings.ReplaceAll(escape.Replace(k.name), "%d", "*"))
	before, _, _ := strings.Cut(k.name, "%d")
	for _, f := range files {
		if len(f) <= len(before) {
			continue
		}
		digits := f[len(before):]
		digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789"))]
		n, err := strconv.ParseUint(digits, 10, 32)
		if err == nil && k.of(uint32(n)) == f && asked.Message(uint32(n), 0) {
			there = append(there, f)
		}
	}
	return there
}

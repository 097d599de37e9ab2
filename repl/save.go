package repl

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/emersion/go-message"
)

// savePart saves a part of a message decoded, in a file that was not there before.
func (s *Shell) savePart(arg string, l inputLine) {
	fetch, set, rest, ok := messageAsked(arg)
	if !ok || len(rest) == 0 {
		s.usage("usage: save [UID] N PART [FILE]")
		return
	}
	number, file := rest[0], strings.Join(rest[1:], " ")
	s.structureOf(fetch, set, "(BODYSTRUCTURE)", l, func(parts []piece) {
		var numbers []string
		for i := range parts {
			p := &parts[i]
			if p.number == number {
				s.saveTo(fetch, set, p, file, l)
				return
			}
			if p.number != "" {
				numbers = append(numbers, p.number)
			}
		}
		s.out.Warn(fmt.Sprintf("message %s has no part %s, only %s", set, safe(number), strings.Join(numbers, ", ")))
		s.notSentStatus(StatusFailed)
	})
}

func (s *Shell) saveTo(fetch, set string, p *piece, file string, l inputLine) {
	refuse := func(err error) {
		s.out.Warn(fmt.Sprintf("saving part %s: %v", p.number, err))
		s.notSentStatus(StatusFailed)
	}
	target, err := newFile(file, fileName(p, set))
	if err != nil {
		refuse(err)
		return
	}
	name := target.Name()
	// What comes is kept encoded beside it first: it may be larger than memory.
	temp, err := os.CreateTemp(filepath.Dir(name), ".imapsh-*")
	if err != nil {
		target.Close()
		os.Remove(name)
		refuse(err)
		return
	}
	drop := func() { temp.Close(); os.Remove(temp.Name()); target.Close() }
	j := s.own(fetch+set+" (BODY.PEEK["+p.number+"])", l)
	if j == nil {
		drop()
		os.Remove(name)
		return
	}
	encoded, err := os.OpenFile(temp.Name(), os.O_WRONLY, 0o600)
	if err == nil {
		j.sink = &sink{name: temp.Name(), file: encoded, files: 1, quiet: true}
	}
	k := j.sink
	j.then = func(ok bool) {
		defer drop()
		n := int64(0)
		if ok && err == nil && k.err == nil && k.values > 0 {
			n, err = decodeTo(target, p, temp)
		} else if err = errors.Join(err, errOf(k)); err == nil {
			err = errors.New("no value came")
		}
		if err != nil {
			os.Remove(name)
			if ok {
				refuse(err)
			}
			return
		}
		if k.values > 1 {
			s.out.Warn(fmt.Sprintf("%d values came where one was asked for: the file holds them all", k.values))
		}
		s.out.Note(fmt.Sprintf("%d octets saved in %s", n, safe(name)))
	}
}

func errOf(k *sink) error {
	if k == nil {
		return nil
	}
	return k.err
}

// decodeTo writes a part without its transfer encoding; its charset stays.
func decodeTo(w io.Writer, p *piece, from io.Reader) (int64, error) {
	kind := "application/octet-stream"
	if p.multipart || strings.HasPrefix(p.kind, "message/") {
		return io.Copy(w, from)
	}
	entity, err := message.New(headerOf(p, kind), from)
	if entity == nil {
		return 0, err
	}
	n, err := io.Copy(w, entity.Body)
	if err != nil {
		return n, fmt.Errorf("decoding it: %w", err)
	}
	return n, nil
}

// newFile makes the file that was asked for, else one of the name that the message gives; where a file
// is in the way of that, of the name with a number.
func newFile(asked, given string) (*os.File, error) {
	create := func(name string) (*os.File, error) {
		return os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	if asked != "" {
		return create(asked)
	}
	f, err := create(given)
	ext := filepath.Ext(given)
	for i := 1; errors.Is(err, fs.ErrExist) && i < 1000; i++ {
		f, err = create(fmt.Sprintf("%s-%d%s", strings.TrimSuffix(given, ext), i, ext))
	}
	return f, err
}

// fileName is a name without directories, leading dots or anything that acts on a terminal.
func fileName(p *piece, set string) string {
	name := p.name
	if i := strings.LastIndexAny(name, `/\:`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.ReplaceAll(safe(strings.TrimSpace(name)), `\`, "_")
	name = strings.TrimLeft(name, ".")
	if len(name) > 200 {
		ext := filepath.Ext(name)
		if len(ext) > 20 {
			ext = ""
		}
		name = strings.ToValidUTF8(name[:200-len(ext)], "") + ext
	}
	if name != "" {
		return name
	}
	name = "message-" + strings.ReplaceAll(set, "*", "last") + "-part-" + p.number
	switch {
	case p.kind == "text/html":
		return name + ".html"
	case strings.HasPrefix(p.kind, "text/"):
		return name + ".txt"
	case p.kind == "message/rfc822":
		return name + ".eml"
	}
	return name + ".bin"
}

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
func (s *Shell) savePart(t *task, c call) {
	fetch, set, rest, ok := messageAsked(c.arg)
	if !ok || len(rest) == 0 {
		s.usage("usage: save [UID] N PART [FILE]")
		return
	}
	number, file := rest[0], strings.Join(rest[1:], " ")
	parts, ok := s.structureOf(t, c, fetch, set, "(BODYSTRUCTURE)")
	if !ok {
		return
	}
	var numbers []string
	for i := range parts {
		p := &parts[i]
		if p.number == number {
			if err := s.saveTo(t, c, fetch, set, p, file); err != nil {
				s.warn(fmt.Sprintf("saving part %s: %v", p.number, err))
				s.notSent(StatusFailed)
			}
			return
		}
		if p.number != "" {
			numbers = append(numbers, p.number)
		}
	}
	s.warn(fmt.Sprintf("message %s has no part %s, only %s", set, safe(number), strings.Join(numbers, ", ")))
	s.notSent(StatusFailed)
}

// saveTo saves a part. The error is nil where the server has refused to give it, which it has said.
func (s *Shell) saveTo(t *task, c call, fetch, set string, p *piece, file string) (err error) {
	target, err := newFile(file, fileName(p, set))
	if err != nil {
		return err
	}
	name := target.Name()
	saved := false
	defer func() {
		target.Close()
		if !saved {
			os.Remove(name)
		}
	}()
	// What comes is kept encoded beside it first: it may be larger than memory.
	temp, err := os.CreateTemp(filepath.Dir(name), ".imapsh-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	encoded, err := os.OpenFile(temp.Name(), os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	k := &sink{name: temp.Name(), file: encoded, files: 1, quiet: true}
	if !s.own(t, c, fetch+set+" (BODY.PEEK["+p.number+"])", k) {
		k.close()
		return nil
	}
	switch {
	case k.err != nil:
		return k.err
	case k.values == 0:
		return errors.New("no value came")
	}
	n, err := decodeTo(target, p, temp)
	if err != nil {
		return err
	}
	saved = true
	if k.values > 1 {
		s.warn(fmt.Sprintf("%d values came where one was asked for: the file holds them all", k.values))
	}
	s.note(fmt.Sprintf("%d octets saved in %s", n, safe(name)))
	return nil
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

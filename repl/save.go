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

	"imapsh/internal/command"
	"imapsh/internal/session"
	"imapsh/internal/text"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

func misusedSave(arg command.Text, _ bool) string {
	if _, _, rest, ok := messageAsked(arg); !ok || len(rest) == 0 {
		return "usage: save [UID] N PART [FILE]"
	}
	return ""
}

// savePart saves a part of a message, decoded, in a new file.
func (s *Shell) savePart(t *task, c call) {
	fetch, set, rest, _ := messageAsked(c.arg)
	if !s.opened(c, "save") {
		return
	}
	number, file := string(rest[0]), string(joined(rest[1:]))
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

// saveTo saves a part. The file appears once it is complete. The error is nil if the server refused, since its answer
// has been shown.
func (s *Shell) saveTo(t *task, c call, fetch, set command.Text, p *piece, file string) error {
	given := fileName(p, string(set))
	target := file
	if target == "" {
		target = given
	} else if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("%s already exists", safe(file))
	}
	decoded, err := newDraft(filepath.Dir(target))
	if err != nil {
		return err
	}
	defer decoded.discard()
	k := &sink{name: target, kept: true}
	defer k.drop()
	line := fetch + set + " (" + p.section() + ")"
	if !s.do(t, c.on, session.Request{Line: tagger.Line{Text: line, Raw: true}, At: c.line.at, Hears: []trace.Listener{k}, Saves: safe(target)}) {
		return nil
	}
	switch {
	case k.err != nil:
		return k.err
	case k.values == 0:
		return errors.New("the server sent no data")
	}
	encoded, err := k.draft.reader()
	if err != nil {
		return err
	}
	if err := s.decodeTo(t, decoded, p, encoded); err != nil {
		return err
	}
	name, err := placeNew(decoded, file, given)
	if err != nil {
		return err
	}
	if k.others > 0 {
		s.warn(fmt.Sprintf("%s not saved: not requested", text.Plural(k.others, "value")))
	}
	s.note(text.Plural(int(decoded.size), "byte") + " saved in " + safe(name))
	return nil
}

// decodeTo writes a part without its transfer encoding, in its own charset. Between blocks it yields to other tasks,
// and Ctrl-C ends it.
func (s *Shell) decodeTo(t *task, to io.Writer, p *piece, from io.Reader) error {
	if !p.multipart && !strings.HasPrefix(p.kind, "message/") {
		entity, err := message.New(headerOf(p, "application/octet-stream"), from)
		if entity == nil {
			return err
		}
		from = entity.Body
	}
	for {
		switch _, err := io.CopyN(to, from, 1<<20); {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("decoding it: %w", err)
		}
		t.Yield()
		if err := s.until(t, func() bool { return true }); err != nil {
			return err
		}
	}
}

// placeNew gives a draft the name that was asked for or, if asked is "", the given one, with a number if that exists.
func placeNew(d *draft, asked, given string) (name string, err error) {
	if asked != "" {
		return asked, d.place(asked, false)
	}
	name, ext := given, filepath.Ext(given)
	for i := 1; i < 1000; i++ {
		if _, err = os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, d.place(name, false)
		}
		name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(given, ext), i, ext)
	}
	return "", fmt.Errorf("%s already exists, and so do 999 numbered names", safe(given))
}

// reserved are names of devices on Windows, whatever their extension.
var reserved = func() map[string]bool {
	names := map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true, "CONIN$": true, "CONOUT$": true, "CLOCK$": true}
	for _, n := range strings.Split("0 1 2 3 4 5 6 7 8 9 ¹ ² ³", " ") {
		names["COM"+n], names["LPT"+n] = true, true
	}
	return names
}()

// fileName returns a name without directories and without anything that is special to a terminal, a shell or an
// operating system: leading dots and dashes, trailing dots and spaces, wildcards, names of devices. It makes a name
// if the part has none.
func fileName(p *piece, set string) string {
	name := p.name
	if i := strings.LastIndexAny(name, `/\:`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.ReplaceAll(safe(strings.TrimSpace(name)), `\`, "_")
	name = strings.TrimLeft(name, ". ")
	if strings.HasPrefix(name, "-") || strings.HasPrefix(name, "~") {
		name = "_" + name[1:]
	}
	if len(name) > 200 {
		ext := filepath.Ext(name)
		if len(ext) > 20 {
			ext = ""
		}
		name = strings.ToValidUTF8(name[:200-len(ext)], "") + ext
	}
	name = strings.TrimRight(name, ". ")
	if device, _, _ := strings.Cut(name, "."); reserved[strings.ToUpper(strings.TrimRight(device, " "))] {
		name = "_" + name
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

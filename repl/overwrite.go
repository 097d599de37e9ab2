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
	"imapsh/internal/session"
	"imapsh/tagger"
)

// openSink checks that a file can be written, before anything is sent. At a terminal it asks before replacing a file.
// It returns nil if the command must not be sent.
func (s *Shell) openSink(t *task, ss *session.Session, r line.Redirection, m *command.Match) *sink {
	if strings.Contains(r.Out, byMailbox) {
		box := "mailbox"
		if b := ss.State().Mailbox; b != nil {
			box = mailboxPart(b.Name)
		}
		r.Out = strings.ReplaceAll(r.Out, byMailbox, box)
	}
	if strings.Contains(filepath.Dir(r.Out), byUID) {
		s.warn("> " + r.Out + ": %u can only be in the last part of the name; " + m.Name + " was not sent")
		s.notSent(StatusUsage)
		return nil
	}
	if strings.Contains(r.Out, byUID) && !m.ByUID() && !asksUID(m) {
		s.warn("> " + r.Out + ": %u needs the UID: use UID FETCH, or add UID to the items; " + m.Name + " was not sent")
		s.notSent(StatusUsage)
		return nil
	}
	if namesEach(r.Out) && namesSaved(m) && ss.State().Saved == nil {
		s.warn("> " + r.Out + ": it is not known which messages $ means; search with RETURN (SAVE ALL) first; " + m.Name + " was not sent")
		s.notSent(StatusUsage)
		return nil
	}
	k := &sink{name: r.Out, appendTo: r.Append, each: namesEach(r.Out), none: true}
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
		if folder := filepath.Dir(k.name); !strings.Contains(folder, byNumber) {
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

// numbered returns the existing files that the messages asked for could replace.
func (k *sink) numbered(asked *tagger.Asked) (there []string) {
	escape := strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]", `\`, `\\`)
	if os.PathSeparator == '\\' {
		escape = strings.NewReplacer("[", "[[]")
	}
	files, _ := filepath.Glob(strings.ReplaceAll(escape.Replace(k.name), numberMark(k.name), "*"))
	before, _, _ := strings.Cut(k.name, numberMark(k.name))
	for _, f := range files {
		if len(f) <= len(before) {
			continue
		}
		digits := f[len(before):]
		digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789"))]
		n, err := strconv.ParseUint(digits, 10, 32)
		seq, uid := uint32(n), uint32(0)
		if numberMark(k.name) == byUID {
			seq, uid = 0, seq
		}
		if err == nil && nameFor(k.name, seq, uid) == f && asked.Message(seq, uid) {
			there = append(there, f)
		}
	}
	return there
}

// namesSaved reports whether a FETCH is for the saved search result.
func namesSaved(m *command.Match) bool {
	args := m.Args()
	return len(args) > 0 && args[0].Text == "$"
}

// asksUID reports whether a FETCH asks for the UID.
func asksUID(m *command.Match) bool {
	for _, w := range m.Words {
		if strings.EqualFold(strings.Trim(w.Text, "()"), "UID") {
			return true
		}
	}
	return false
}

package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/help"
)

// markerWidth is the columns of the mark that a note begins with.
const markerWidth = len("-- ")

// showHelp shows help on a topic, as notes; where there is colour, plain, with what
// is not to be had here and now dim.
func (s *Shell) showHelp(_ *task, c call) {
	if of := s.aliasOf(string(c.arg)); of != "" {
		s.note(fmt.Sprintf("%s is an alias of: %s", safe(string(c.arg)), safe(of)))
		first, _, _ := strings.Cut(of, " ")
		c.arg = command.Text(strings.TrimPrefix(first, ":"))
	}
	var v *command.View
	if c.on != nil && c.on.Connected() {
		v = c.on.View()
	}
	about := func(width int, faint func(string) string) string {
		return help.Topic(string(c.arg), help.Options{Shell: HelpRows(), View: v, Width: width, Faint: faint})
	}
	if !s.interactive() || !s.set.Render.Color || s.aside != nil {
		s.paragraph(about(s.noteWidth(), nil))
		return
	}
	var b strings.Builder
	for line := range strings.SplitSeq(about(s.noteWidth(), dim), "\n") {
		b.WriteString(dim("-- ") + line + "\n")
	}
	s.screen.Flush()
	s.opt.Terminal.Write([]byte(b.String()))
	if s.log != nil {
		for line := range strings.SplitSeq(about(80-markerWidth, nil), "\n") {
			s.log.Note(line)
		}
	}
}

func dim(text string) string { return "\x1b[2m" + text + "\x1b[0m" }

// noteWidth is the columns that a note has after its mark.
func (s *Shell) noteWidth() int {
	if width := s.set.Render.Width; width != nil && s.set.Render.Terminal && width() > 0 {
		return width() - markerWidth
	}
	return 80 - markerWidth
}

// sayCaps says of each capability what it is.
func (s *Shell) sayCaps(_ *task, c call) {
	var caps []string
	if c.on != nil {
		caps = c.on.State().Caps
	}
	if caps == nil {
		s.note("capabilities not known yet; CAPABILITY asks for them")
		return
	}
	s.paragraph(help.Capabilities(caps, s.noteWidth()))
}

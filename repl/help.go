package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/help"
)

// markerWidth is the number of columns of the mark that a note begins with.
const markerWidth = len("-- ")

// showHelp shows help on a topic.
func (s *Shell) showHelp(_ *task, c call) {
	topic := string(c.arg)
	if of := s.aliasOf(topic); of != "" {
		s.note(fmt.Sprintf("%s is an alias of: %s", safe(topic), safe(of)))
		first, _, _ := strings.Cut(of, " ")
		topic = strings.TrimPrefix(first, ":")
	}
	var v *command.View
	if c.on != nil && c.on.Connected() {
		v = c.on.View()
	}
	about := func(width int, faint func(string) string) string {
		return help.Topic(topic, help.Options{Shell: HelpRows(), View: v, Width: width, Faint: faint})
	}
	s.showAtLength(about)
}

// showAtLength shows a text as notes. With colour, it is shown plain, and what is not available is dim. At a
// terminal, a text that is longer than the screen goes through the pager.
func (s *Shell) showAtLength(about func(width int, faint func(string) string) string) {
	if !s.interactive() || s.aside != nil {
		s.paragraph(about(s.noteWidth(), nil))
		return
	}
	mark, faint := "-- ", (func(string) string)(nil)
	if s.set.Render.Color {
		mark, faint = dim(mark), dim
	}
	text := mark + strings.ReplaceAll(about(s.noteWidth(), faint), "\n", "\n"+mark) + "\n"
	s.screen.Flush()
	if _, rows := s.opt.Terminal.Size(); strings.Count(text, "\n") >= rows {
		s.page(text)
	} else {
		s.opt.Terminal.Write([]byte(text))
	}
	if s.log != nil {
		for line := range strings.SplitSeq(about(80-markerWidth, nil), "\n") {
			s.log.Note(line)
		}
	}
}

func dim(text string) string { return "\x1b[2m" + text + "\x1b[0m" }

// noteWidth returns the number of columns that a note has after its mark.
func (s *Shell) noteWidth() int {
	if width := s.set.Render.Width; width != nil && s.set.Render.Terminal && width() > 0 {
		return width() - markerWidth
	}
	return 80 - markerWidth
}

// sayCaps explains each capability of the server.
func (s *Shell) sayCaps(_ *task, c call) {
	var caps []string
	if c.on != nil {
		caps = c.on.State().Caps
	}
	if caps == nil {
		s.note("capabilities not known yet; CAPABILITY asks for them")
		return
	}
	s.showAtLength(func(width int, _ func(string) string) string { return help.Capabilities(caps, width) })
}

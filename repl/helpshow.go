package repl

import (
	"strings"

	"imapsh/internal/command"
)

// showHelp shows help on a topic, as notes; where there is colour, plain, with what
// is not to be had here and now dim.
func (s *Shell) showHelp(topic string) {
	var v *command.View
	if s.conn != nil {
		v = s.tag.View()
	}
	const marker = "-- "
	width := 80 - len(marker)
	if !s.interactive() || !s.out.Options().Color {
		if s.interactive() {
			cols, _ := s.opt.Terminal.Size()
			width = cols - len(marker)
		}
		s.lines(HelpFor(topic, v, width, nil))
		return
	}
	cols, _ := s.opt.Terminal.Size()
	var b strings.Builder
	for line := range strings.SplitSeq(HelpFor(topic, v, cols-len(marker), dim), "\n") {
		b.WriteString(dim(marker) + line + "\n")
	}
	s.out.Flush()
	s.opt.Terminal.Write([]byte(b.String()))
	if s.out.log != nil {
		for line := range strings.SplitSeq(HelpFor(topic, v, width, nil), "\n") {
			s.out.log.Note(line)
		}
	}
}

func dim(text string) string { return "\x1b[2m" + text + "\x1b[0m" }

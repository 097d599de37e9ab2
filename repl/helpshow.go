package repl

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/help"
)

// HelpRows are what help says about the shell's own commands.
func HelpRows() []help.Row {
	var rows []help.Row
	for _, c := range shellTable {
		r := help.Row{Name: c.name, Args: c.args, Help: c.help}
		for alias, name := range aliases {
			if name == c.name {
				r.Aliases = append(r.Aliases, alias)
			}
		}
		rows = append(rows, r)
	}
	return rows
}

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
		s.lines(help.Topic(topic, help.Options{Shell: HelpRows(), View: v, Width: width}))
		return
	}
	cols, _ := s.opt.Terminal.Size()
	var b strings.Builder
	for line := range strings.SplitSeq(help.Topic(topic, help.Options{Shell: HelpRows(), View: v, Width: cols - len(marker), Faint: dim}), "\n") {
		b.WriteString(dim(marker) + line + "\n")
	}
	s.out.Flush()
	s.opt.Terminal.Write([]byte(b.String()))
	if s.out.log != nil {
		for line := range strings.SplitSeq(help.Topic(topic, help.Options{Shell: HelpRows(), View: v, Width: width}), "\n") {
			s.out.log.Note(line)
		}
	}
}

func dim(text string) string { return "\x1b[2m" + text + "\x1b[0m" }

package repl

import (
	"strings"

	"imapsh/internal/command"
)

// groupTitles are what the groups of capabilities are headed by.
var groupTitles = [command.CapabilityGroups]string{"Protocol", "Authentication", "Extensions", "Unknown to imapsh"}

// sayCaps says of each capability what it is.
func (s *Shell) sayCaps(string, inputLine) {
	caps := s.tag.Session().Caps
	if caps == nil {
		s.out.Note("the server has not told its capabilities here: CAPABILITY asks")
		return
	}
	s.lines(capabilityPage(caps, s.noteWidth()))
}

// noteWidth is the columns that a note has behind its marker.
func (s *Shell) noteWidth() int {
	const marker = 3
	if width := s.out.Options().Width; width != nil && s.out.Options().Terminal && width() > 0 {
		return width() - marker
	}
	return 80 - marker
}

// capabilityPage lists capabilities by group, each with its meaning and its RFC.
func capabilityPage(caps []string, width int) string {
	p := page{width: max(width, 20)}
	var groups [command.CapabilityGroups][][2]string
	for _, c := range caps {
		row := [2]string{safe(c)}
		if known := command.LookupCapability(c); known != nil {
			row[1] = known.Help + " (" + known.RFC + ")"
		}
		g := command.GroupOf(c)
		groups[g] = append(groups[g], row)
	}
	for g, rows := range groups {
		if len(rows) == 0 {
			continue
		}
		p.line(groupTitles[g])
		if command.CapabilityGroup(g) == command.GroupUnknown {
			var names []string
			for _, r := range rows {
				names = append(names, r[0])
			}
			p.flow("  ", names)
			continue
		}
		p.table(rows)
	}
	return strings.TrimRight(p.String(), "\n")
}

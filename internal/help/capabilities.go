package help

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/wire"
)

// groupTitles are the headings of the groups of capabilities.
var groupTitles = [command.CapabilityGroups]string{"Protocol", "Authentication", "Extensions", "Unknown to imapsh"}

// Capabilities lists capabilities by group, each with its meaning and its RFC, in lines of width columns, but at
// least 20. The result is escaped and has no line end after its last line.
func Capabilities(caps []string, width int) string {
	p := page{width: max(width, 20)}
	var groups [command.CapabilityGroups][][2]string
	for _, c := range caps {
		row := [2]string{wire.EscapeString(c)}
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

package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
)

// groups are the states that Help lists commands by.
var groups = []struct {
	title string
	in    func(command.State) bool
}{
	{"in any state", func(s command.State) bool { return s&command.AnyState == command.AnyState }},
	{"before login", func(s command.State) bool { return s&command.NotAuthenticated != 0 }},
	{"after login", func(s command.State) bool { return s&command.Authenticated != 0 }},
	{"in a selected mailbox", func(s command.State) bool { return s&command.Selected != 0 }},
}

// Help is the list of commands, or what is known of one: lines for people.
func Help(topic string) string {
	if topic = strings.TrimSpace(topic); topic == "" {
		return overview()
	}
	if c := command.Lookup(strings.ToUpper(topic)); c != nil {
		return page(c)
	}
	name := strings.ToLower(strings.TrimPrefix(topic, ":"))
	if a, ok := aliases[name]; ok {
		name = a
	}
	for _, c := range shellTable {
		if c.name == name {
			return strings.TrimRight(":"+c.name+" "+c.args, " ") + "\n  " + c.help
		}
	}
	if near, ok := command.Near(topic); ok {
		return fmt.Sprintf("no help on %s; did you mean help %s?", safe(topic), strings.ToLower(near))
	}
	return fmt.Sprintf("no help on %s; help lists the commands", safe(topic))
}

func overview() string {
	var b strings.Builder
	shown := map[string]bool{}
	for _, g := range groups {
		fmt.Fprintf(&b, "commands %s:\n", g.title)
		row := "  "
		for _, c := range command.Commands() {
			if shown[c.Name] || !g.in(c.States) {
				continue
			}
			shown[c.Name] = true
			if len(row)+len(c.Name) > 74 {
				b.WriteString(row + "\n")
				row = "  "
			}
			row += c.Name + "  "
		}
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	b.WriteString("the shell's own:\n")
	for _, c := range shellTable {
		fmt.Fprintf(&b, "  %-28s %s\n", ":"+c.name+" "+c.args, c.help)
	}
	b.WriteString("help COMMAND tells more; any other word is sent as it is\n")
	return b.String()
}

func page(c *command.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s\n  %s (%s)\n", c.Synopsis(), c.Summary, c.Help, c.RFC)
	if len(c.Caps) > 0 {
		fmt.Fprintf(&b, "  needs the capability %s\n", strings.Join(c.Caps, " or "))
	}
	for _, e := range c.Examples {
		b.WriteString("  example: " + e + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

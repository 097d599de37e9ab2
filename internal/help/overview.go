package help

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/text"
)

// groups are the states that the overview lists the commands of the base protocol by.
var groups = []struct {
	title string
	in    func(command.State) bool
}{
	{"in any state", func(s command.State) bool { return s&command.AnyState == command.AnyState }},
	{"before login", func(s command.State) bool { return s&command.NotAuthenticated != 0 }},
	{"after login", func(s command.State) bool { return s&command.Authenticated != 0 }},
	{"in a selected mailbox", func(s command.State) bool { return s&command.Selected != 0 }},
}

// overview lists the commands: those of the base protocol by state, the others by
// the capability that brings them, then the shell's own and other topics.
func (p *page) overview() {
	missing := false
	name := func(c *command.Command) string {
		if p.view.State != 0 && c.States&p.view.State == 0 || !p.view.Offers(c.Caps...) {
			missing = true
			return p.absent(c.Name)
		}
		return c.Name
	}
	shown := map[string]bool{}
	for _, g := range groups {
		p.line("commands " + g.title + ":")
		var names []string
		for i := range command.Commands() {
			if c := &command.Commands()[i]; isBase(c) && !shown[c.Name] && g.in(c.States) {
				shown[c.Name] = true
				names = append(names, name(c))
			}
		}
		p.flow("  ", names)
	}
	p.line("commands of extensions:")
	var order []string
	by := map[string][]string{}
	for i := range command.Commands() {
		c := &command.Commands()[i]
		if isBase(c) {
			continue
		}
		ext, _, _ := strings.Cut(c.Caps[0], "=")
		if by[ext] == nil {
			order = append(order, ext)
		}
		by[ext] = append(by[ext], name(c))
	}
	for _, ext := range order {
		p.text("  "+ext+strings.Repeat(" ", max(1, 20-len(ext))), strings.Join(by[ext], "  "), strings.Repeat(" ", 22))
	}
	if missing && p.faint == nil {
		p.line("in parentheses: not allowed in this state, or not offered by this server")
	}
	p.line("the shell's own:")
	for _, r := range p.shell {
		head := "  :" + r.Name + " " + r.Args
		p.text(head+strings.Repeat(" ", max(1, 31-text.Width(head))), r.Help, strings.Repeat(" ", 31))
	}
	var topics []string
	for _, c := range command.Concepts() {
		topics = append(topics, c.Name)
	}
	p.text("", "other topics: "+strings.Join(topics, ", ")+`; any data item, search key, flag (\Seen), response code (APPENDUID), capability (CONDSTORE)`, "  ")
	p.text("", "help COMMAND tells more; any other word is sent as it is", "  ")
}

// isBase reports whether a command is of the base protocol.
func isBase(c *command.Command) bool {
	return strings.HasPrefix(c.RFC, "RFC 9051 §6.") || strings.HasPrefix(c.RFC, "RFC 3501 §6.")
}

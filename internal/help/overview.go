package help

import (
	"strings"

	"imapsh/internal/command"
)

// groups are the states by which the overview lists the commands of the base protocol.
var groups = []struct {
	title string
	in    func(command.State) bool
}{
	{"in any state", func(s command.State) bool { return s&command.AnyState == command.AnyState }},
	{"before login", func(s command.State) bool { return s&command.NotAuthenticated != 0 }},
	{"after login", func(s command.State) bool { return s&command.Authenticated != 0 }},
	{"in a selected mailbox", func(s command.State) bool { return s&command.Selected != 0 }},
}

// pages are the lists that the overview refers to. Their names are not commands, terms or concepts.
var pages = []struct {
	name, about string
	write       func(*page)
}{
	{"commands", "all commands, including those of extensions", (*page).allCommands},
	{"shell", "shell commands and settings, with a line on each", (*page).allOfShell},
	{"topics", "other topics: tags, literals, flags, passwords, …", (*page).allTopics},
}

// Pages returns the names of help's lists, each with what it is about.
func Pages() [][2]string {
	var out [][2]string
	for _, l := range pages {
		out = append(out, [2]string{l.name, l.about})
	}
	return out
}

// list writes the list of that name.
func (p *page) list(topic string) {
	for _, l := range pages {
		if strings.EqualFold(l.name, topic) {
			l.write(p)
		}
	}
}

// overview writes a page that fits the rows of a terminal: the commands of the base protocol by state, the names of
// the shell commands, and where to read on.
func (p *page) overview() {
	p.base()
	p.line("shell commands:")
	var names []string
	for _, r := range p.shell {
		if !r.Setting {
			names = append(names, ":"+r.Name)
		}
	}
	p.flow("  ", names)
	p.text("", "help COMMAND explains a command and its arguments", "  ")
	for _, l := range pages {
		head := "help " + l.name
		p.text(head+strings.Repeat(" ", max(1, 15-len(head))), l.about, strings.Repeat(" ", 15))
	}
	p.absence()
}

// name returns a command's name, marked if it is not available here and now.
func (p *page) name(c *command.Command) string {
	if p.view.State != 0 && c.States&p.view.State == 0 || !p.view.Offers(c.Caps...) {
		p.missing = true
		return p.absent(c.Name)
	}
	return c.Name
}

// absence says what the marks mean.
func (p *page) absence() {
	if p.missing && p.faint == nil {
		p.text("", "in parentheses: not allowed in this state, or not available on this server", "  ")
	}
}

// base lists the commands of the base protocol by state.
func (p *page) base() {
	shown := map[string]bool{}
	for _, g := range groups {
		p.line("commands " + g.title + ":")
		var names []string
		for i := range command.Commands() {
			if c := &command.Commands()[i]; isBase(c) && !shown[c.Name] && g.in(c.States) {
				shown[c.Name] = true
				names = append(names, p.name(c))
			}
		}
		p.flow("  ", names)
	}
}

// allCommands lists the commands of the base protocol by state, and the others by the capability that adds them.
func (p *page) allCommands() {
	p.base()
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
		by[ext] = append(by[ext], p.name(c))
	}
	for _, ext := range order {
		p.text("  "+ext+strings.Repeat(" ", max(1, 20-len(ext))), strings.Join(by[ext], "  "), strings.Repeat(" ", 22))
	}
	p.absence()
}

// allOfShell lists the shell commands, then the settings.
func (p *page) allOfShell() {
	for _, settings := range []bool{false, true} {
		if settings {
			p.line("settings:")
		} else {
			p.line("shell commands:")
		}
		var rows [][2]string
		for _, r := range p.shell {
			if r.Setting == settings {
				rows = append(rows, [2]string{":" + strings.TrimRight(r.Name+" "+strings.ReplaceAll(r.Args, "|", " | "), " "), r.Help})
			}
		}
		p.table(rows)
	}
}

// allTopics lists the concepts, and says what other topics there are.
func (p *page) allTopics() {
	var rows [][2]string
	for _, c := range command.Concepts() {
		rows = append(rows, [2]string{c.Name, c.Title})
	}
	p.table(rows)
	p.text("", `and every data item (BODY[]), search key (SINCE), flag (\Seen), response code (APPENDUID) and capability (CONDSTORE)`, "  ")
}

// isBase reports whether a command belongs to the base protocol.
func isBase(c *command.Command) bool {
	return strings.HasPrefix(c.RFC, "RFC 9051 §6.") || strings.HasPrefix(c.RFC, "RFC 3501 §6.")
}

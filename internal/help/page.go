package help

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/text"
)

// A page is help being written: lines of a width.
type page struct {
	strings.Builder
	shell []Row
	view  *command.View
	width int
	faint func(string) string // nil: parentheses
	// missing: something is marked.
	missing bool
}

// hanging is what the lines after the first of a synopsis begin with.
const hanging = "    "

func (p *page) line(s string) {
	p.WriteString(s)
	p.WriteByte('\n')
}

// gap separates what has one name.
func (p *page) gap() {
	if p.Len() > 0 {
		p.WriteByte('\n')
	}
}

func (p *page) heading(s string) { p.line("  " + s) }

// text wraps s at spaces: first begins its first line, next all others.
func (p *page) text(first, s, next string) {
	for i, line := range text.WrapWords(s, p.width-text.Width(first), p.width-text.Width(next)) {
		if i == 0 {
			p.line(first + line)
		} else {
			p.line(next + line)
		}
	}
}

// paragraphs wraps each; one that begins with a space is kept as it is if it fits, and else what is in its
// second column is below the first.
func (p *page) paragraphs(indent string, list []string) {
	for _, s := range list {
		if s[0] == ' ' {
			one := indent + s
			head, says, two := strings.Cut(s[1:], "  ")
			switch {
			case text.Width(one) <= p.width:
				p.line(one)
			case two && head != "":
				p.text(indent+" ", head, indent+"    ")
				p.text(indent+"    ", strings.TrimLeft(says, " "), indent+"    ")
			default:
				p.text(indent+" ", s, indent+"    ")
			}
			continue
		}
		p.text(indent, s, indent)
	}
}

// rows are words with a sentence each, in two columns; a word that is wide has a line of its own.
func (p *page) rows(title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	p.heading(title)
	p.table(rows)
}

// table is rows without a title.
func (p *page) table(rows [][2]string) {
	const most = 24
	wide := 0
	for _, r := range rows {
		if n := text.Width(r[0]); n <= most {
			wide = max(wide, n)
		}
	}
	indent := strings.Repeat(" ", 4+wide+2)
	if len(indent) > p.width/2 {
		indent = strings.Repeat(" ", 8)
	}
	for _, r := range rows {
		n := text.Width(r[0])
		if 4+n+2 > len(indent) {
			p.text("    ", r[0], "        ")
			p.text(indent, r[1], indent)
			continue
		}
		p.text("    "+r[0]+strings.Repeat(" ", len(indent)-4-n), r[1], indent)
	}
}

// see names other topics.
func (p *page) see(topics []string) {
	if len(topics) > 0 {
		p.text("  ", "see also: "+strings.Join(topics, ", "), hanging)
	}
}

// flow writes names one after another instead of in columns.
func (p *page) flow(indent string, names []string) {
	line := indent
	for _, n := range names {
		if text.Width(line)+text.Width(n) > p.width && line != indent {
			p.line(strings.TrimRight(line, " "))
			line = indent
		}
		line += n + "  "
	}
	p.line(strings.TrimRight(line, " "))
}

// absent marks a name that is not available here and now.
func (p *page) absent(name string) string {
	if p.faint != nil {
		return p.faint(name)
	}
	return "(" + name + ")"
}

package help

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/text"
)

// A page is help being written, in lines of at most width columns.
type page struct {
	strings.Builder
	shell []Row
	view  *command.View
	width int
	faint func(string) string // nil means parentheses
	// missing is set once a name has been marked as not available.
	missing bool
}

// hanging indents the lines after the first of a synopsis.
const hanging = "    "

func (p *page) line(s string) {
	p.WriteString(s)
	p.WriteByte('\n')
}

// gap separates the pages of several things with the same name.
func (p *page) gap() {
	if p.Len() > 0 {
		p.WriteByte('\n')
	}
}

func (p *page) heading(s string) { p.line("  " + s) }

// text wraps s at spaces; first begins the first line, next all others.
func (p *page) text(first, s, next string) {
	for i, line := range text.WrapWords(s, p.width-text.Width(first), p.width-text.Width(next)) {
		if i == 0 {
			p.line(first + line)
		} else {
			p.line(next + line)
		}
	}
}

// paragraphs wraps each paragraph. One that begins with a space has two columns: it is kept as it is if it fits;
// otherwise the second column is written below the first.
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

// rows writes words with a sentence each, in two columns, below a title. A wide word has a line of its own.
func (p *page) rows(title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	p.heading(title)
	p.table(rows)
}

// table is like rows, without a title.
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

// see names related topics.
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

// absent marks a name that is not available in this session.
func (p *page) absent(name string) string {
	if p.faint != nil {
		return p.faint(name)
	}
	return "(" + name + ")"
}

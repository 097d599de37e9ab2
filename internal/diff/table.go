package diff

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// A Table writes the differences for people, with the values of each side in two columns.
type Table struct {
	Out         io.Writer
	Width       func() int // returns the columns of the terminal; nil for no wrapping
	Colour      bool
	Left, Right Side
	// Brief leaves out all but the last line, which then names the users.
	Brief bool
	// Before, if not nil, is called before each write.
	Before func()

	begun   bool
	section string
}

const (
	roomy   = 60 // the columns from which on the label and both values are in one row
	between = 2  // spaces between the columns of the table
	indent  = 2
	unbound = 100 // the columns of a row with short values if there is no terminal
)

// columns returns how many columns the terminal has; 0 for no wrapping.
func (t *Table) columns() int {
	if t.Width == nil {
		return 0
	}
	return max(t.Width(), 20)
}

// paint colours a text if the table is coloured.
func (t *Table) paint(s string, attributes ...color.Attribute) string {
	if !t.Colour || s == "" {
		return s
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(s)
}

func (t *Table) write(s string) error {
	if t.Before != nil {
		t.Before()
	}
	_, err := io.WriteString(t.Out, s)
	return err
}

// safe returns a text, which may come from a server, on one line and harmless to a terminal.
func safe(s string) string { return wire.EscapeString(s) }

// shown returns a value for people, escaped.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case bool:
		return "yes"
	case uint64:
		return string(text.AppendCount(nil, int64(min(v, 1<<62))))
	case []string:
		if len(v) == 0 {
			return "none"
		}
		return safe(strings.Join(v, " "))
	case string:
		return safe(v)
	case fmt.Stringer:
		return safe(v.String())
	}
	return ""
}

// Difference writes a row, below a heading for its part.
func (t *Table) Difference(d *Difference) error {
	if t.Brief {
		return nil
	}
	var b strings.Builder
	t.head(&b)
	section, label := d.Part.Name, safe(d.Mailbox)
	if d.Part.Name == "messages" {
		section, label = "messages of "+label, ""
	}
	if section != t.section {
		t.section = section
		t.heading(&b, section)
	}
	for _, word := range []string{safe(d.Item), d.What} {
		if word != "" {
			label = strings.TrimPrefix(label+"  "+word, "  ")
		}
	}
	t.row(&b, label, d)
	return t.write(b.String())
}

// head writes, the first time, which side is which.
func (t *Table) head(b *strings.Builder) {
	if t.begun {
		return
	}
	t.begun = true
	for _, row := range [][2]string{{"left   ", t.Left.String()}, {"right  ", t.Right.String()}} {
		for i, line := range text.Chop(safe(row[1]), t.columns()-len(row[0])) {
			if i > 0 {
				row[0] = strings.Repeat(" ", len(row[0]))
			}
			b.WriteString(row[0] + line + "\n")
		}
	}
}

// widths returns how many columns a label and a value take.
func (t *Table) widths() (label, value int) {
	cols := t.columns()
	switch {
	case cols == 0:
		cols = unbound
	case cols < roomy:
		return cols - indent, (cols - 2*indent - between) / 2
	}
	value = (cols - indent) * 3 / 10
	return cols - indent - 2*(value+between), value
}

func (t *Table) heading(b *strings.Builder, section string) {
	label, value := t.widths()
	if cols := t.columns(); cols > 0 && cols < roomy {
		for _, line := range text.Wrap(section, cols) {
			b.WriteString(t.paint(line, color.Bold) + "\n")
		}
		return
	}
	lines := []string{section}
	if t.columns() > 0 {
		lines = text.Wrap(section, label+indent)
	}
	for i, line := range lines {
		if i < len(lines)-1 {
			b.WriteString(t.paint(line, color.Bold) + "\n")
			continue
		}
		b.WriteString(t.paint(text.Pad(line, label+indent), color.Bold) + strings.Repeat(" ", between) +
			t.paint(text.Pad("left", value), color.Faint) + strings.Repeat(" ", between) + t.paint("right", color.Faint) + "\n")
	}
}

// row writes one difference. A cell that is too long continues below, in its column.
func (t *Table) row(b *strings.Builder, label string, d *Difference) {
	wide, value := t.widths()
	cols := t.columns()
	cells := [3][]string{{label}, {shown(d.Left)}, {shown(d.Right)}}
	margin := strings.Repeat(" ", indent)
	if cols > 0 {
		cells[0] = chop(cells[0][0], wide)
		cells[1], cells[2] = text.Wrap(cells[1][0], value), text.Wrap(cells[2][0], value)
		if cols < roomy {
			for _, line := range cells[0] {
				b.WriteString(margin + line + "\n")
			}
			cells[0], wide, margin = nil, 0, margin+margin
		}
	}
	colours := [3]func(string) string{
		func(s string) string { return s },
		func(s string) string { return t.side(s, d.Left, color.FgRed) },
		func(s string) string { return t.side(s, d.Right, color.FgGreen) },
	}
	for i := range max(len(cells[0]), len(cells[1]), len(cells[2])) {
		line, pad := margin, 0
		for n, width := range [3]int{wide, value, 0} {
			if n == 0 && width == 0 {
				continue
			}
			cell := ""
			if i < len(cells[n]) {
				cell = cells[n][i]
			}
			if cell != "" {
				line += strings.Repeat(" ", pad) + colours[n](cell)
				pad = 0
			}
			pad += max(0, width-text.Width(cell)) + between
		}
		b.WriteString(line + "\n")
	}
}

// chop breaks a label between words if that wastes little of a line, otherwise anywhere.
func chop(s string, cols int) (lines []string) {
	for text.Width(s) > cols {
		n := text.SoftFit([]byte(s), cols)
		if n <= 0 {
			break
		}
		lines = append(lines, strings.TrimRight(s[:n], " "))
		s = strings.TrimLeft(s[n:], " ")
	}
	return append(lines, s)
}

// side colours a value; a missing one is faint.
func (t *Table) side(s string, value any, colour color.Attribute) string {
	if value == nil {
		return t.paint(s, color.Faint)
	}
	return t.paint(s, colour)
}

// End writes the gaps and the summary.
func (t *Table) End(r *Result) error {
	var b strings.Builder
	if !t.Brief {
		t.gaps(&b, r)
		if t.begun || len(r.Gaps) > 0 {
			b.WriteString("\n")
		}
	}
	says, colour := safe(r.Summary()), color.FgGreen
	switch {
	case !r.Complete():
		colour = color.FgYellow
	case r.Differences() > 0:
		colour = color.FgRed
	}
	if t.Brief {
		says = safe(t.who()) + "  " + says
	}
	for _, line := range text.Wrap(says, t.columns()) {
		b.WriteString(t.paint(line, colour) + "\n")
	}
	return t.write(b.String())
}

// who names the users, or the sides if a user is not known.
func (t *Table) who() string {
	l, r := t.Left.User, t.Right.User
	switch {
	case l == "" || r == "":
		return t.Left.String() + "  " + t.Right.String()
	case l == r:
		return l
	}
	return l + ", " + r
}

// gaps writes what could not be compared: what a side does not offer first, with "--", then what went wrong.
func (t *Table) gaps(b *strings.Builder, r *Result) {
	for _, lacking := range []bool{true, false} {
		mark := "!! "
		if lacking {
			mark = "-- "
		}
		for _, g := range r.Gaps {
			if g.Lacking != lacking {
				continue
			}
			start := mark
			for _, line := range text.Wrap(safe(g.String()), t.columns()-len(mark)) {
				b.WriteString(start + line + "\n")
				start = strings.Repeat(" ", len(mark))
			}
		}
	}
	if more := r.GapsAll - len(r.Gaps); more > 0 {
		fmt.Fprintf(b, "!! and %s more that could not be compared\n", text.Plural(more, "mailbox"))
	}
}

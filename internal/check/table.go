package check

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"imapsh/internal/text"
)

// A Table writes reports for people.
type Table struct {
	Out    io.Writer
	Width  func() int // returns the columns of the terminal; nil or 0 for no wrapping
	Colour bool
}

const (
	roomy       = 60 // the columns from which on a step is one line
	timeColumns = 7
	indentMore  = "     "
	rowsOfOne   = 8   // rows of one wire line at most, on a terminal
	rowsOfStep  = 20  // rows of the wire of a step at most
	rowsBefore  = 3   // rows shown before a fault
	rowsAfter   = 6   // rows shown after it
	pipedLine   = 400 // columns of a wire line at most, in a pipe
)

// marks are shown before the steps; each takes one column.
var marks = [...]string{Skipped: "–", Passed: "✓", Warned: "!", Failed: "✗"}

// A sheet is a report that is being laid out.
type sheet struct {
	bytes.Buffer
	paint
	cols int
	name int // columns of the widest step name
}

func (t *Table) sheet() *sheet {
	s := &sheet{paint: newPaint(t.Colour)}
	if t.Width != nil {
		if cols := t.Width(); cols > 0 {
			s.cols = max(cols, 20)
		}
	}
	return s
}

// Report writes one check: a line for each step, with the details of a bad one below it, and the verdict at the
// end.
func (t *Table) Report(r *Report) error {
	s := t.sheet()
	for _, line := range text.Wrap(title(r), s.cols) {
		s.line("", line, s.strong)
	}
	for i := range r.Steps {
		s.name = max(s.name, text.Width(display(r.Steps[i].Name)))
	}
	for i := 0; i < len(r.Steps); {
		if n := alike(r.Steps[i:]); n > 1 {
			s.impossible(r.Steps[i : i+n])
			i += n
			continue
		}
		s.step(&r.Steps[i])
		i++
	}
	for _, line := range text.Wrap(Conclusion(r), s.cols) {
		s.line("", line, s.verdicts[r.Verdict])
	}
	_, err := t.Out.Write(s.Bytes())
	return err
}

// title names the server and the user.
func title(r *Report) string {
	_, host, _ := strings.Cut(r.Server, "://")
	host, _, _ = strings.Cut(host, "/")
	switch {
	case strings.Contains(host, "@"): // the URL names the user
		return safe(r.Server)
	case r.User == "":
		return safe(r.Server) + "  without login"
	}
	return safe(r.Server) + "  as " + safe(r.User)
}

// Conclusion returns the verdict of a check in one line.
func Conclusion(r *Report) string {
	var failed, warned []string
	for i := range r.Steps {
		switch r.Steps[i].Verdict {
		case Failed:
			failed = append(failed, display(r.Steps[i].Name))
		case Warned:
			warned = append(warned, display(r.Steps[i].Name))
		}
	}
	var says string
	switch {
	case len(failed) > 0:
		says = "failed: " + strings.Join(failed, ", ")
		if len(warned) > 0 {
			says += "; warned: " + strings.Join(warned, ", ")
		}
	case len(warned) > 0:
		says = "passed, warned: " + strings.Join(warned, ", ")
	default:
		says = r.Verdict.String()
	}
	if r.Interrupted {
		says = "interrupted; " + says
	}
	return fmt.Sprintf("%s  (%s)", says, text.Brief(r.Elapsed))
}

// display returns the name of a step for people.
func display(name string) string { return strings.ReplaceAll(name, "_", " ") }

func (s *sheet) line(indent, text string, colour func(...any) string) {
	s.WriteString(indent)
	s.WriteString(apply(colour, text))
	s.WriteByte('\n')
}

// block writes a text after a label, indented, and wrapped between words.
func (s *sheet) block(indent, label, says string, colour func(...any) string) {
	room := 0
	if s.cols > 0 {
		room = max(10, s.cols-len(indent)-text.Width(label))
	}
	for i, line := range text.Wrap(says, room) {
		if i == 1 {
			label = strings.Repeat(" ", text.Width(label))
		}
		s.line(indent+label, line, colour)
	}
}

// alike returns how many steps, from the first on, were skipped for the same reason.
func alike(steps []Step) int {
	n := 0
	for n < len(steps) && steps[n].Verdict == Skipped && steps[n].Says != "" && steps[n].Says == steps[0].Says {
		n++
	}
	return n
}

// impossible writes the steps that a failure made impossible: "skipped without TLS: login … logout". On a narrow screen
// they come first and the reason is below them, as for every step.
func (s *sheet) impossible(steps []Step) {
	why := ", " + safe(steps[0].Says)
	if what, ok := strings.CutPrefix(steps[0].Says, "no "); ok && !strings.Contains(what, " ") {
		why = " without " + safe(what)
	}
	between := ", "
	if len(steps) > 2 {
		between = " … "
	}
	names := display(steps[0].Name) + between + display(steps[len(steps)-1].Name)
	if s.cols > 0 && s.cols < roomy {
		s.marked(Skipped, names)
		s.block(indentMore, "", "skipped"+why, nil)
		return
	}
	s.marked(Skipped, "skipped"+why+": "+names)
}

// marked writes a text after the mark of a verdict, wrapped between words.
func (s *sheet) marked(v Verdict, says string) {
	room := 0
	if s.cols > 0 {
		room = s.cols - len("   ")
	}
	for i, line := range text.Wrap(says, room) {
		mark := "   "
		if i == 0 {
			mark = " " + s.verdict(v, marks[v]) + " "
		}
		s.line(mark, line, nil)
	}
}

func (s *sheet) step(st *Step) {
	time := text.Brief(st.Elapsed)
	if st.Verdict == Skipped {
		time = ""
	}
	time = strings.Repeat(" ", max(0, timeColumns-len(time))) + time
	head := " " + s.verdict(st.Verdict, marks[st.Verdict]) + " " + text.Pad(display(st.Name), s.name) + " " + apply(s.faint, time)
	wide := 3 + s.name + 1 + len(time)
	says := safe(st.Says)
	switch {
	case says == "":
		s.line("", head, nil)
	case s.cols == 0:
		s.line("", head+"  "+says, nil)
	case s.cols >= roomy:
		for i, line := range text.Wrap(says, s.cols-wide-2) {
			if i == 0 {
				s.line("", head+"  "+line, nil)
			} else {
				s.line(strings.Repeat(" ", wide+2), line, nil)
			}
		}
	default:
		s.line("", strings.TrimRight(head, " "), nil)
		s.block(indentMore, "", says, nil)
	}
	if st.Cause != "" {
		s.block(indentMore, "cause: ", safe(st.Cause), s.verdicts[st.Verdict])
	}
	if st.Hint != "" {
		s.block(indentMore, "hint:  ", safe(st.Hint), nil)
	}
	s.wire(st.Wire)
	s.findings(st)
}

// A row is a row of the screen: part of a wire line, or the caret below it.
type row struct {
	text   string
	colour func(...any) string
}

// wire writes the exchange of a step, if it is long only the lines around its faults.
func (s *sheet) wire(text []byte) {
	rows := s.wireRows(strings.Split(strings.TrimRight(string(text), "\n"), "\n"))
	shown := around(rows)
	for i := 0; i < len(rows); {
		if shown[i] {
			s.line(indentMore, rows[i].text, rows[i].colour)
			i++
			continue
		}
		n := 0
		for i+n < len(rows) && !shown[i+n] {
			n++
		}
		lines := "lines"
		if n == 1 {
			lines = "line"
		}
		s.block(indentMore, "", fmt.Sprintf("… %d %s (--log FILE keeps all)", n, lines), s.faint)
		i += n
	}
}

// around reports which rows of a step's wire to show: all if they are few; otherwise the command, the rows around the
// first violations, and the end, where it failed.
func around(rows []row) []bool {
	shown := make([]bool, len(rows))
	mark := func(from, to int) (n int) {
		for i := max(0, from); i < min(to, len(rows)); i++ {
			if !shown[i] {
				shown[i] = true
				n++
			}
		}
		return n
	}
	if len(rows) <= rowsOfStep {
		mark(0, len(rows))
		return shown
	}
	left := rowsOfStep - mark(0, 1) - mark(len(rows)-rowsBefore-rowsAfter, len(rows))
	for i := range rows {
		if strings.HasPrefix(rows[i].text, "!! ") {
			if left -= mark(i-rowsBefore, i+rowsAfter); left <= 0 {
				break
			}
		}
	}
	for i := range rows {
		switch caret := strings.TrimLeft(rows[i].text, " ") == "^"; {
		case caret && i > 0 && !shown[i-1]:
			shown[i] = false // the row that it points at is not shown
		case caret && shown[i-1]:
			shown[i] = true
		}
	}
	return shown
}

// betweenWords breaks a line between words where it can, and indents what follows as the line is.
func betweenWords(line string, cols int) (rows []string) {
	body := strings.TrimLeft(line, " ")
	indent := line[:min(len(line)-len(body), cols/2)]
	for body != "" {
		n := max(text.WordFit([]byte(body), cols-len(indent)), 1)
		rows = append(rows, indent+body[:n])
		body = strings.TrimPrefix(body[n:], " ")
	}
	return rows
}

// wireRows lays out wire lines. One with a caret is broken at columns, not between words, so that the caret stays
// below the byte that it points at.
func (s *sheet) wireRows(lines []string) (all []row) {
	room := 0
	if s.cols > 0 {
		room = s.cols - len(indentMore)
	}
	for i := 0; i < len(lines); i++ {
		line := safe(lines[i])
		if line == "" {
			continue
		}
		caret := -1
		if i+1 < len(lines) && strings.TrimLeft(lines[i+1], " ") == "^" {
			caret = len(lines[i+1]) - 1
			i++
		}
		if room == 0 && caret < 0 && len(line) > pipedLine {
			if cut := text.Cut(line, pipedLine); len(line)-len(cut) > len("… 123 more bytes") {
				line = fmt.Sprintf("%s… %s more", cut, text.Plural(len(line)-len(cut), "byte"))
			}
		}
		rows := text.Chop(line, room)
		if caret < 0 && room > 0 {
			rows = betweenWords(line, room)
		}
		for at, cut := range rows {
			// A long response must not bury the report; JSON and the log have it in full.
			if room > 0 && caret < 0 && at == rowsOfOne-1 && len(rows) > rowsOfOne {
				all = append(all, row{fmt.Sprintf("… %s more", text.Plural(len(rows)-at, "row")), s.faint})
				break
			}
			all = append(all, row{cut, s.faint})
			width := text.Width(cut)
			if caret >= 0 && (caret < width || at == len(rows)-1) {
				if room > 0 {
					caret = min(caret, room-1)
				}
				all = append(all, row{strings.Repeat(" ", caret) + "^", s.verdicts[Warned]})
				caret = -1
			} else if caret >= 0 {
				caret -= width
			}
		}
	}
	return all
}

// findings lists the findings of a step, sorted by the RFC section that they violate.
func (s *sheet) findings(st *Step) {
	if len(st.Findings) == 0 {
		return
	}
	kept := slices.Clone(st.Findings)
	slices.SortStableFunc(kept, func(a, b Finding) int { return strings.Compare(a.Oddity.RFC, b.Oddity.RFC) })
	for i := range kept {
		f := &kept[i]
		text := safe(f.Oddity.Text)
		if f.Oddity.Name != "" {
			text = f.Oddity.Name + ": " + text
		}
		if where := place(f); where != "" {
			text += " (" + where + ")"
		}
		if f.Refused != "" {
			text = strings.TrimPrefix(text+"; an ordinary client rejects it: "+safe(f.Refused), "; ")
		}
		rfc := f.Oddity.RFC
		if rfc == "" {
			rfc = "client"
		}
		s.block(indentMore, rfc+"  ", text, nil)
	}
	if more := st.FindingsAll - len(st.Findings); more > 0 {
		s.block(indentMore, "", "and "+text.Plural(more, "violation")+" more", s.faint)
	}
}

// place says where a finding is: "INBOX message 7, UID 12".
func place(f *Finding) string {
	var words []string
	if f.Mailbox != "" {
		words = append(words, safe(f.Mailbox))
	}
	if f.Message > 0 {
		words = append(words, fmt.Sprintf("message %d", f.Message))
	}
	says := strings.Join(words, " ")
	if f.UID > 0 {
		says += fmt.Sprintf(", UID %d", f.UID)
	}
	return strings.TrimPrefix(says, ", ")
}

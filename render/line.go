package render

import (
	"bytes"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// line says how a wire line is shown.
type line struct {
	mark string
	role role
	soft bool   // break it at spaces
	edge []byte // escaped text for the right edge
	over int64  // how many more bytes the line has on the wire than its text has
	// patient says that the line is one of few, or is text for people: it is not cut if that hides fewer rows than fewestHidden.
	patient bool
	// suffix is the end of the text that is always shown: the middle is left out instead.
	suffix  []byte
	escaped bool // the text is already escaped
}

// appendLine appends one wire line and reports whether it was cut.
func (p *prettyMode) appendLine(b, raw []byte, l *line, lay layout) ([]byte, bool) {
	escape := wire.Escape
	if l.escaped {
		escape = func(dst, b []byte) []byte { return append(dst, b...) }
	}
	if lay.cols == 0 && p.sty.on[l.role] == "" {
		b = append(b, l.mark...)
		b = escape(b, raw)
		return append(b, '\n'), false
	}
	p.tmp = escape(p.tmp[:0], raw)
	head, tail := p.tmp, []byte(nil)
	if lay.cols > 0 && len(l.mark)+len(p.tmp) > lay.cols {
		head, tail = p.cutRow(p.tmp, lay.cols-len(l.mark), l.soft)
	}
	whole := l.role != roleUntagged && l.role != roleContinue
	b = append(b, p.sty.on[l.role]...)
	b = append(b, l.mark...)
	if !whole && len(head) > 0 {
		b = append(b, head[0])
		head = head[1:]
		b = append(b, p.sty.off[l.role]...)
	}
	b = append(b, head...)
	used := 0
	if len(l.edge) > 0 && len(tail) == 0 {
		used = len(l.mark) + text.Width(head)
		if !whole {
			used++
		}
	}
	cut := false
	spared := 1 // this many rows are not worth a row that says that they are hidden
	if l.patient {
		spared = fewestHidden - 1
	}
	for row := 1; len(tail) > 0; row++ {
		b = append(b, '\n')
		if row == maxRows-1 && !lay.whole && len(l.suffix) > 0 && text.Width(tail) > (spared+1)*(lay.cols-len(rowIndent)) {
			var ok bool
			if b, ok = p.appendElided(b, tail, l, lay); ok {
				tail, cut = nil, true
				used = lay.cols // what was elided fills the row
				break
			}
		}
		if row >= maxRows && !lay.whole && (l.over > 0 || text.Width(tail) > spared*(lay.cols-len(rowIndent))) {
			b = append(b, p.sty.off[l.role]...)
			b = p.appendMore(b, 0, int64(wireBytes(tail))+l.over, lay)
			return p.appendEdgeRow(b, l.edge, lay), true
		}
		head, tail = p.cutRow(tail, lay.cols-len(rowIndent), l.soft)
		b = append(b, rowIndent...)
		b = append(b, head...)
		used = len(rowIndent) + text.Width(head)
	}
	if whole {
		b = append(b, p.sty.off[l.role]...)
	}
	if len(l.edge) == 0 || lay.cols == 0 {
		return append(b, '\n'), cut
	}
	if pad := lay.cols - used - text.Width(l.edge); pad >= 2 {
		b = text.AppendBlanks(b, pad)
		b = p.sty.append(b, roleDim, string(l.edge))
		return append(b, '\n'), cut
	}
	return p.appendEdgeRow(append(b, '\n'), l.edge, lay), cut
}

// appendElided appends the last row of a line whose middle is left out in favour of its end, the text for people
// after a long response code. It returns false if there is no room for that.
func (p *prettyMode) appendElided(b, tail []byte, l *line, lay layout) ([]byte, bool) {
	suffix := wire.Escape(nil, l.suffix)
	const room = len(" …  bytes …") + len("123,456")
	avail := lay.cols - len(rowIndent) - text.Width(suffix) - room
	if avail < lay.cols/4 || len(suffix) > len(tail) {
		return b, false
	}
	n := rowFit(tail, avail)
	b = append(b, rowIndent...)
	b = append(b, tail[:n]...)
	b = append(b, " … "...)
	b = text.AppendPlural(b, int64(wireBytes(tail[n:len(tail)-len(suffix)])), "byte", "bytes")
	b = append(b, " …"...)
	return append(b, suffix...), true
}

// appendEdgeRow appends what belongs to the right edge as a row of its own.
func (p *prettyMode) appendEdgeRow(b, edge []byte, lay layout) []byte {
	if len(edge) == 0 || lay.cols == 0 {
		return b
	}
	b = text.AppendBlanks(b, lay.cols-text.Width(edge))
	b = p.sty.append(b, roleDim, string(edge))
	return append(b, '\n')
}

// cutRow cuts the first row off a wire line. The next row begins with the space between them, so that the rows
// joined are the line; soft omits that space.
func (p *prettyMode) cutRow(b []byte, cols int, soft bool) (head, tail []byte) {
	n := rowFit(b, cols)
	head, tail = b[:n], b[n:]
	if soft && len(tail) > 0 && tail[0] == ' ' {
		tail = tail[1:]
	}
	return head, tail
}

// appendMore appends "   … 3 more lines, 1,012 bytes (:last shows them) …" as a row.
func (p *prettyMode) appendMore(b []byte, lines, octets int64, lay layout) []byte {
	more := p.tmp2[:0]
	if lines > 0 {
		more = text.AppendPlural(more, lines, "more line, ", "more lines, ")
		more = text.AppendPlural(more, octets, "byte", "bytes")
	} else {
		more = text.AppendPlural(more, octets, "more byte", "more bytes")
	}
	p.tmp2 = more
	return appendLeftOut(b, more, p.sty, lay.cols)
}

// appendLeftOut appends a row that says what was left out and, if there is room, how to see it.
func appendLeftOut(b, what []byte, sty *style, cols int) []byte {
	const how = " (:last shows them)"
	b = append(b, rowIndent...)
	b = append(b, sty.on[roleDim]...)
	b = append(b, "… "...)
	b = append(b, what...)
	if cols == 0 || len(rowIndent)+4+len(what)+len(how) <= cols {
		b = append(b, how...)
	}
	b = append(b, " …"...)
	b = append(b, sty.off[roleDim]...)
	return append(b, '\n')
}

// appendOctets appends the bytes of a literal, one row for each line in them. Of many lines it leaves out the
// middle and shows the last ones.
func (p *prettyMode) appendOctets(b, octets []byte, l *line, lay layout, shown int) ([]byte, bool) {
	if lay.record {
		return appendRecord(b, octets, l.mark), false
	}
	if lay.whole {
		b, _ = p.appendLines(b, octets, l, lay)
		return b, false
	}
	if isBinary(octets) {
		return p.appendBinary(b, octets, lay), true
	}
	begin, middle, end := parted(octets, shown)
	b, cut := p.appendLines(b, begin, l, lay)
	if len(middle) > 0 {
		b = p.appendMore(b, int64(bytes.Count(middle, []byte{'\n'})), int64(len(middle)), lay)
		cut = true
	}
	b, c := p.appendLines(b, end, l, lay)
	return b, cut || c
}

// parted divides a text into the lines shown at its beginning, those left out, and those shown at its end.
func parted(octets []byte, shown int) (begin, middle, end []byte) {
	lines := bytes.Count(octets, []byte{'\n'})
	if n := len(octets); n > 0 && octets[n-1] != '\n' {
		lines++
	}
	if lines < shown+fewestHidden {
		return octets, nil, nil
	}
	at := 0
	for range shown - shownEnd {
		at += bytes.IndexByte(octets[at:], '\n') + 1
	}
	to := len(octets)
	for range shownEnd {
		to = bytes.LastIndexByte(octets[:to-1], '\n') + 1
	}
	return octets[:at], octets[at:to], octets[to:]
}

// appendLines appends the lines of bytes.
func (p *prettyMode) appendLines(b, octets []byte, l *line, lay layout) ([]byte, bool) {
	cut := false
	for len(octets) > 0 {
		text := octets
		if i := bytes.IndexByte(octets, '\n'); i >= 0 {
			text, octets = octets[:i+1], octets[i+1:]
		} else {
			octets = nil
		}
		var c bool
		b, c = p.appendLine(b, withoutEnd(text), l, lay)
		cut = cut || c
	}
	return b, cut
}

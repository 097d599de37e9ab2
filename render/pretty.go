package render

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// How many lines of a literal are shown on a terminal, shownEnd of them its last; between them, a row says how much
// is hidden. If that would be fewer than fewestHidden lines, they are shown too.
const (
	shownReceived = 20
	shownSent     = 10
	shownEnd      = 5
	fewestHidden  = 5
)

// prettyMode shows C: and S: lines and what they mean.
type prettyMode struct {
	r        *Renderer
	out      *output
	sty      *style
	terminal bool

	marks   map[mark]string
	streams map[string]*stream // received responses that are not kept in full, by connection
	sources map[string]*stream // literals being sent from a source, by connection
	run     run
	means   *explainer            // of the current connection
	meant   map[string]*explainer // by connection: what later explanations depend on
	buf     []byte                // the lines of the current event
	saved   string                // the file that bodies of the current event go to; "" for none
	tmp     []byte                // escaped text
	tmp2    []byte
	named   []byte // what is sent, with unusual characters by name
	edge    []byte // the right edge of the event's last wire line
	// For a record: the output while a long row is being written to it, otherwise nil; and what must wait meanwhile.
	within *output
	aside  bytes.Buffer
}

// mark is the beginning of a wire line: its direction, ':' for lines or '|' for bytes of literals, and the
// connection.
type mark struct {
	from, kind byte
	conn       string
}

func newPretty(r *Renderer, out *output, sty *style, terminal bool) *prettyMode {
	p := &prettyMode{r: r, out: out, sty: sty, terminal: terminal}
	p.marks = map[mark]string{}
	p.streams = map[string]*stream{}
	p.sources = map[string]*stream{}
	p.meant = map[string]*explainer{}
	p.turn("")
	return p
}

// turn makes a connection the current one.
func (p *prettyMode) turn(conn string) {
	p.means = p.meant[conn]
	if p.means == nil {
		p.means = &explainer{}
		p.means.init(p)
		p.meant[conn] = p.means
	}
}

// marker returns "S: ", or "S[bob]: " for a connection with a name.
func (p *prettyMode) marker(from, kind byte, conn string) string {
	if conn == "" {
		switch {
		case from == 'S' && kind == ':':
			return "S: "
		case from == 'S':
			return "S| "
		case kind == ':':
			return "C: "
		}
		return "C| "
	}
	m := mark{from, kind, conn}
	s, ok := p.marks[m]
	if !ok {
		s = string(from) + "[" + wire.EscapeString(conn) + "]" + string(kind) + " "
		p.marks[m] = s
	}
	return s
}

// layout says how wire lines are cut and wrapped.
type layout struct {
	cols  int  // columns of a row; 0 to leave lines as long as they are
	whole bool // show all rows, and all lines of literals

	record bool // rows end only at CRLF
}

// layout returns the layout of the current output: only on a terminal are lines cut and wrapped.
func (p *prettyMode) layout() layout {
	if !p.terminal {
		return layout{whole: true, record: p.r.opts.Record}
	}
	return layout{cols: p.r.width(), whole: p.r.opts.WireFull}
}

// bytes shows nothing: bytes outside responses come as parts too.
func (p *prettyMode) bytes(string, []byte) {}

func (p *prettyMode) event(e *tagger.Event) {
	p.turn(e.Conn)
	p.means.see(e)
	lay := p.layout()
	if len(e.Oddities) > 0 && !p.means.belowTree(e) {
		lay.whole = true
	}
	collapses := p.terminal && !lay.whole && p.run.takes(e)
	if !collapses {
		p.endRun()
	}
	var cut bool
	p.buf, cut = p.appendEvent(p.buf[:0], e, lay)
	if collapses {
		p.run.hold(&p.out.buf, p.buf)
	} else {
		p.out.buf = append(p.out.buf, p.buf...)
	}
	if !p.terminal {
		return
	}
	if cut {
		p.buf, _ = p.appendEvent(p.buf[:0], e, layout{cols: lay.cols, whole: true})
	}
	p.r.last.add(p.buf)
	if e.Done {
		p.r.last.completed = true
	}
}

// emit shows lines from which nothing was cut.
func (p *prettyMode) emit(b []byte) {
	p.out.buf = append(p.out.buf, b...)
	if p.terminal {
		p.r.last.add(b)
	}
}

// endRun shows what is held back of a run of responses.
func (p *prettyMode) endRun() {
	if p.run.count > 0 {
		p.out.buf = p.run.end(p.out.buf, p.sty, p.r.width())
	}
}

// appendEvent appends the wire lines, the oddities and the decoded lines of an event, and reports whether anything
// was cut.
func (p *prettyMode) appendEvent(b []byte, e *tagger.Event, lay layout) ([]byte, bool) {
	f := e.Frame
	p.edge = p.appendEdge(p.edge[:0], e)
	soft := false
	var suffix []byte
	switch v := e.Value.(type) {
	case *response.Status:
		soft, suffix = true, afterCode(f, v)
	case *response.Capability, *response.Continuation:
		soft = true
	}
	patient := soft
	if _, ok := e.Value.(*response.Fetch); ok {
		patient = p.means.fewOf(e)
	}
	text := line{mark: p.marker('S', ':', e.Conn), role: roleOf(e.Value), soft: soft, edge: p.edge, suffix: suffix, patient: patient}
	var cut bool
	if s := p.streams[e.Conn]; s != nil {
		delete(p.streams, e.Conn)
		if p.r.came != nil {
			f = p.r.came // it says how much has come, even of bytes that are shown but not kept
		}
		b = s.close(s.catchUp(b, f))
		b = p.appendEdgeRow(b, p.edge, lay)
	} else if len(f.Literals) == 0 {
		b, cut = p.appendLine(b, lay.line(f.Raw), &text, lay)
	} else {
		b, cut = p.appendPieces(b, e.Conn, f, &text, lay)
	}
	if !p.means.belowTree(e) {
		b = p.appendOddities(b, e, lay)
	}
	p.means.cut = cut
	return p.means.append(b, e, lay), cut
}

// appendPieces appends a response with literals.
func (p *prettyMode) appendPieces(b []byte, conn string, f *wire.Frame, text *line, lay layout) ([]byte, bool) {
	octets := line{mark: p.marker('S', '|', conn)}
	at, edge, cut := 0, text.edge, false
	for i := range f.Literals {
		l := &f.Literals[i]
		first := *text
		first.edge = nil
		var c1, c2 bool
		b, c1 = p.appendLine(b, lay.line(f.Raw[at:min(l.At, len(f.Raw))]), &first, lay)
		at = min(l.At+l.Kept, len(f.Raw))
		if p.isSaved(f, l) {
			b = p.appendSaved(b, conn, f, l.Size)
		} else {
			b, c2 = p.appendOctets(b, f.Raw[min(l.At, at):at], &octets, lay, shownReceived)
		}
		cut = cut || c1 || c2
		text.role = rolePlain
	}
	last := lay.line(f.Raw[at:])
	if len(last) == 0 && len(edge) == 0 {
		return b, cut
	}
	b, c := p.appendLine(b, last, text, lay)
	return b, cut || c
}

// isSaved reports whether a literal of a response goes to a file.
func (p *prettyMode) isSaved(f *wire.Frame, l *wire.Literal) bool {
	if p.saved == "" {
		return false
	}
	_, item, ok := response.LiteralOf(f.Raw[:min(l.At, len(f.Raw))])
	return ok && response.IsBody(item)
}

// savedName returns the name of the file that a literal of a response goes to, with the number of its message, and its
// UID if that comes first.
func (p *prettyMode) savedName(f *wire.Frame) string {
	words := bytes.Fields(f.Raw[:min(len(f.Raw), 64)])
	if len(words) < 5 || !strings.Contains(p.saved, "%") {
		return p.saved
	}
	name := strings.ReplaceAll(p.saved, "%d", string(words[1]))
	if bytes.EqualFold(words[3], []byte("(UID")) {
		name = strings.ReplaceAll(name, "%u", string(words[4]))
	}
	return name
}

// appendSaved appends what is shown instead of a literal that goes to a file.
func (p *prettyMode) appendSaved(b []byte, conn string, f *wire.Frame, size int64) []byte {
	p.tmp2 = append(text.AppendPlural(append(p.tmp2[:0], "… "...), size, "byte", "bytes"), " to "...)
	p.tmp2 = append(wire.EscapeText(p.tmp2, p.savedName(f)), " …"...)
	b = append(b, p.marker('S', '|', conn)...)
	b = append(b, p.sty.on[roleDim]...)
	b = append(b, p.tmp2...)
	b = append(b, p.sty.off[roleDim]...)
	return append(b, '\n')
}

// afterCode returns what follows the arguments of a status response's code: "] Logged in".
func afterCode(f *wire.Frame, v *response.Status) []byte {
	text := withoutEnd(f.Raw)
	if n := len(text) - len(v.Text) - 2; v.Code != nil && n > 0 && text[n] == ']' {
		return text[n:]
	}
	return nil
}

// withoutEnd returns text without its line end.
func withoutEnd(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		if n > 1 && b[n-2] == '\r' {
			return b[:n-2]
		}
		return b[:n-1]
	}
	return b
}

// appendMarked appends a note or a warning as a single line: a line feed in it is escaped like any control.
func (p *prettyMode) appendMarked(b []byte, r role, marker, text string) []byte {
	p.tmp = wire.EscapeText(p.tmp[:0], text)
	return p.appendRows(b, r, marker, p.tmp)
}

// appendRows appends an escaped line of the shell itself, wrapped on a terminal.
func (p *prettyMode) appendRows(b []byte, r role, marker string, says []byte) []byte {
	cols := 0
	if p.terminal {
		cols = p.r.width()
	}
	b = append(b, p.sty.on[r]...)
	b = append(b, marker...)
	for row := marker; ; row = rowIndent {
		n := len(says)
		if cols > 0 {
			n = text.WordFit(says, cols-len(row))
		}
		b = append(b, bytes.TrimRight(says[:n], " ")...)
		if says = bytes.TrimLeft(says[n:], " "); len(says) == 0 {
			break
		}
		b = append(b, '\n')
		b = append(b, rowIndent...)
	}
	b = append(b, p.sty.off[r]...)
	return append(b, '\n')
}

// appendEdge appends what is at the right edge: the time of day, the time since the last response during IDLE, the
// time that a command took.
func (p *prettyMode) appendEdge(b []byte, e *tagger.Event) []byte {
	if !p.terminal {
		return b
	}
	clock := p.r.opts.Clock || e.Idle && !e.Done
	if clock {
		b = appendClock(b, e.Frame.At.In(p.r.opts.Local))
	}
	if e.Elapsed <= 0 {
		return b
	}
	if clock {
		b = append(b, "  "...)
	}
	if e.Idle && !e.Done {
		return appendGap(b, e.Elapsed)
	}
	if e.Done {
		b = appendElapsed(b, e)
	}
	return b
}

// appendGap appends the time since the last response: +1.8s.
func appendGap(b []byte, d time.Duration) []byte {
	b = append(b, '+')
	b = strconv.AppendFloat(b, d.Seconds(), 'f', 1, 64)
	return append(b, 's')
}

// appendElapsed appends the time that a command took; after IDLE, the time since DONE.
func appendElapsed(b []byte, e *tagger.Event) []byte {
	b = text.AppendDuration(b, e.Elapsed)
	if e.Idle {
		return append(b, " from DONE"...)
	}
	return b
}

// appendClock appends a time of day: 12:04:33.
func appendClock(b []byte, t time.Time) []byte { return t.AppendFormat(b, "15:04:05") }

func (p *prettyMode) note(conn, text string) {
	p.endRun()
	p.out.buf = p.appendMarked(p.out.buf, roleDim, "-- ", of(conn, text))
	p.out.commit()
}

func (p *prettyMode) warn(conn, text string) {
	p.endRun()
	p.out.buf = p.appendMarked(p.out.buf, roleWarn, "!! ", of(conn, text))
	p.out.commit()
}

// of adds the name of the connection to a line of the shell, unless it is the first connection.
func of(conn, text string) string {
	if conn == "" {
		return text
	}
	return conn + ": " + text
}

func (p *prettyMode) pause() {
	p.endRun()
	p.endWithin()
}

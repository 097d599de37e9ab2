package transcript

import (
	"bytes"
	"fmt"

	"imapsh/internal/wire"
)

// A walk reads a block in one form, from its first line to its last.
type walk struct {
	*source
	f       *form
	isShell func(string) bool

	i        int // the next line
	lines    []Line
	notes    []string
	used     int  // how many lines, without empty ones, are sent
	conflict bool // the block does not have this form
	stop     int  // the number of the line that ended it; 0 if none did
	unfit    left // lines of the client that do not fit the grammar
	late     left // those that come while an earlier command has no answer
	coded    left // those with entities of HTML, copied from a page's source

	exchanges map[string]*exchange // by connection name in the mark
	answers   map[string]bool      // in a bare transcript, the tags that server lines answer
	last      map[string]int       // the server's last line with each tag, by lastKey; nil until it is needed
	seen      map[string]bool      // first words of lines that may have been the client's
	rulers    map[side]*ruler
	others    bool // a note about other connections was added
	hear      bool // responses are kept
	heard     []Response
}

// read finds the only form that fits a transcript, and returns what runs.
func (s *source) read(o Options) *Block {
	if q := s.unquoted(o.IsShell); q != nil {
		b := q.readAs(q.forms(o.IsShell), o)
		b.Quoted = true
		b.Skipped += s.count() - q.count()
		return b
	}
	if s.len() > 0 && string(s.line(0)) == Header {
		return s.readAs([]form{{format: Log}}, o)
	}
	return s.readAs(s.forms(o.IsShell), o)
}

func (s *source) readAs(forms []form, o Options) *Block {
	var found *walk
	for _, f := range forms {
		w := s.walk(f, o)
		switch {
		case w.conflict:
		case found != nil:
			return &Block{Skipped: s.count(), Notes: []string{"nothing runs: the block has the marks of more than one format"}}
		default:
			found = w
		}
	}
	if found == nil {
		return &Block{Skipped: s.count(), Notes: []string{"nothing runs: it is not certain which lines are the client's, or the log format is not supported"}}
	}
	return found.block()
}

// count returns how many lines are not empty.
func (s *source) count() int {
	n := 0
	for i := range s.len() {
		if len(bytes.TrimSpace(s.line(i))) > 0 {
			n++
		}
	}
	return n
}

func (s *source) walk(f form, o Options) *walk {
	w := &walk{source: s, f: &f, isShell: o.IsShell, hear: o.Hear, exchanges: map[string]*exchange{}, answers: map[string]bool{}, seen: map[string]bool{}, rulers: map[side]*ruler{}}
	if f.format == Bare {
		w.findAnswers()
	}
	for w.i < s.len() && !w.conflict && w.stop == 0 {
		i := w.i
		w.i++
		w.step(i)
	}
	return w
}

// findAnswers collects the tags that the server answers from line w.i on.
func (w *walk) findAnswers() {
	for i := w.i; i < w.len(); i++ {
		if s := sayingOf(bytes.TrimLeft(w.line(i), " \t"), w.isShell); s.saying == tagged {
			w.answers[s.tag] = true
		}
	}
}

func (w *walk) exchange(name string) *exchange {
	x := w.exchanges[name]
	if x == nil {
		x = &exchange{name: name, open: map[string][]entry{}}
		w.exchanges[name] = x
	}
	return x
}

// step handles line i.
func (w *walk) step(i int) {
	m := w.f.cut(w.line(i))
	if m.side != nobodys && m.who != w.f.who {
		if !w.others {
			w.others = true
			w.note(i, "another connection's lines start here; only the first one's lines run")
		}
		return
	}
	x := w.exchange(m.name)
	if w.f.format == Log {
		w.logRow(x, i, &m)
		return
	}
	switch m.side {
	case servers:
		w.server(x, i, m.text)
	case clients:
		w.client(x, i, &m)
	case nobodys:
		w.unmarked(x, i, m.text)
	}
}

// doubt adds a step that counts as a failure.
func (w *walk) doubt(i int, format string, args ...any) {
	w.lines = append(w.lines, Line{At: w.number(i), Kind: Doubt, Says: fmt.Sprintf(format, args...)})
}

func (w *walk) note(i int, text string) {
	w.notes = append(w.notes, fmt.Sprintf("line %d: %s", w.number(i), text))
}

// end ends the block at line i.
func (w *walk) end(i int, why string) {
	w.stop = w.number(i)
	w.note(i, why)
}

// content returns line i without the mark of a side, as raw bytes.
func (w *walk) content(of side, i int) []byte {
	raw := w.line(i)
	m := w.f.cut(raw)
	switch {
	case m.side == of:
		return m.text
	case of == servers && m.side == serverOctets, of == clients && m.side == clientOctets:
		if bytes.Contains(m.text, []byte(`\x`)) {
			return wire.Unescape(nil, m.text)
		}
		return m.text
	}
	return raw
}

func (w *walk) ruler(of side) *ruler {
	r := w.rulers[of]
	if r == nil {
		made := w.measure(func(i int) []byte { return w.content(of, i) })
		r = &made
		w.rulers[of] = r
	}
	return r
}

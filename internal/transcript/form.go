package transcript

import (
	"bytes"
	"strings"

	"imapsh/internal/line"
)

// side says whose a line is, according to its mark.
type side uint8

const (
	nobodys side = iota
	clients
	servers
	clientOctets // "C| "
	serverOctets // "S| "
)

// A form says how the lines of a block are marked.
type form struct {
	format Format
	// prefix precedes each mark; a number in it is written "0". who is the connection's name in the first such
	// prefix.
	prefix, who string
	gap         int  // how many spaces follow a mark
	marks       bool // for Bare: the block has marks of another format somewhere
}

// maxPrefix is the longest prefix, in bytes.
const maxPrefix = 200

// marked is a line without its mark, and what the mark says.
type marked struct {
	side side
	name string // the connection's name in the mark
	who  string // the connection's name in the prefix
	text []byte // after the mark
}

// cut removes the mark from a line. The text after it is not changed, whatever a web page has done to what precedes
// it.
func (f *form) cut(raw []byte) marked {
	if f.format == Bare {
		return marked{text: raw}
	}
	if f.format == Log {
		return f.cutPlain(raw)
	}
	plain := line.Plain(raw)
	m := f.cutPlain(plain)
	if len(plain) < len(raw) {
		m.text = raw[line.Unplain(raw, len(plain)-len(m.text)):]
	}
	return m
}

// cutPlain is like cut, for a line without odd characters before its text.
func (f *form) cutPlain(line []byte) marked {
	n := f.past(line)
	if n < 0 {
		return marked{text: line}
	}
	rest := line[n:]
	m := marked{text: line}
	switch f.format {
	case Log, Marked:
		mark, size, ok := wireMark(rest)
		if !ok {
			return m
		}
		m.side = sideOf(mark)
		if rest[1] == '[' {
			m.name = string(rest[2:bytes.IndexByte(rest, ']')])
		}
		m.text = rest[size:]
	default:
		if len(rest) == 0 || rest[0] != '>' && rest[0] != '<' || len(rest) > 1 && !isBlank(rest[1]) {
			return m
		}
		m.side = servers
		if (rest[0] == '>') == (f.format == Arrows) {
			m.side = clients
		}
		m.text = rest[min(2, len(rest)):]
	}
	m.who = whoIn(line[:n])
	for i := 1; i < f.gap && len(m.text) > 0 && m.text[0] == ' '; i++ {
		m.text = m.text[1:]
	}
	return m
}

func sideOf(mark [2]byte) side {
	switch mark {
	case [2]byte{'C', ':'}:
		return clients
	case [2]byte{'S', ':'}:
		return servers
	case [2]byte{'C', '|'}:
		return clientOctets
	}
	return serverOctets
}

// past returns the offset of a line's mark; -1 if the line does not have the block's prefix.
func (f *form) past(line []byte) int {
	i := 0
	for j := 0; j < len(f.prefix); j++ {
		if i == len(line) {
			return -1
		}
		if f.prefix[j] != '0' {
			if line[i] != f.prefix[j] {
				return -1
			}
			i++
			continue
		}
		start := i
		for i < len(line) && '0' <= line[i] && line[i] <= '9' {
			i++
		}
		if i == start {
			return -1
		}
	}
	return i
}

// formOf returns a prefix with each number replaced by "0".
func formOf(prefix []byte) string {
	b := make([]byte, 0, len(prefix))
	for i, c := range prefix {
		switch {
		case c < '0' || c > '9':
			b = append(b, c)
		case i == 0 || prefix[i-1] < '0' || prefix[i-1] > '9':
			b = append(b, '0')
		}
	}
	return string(b)
}

// whoIn returns what a prefix has in brackets, except times.
func whoIn(prefix []byte) string {
	if bytes.IndexByte(prefix, '[') < 0 {
		return ""
	}
	var who []string
	for {
		_, after, ok := bytes.Cut(prefix, []byte("["))
		inside, rest, closed := bytes.Cut(after, []byte("]"))
		if !ok || !closed {
			return strings.Join(who, " ")
		}
		if bytes.IndexByte(inside, ':') < 0 {
			who = append(who, string(inside))
		}
		prefix = rest
	}
}

// setIn is how far imapsh indents lines that are not wire lines: continuations and meanings. Some of their text comes
// from the authors of messages.
const setIn = 3

// isSetIn reports whether a line may be one that imapsh has indented, in a block with imapsh's marks.
func isSetIn(line []byte) bool {
	return len(line)-len(bytes.TrimLeft(line, " ")) >= setIn
}

// lastMark returns the last line that begins with a mark for wire lines; -1 if there is none.
func (s *source) lastMark() int {
	if s.marked == unknown {
		s.marked = -1
		for i := range s.len() {
			if _, _, ok := wireMark(line.Plain(s.line(i))); ok {
				s.marked = i
			}
		}
	}
	return s.marked
}

// unknown is the value of source.marked before the mark has been looked up.
const unknown = -2

// forms returns the ways in which a block may be read: one for each mark that a response follows somewhere, and one
// without marks.
func (s *source) forms(isShell func(string) bool) []form {
	var out []form
	have := map[Format]bool{}
	add := func(format Format, prefix, rest []byte) {
		f := form{format: format, prefix: formOf(prefix), who: whoIn(prefix), gap: len(rest) - len(bytes.TrimLeft(rest, " "))}
		have[format] = true
		out = append(out, f)
	}
	marks := s.lastMark() >= 0
	for i := range s.len() {
		b := line.Plain(s.line(i))
		until := min(len(b), maxPrefix)
		if _, _, ok := wireMark(b); ok {
			until = 1 // the text after the mark may be anything
		} else if ours(b) || marks && isSetIn(b) {
			continue
		}
		for p := 0; p < until; p++ {
			if p > 0 && !isBlank(b[p-1]) && b[p-1] != ']' && b[p-1] != ':' {
				continue
			}
			switch b[p] {
			case 'S':
				mark, n, ok := wireMark(b[p:])
				if ok && mark == [2]byte{'S', ':'} && !have[Marked] && says(b[p+n:], isShell) {
					add(Marked, b[:p], b[p+n-1:])
				}
			case '<', '>':
				format := Arrows
				if b[p] == '>' {
					format = Reversed
				}
				if p+1 < len(b) && isBlank(b[p+1]) && !have[format] && says(b[p+1:], isShell) {
					add(format, b[:p], b[p+1:])
				}
			}
		}
		if have[Marked] && have[Arrows] && have[Reversed] {
			break
		}
	}
	return append(out, form{format: Bare, marks: marks})
}

// says reports whether text, without leading spaces, is a response.
func says(text []byte, isShell func(string) bool) bool {
	return sayingOf(bytes.TrimLeft(text, " \t"), isShell).saying != nothing
}

// unquoted returns the block without the "> " of a mail that quotes it. It returns nil unless there are responses
// only in the quoted lines, and no other line begins with "<".
func (s *source) unquoted(isShell func(string) bool) *source {
	holds := false
	var text []byte
	var numbers []int
	for i := range s.len() {
		b := s.line(i)
		if len(b) == 0 || b[0] != '>' {
			t := bytes.TrimLeft(b, " \t")
			if len(t) > 0 && t[0] == '<' || ours(t) || opens(t) || says(t, isShell) {
				return nil
			}
			continue
		}
		b = bytes.TrimPrefix(b[1:], []byte(" "))
		t := bytes.TrimPrefix(bytes.TrimLeft(b, " >\t"), []byte("S: "))
		holds = holds || says(t, isShell)
		text = append(append(text, b...), s.end(i)...)
		numbers = append(numbers, s.number(i))
	}
	if !holds {
		return nil
	}
	u := newSource(text, s.first)
	u.numbers, u.work = numbers, s.work
	return u
}

// end returns the line end of line i; LF if the block ends without one.
func (s *source) end(i int) string {
	if s.bare(i) {
		return "\n"
	}
	return "\r\n"
}

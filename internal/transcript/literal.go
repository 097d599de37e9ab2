package transcript

import (
	"bytes"
	"fmt"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// How line ends are counted in a literal: as the CRLF that they were, or as the LF they are.
var lineEnds = [...]int{2, 1}

// skipOctets passes over the literals of a response that begins with text, a server's line before line
// w.i. If no count fits, all up to the answer of the newest command is the server's.
func (w *walk) skipOctets(x *exchange, i int, text []byte) {
	depth := 0
	for {
		lit := trailing(text)
		if lit == nil {
			return
		}
		depth += parentheses(text[:lit.At])
		p, ok := w.past(w.i, lit.Size, depth)
		if !ok {
			w.cutShort()
			w.miscounted(x, i)
			return
		}
		w.hearsOctets(w.i, &p)
		w.i, text = p.next, p.rest
	}
}

// A passed is a server's literal that was passed over: it ends in line to, before its byte off.
type passed struct {
	of      side
	lf      int // how many bytes a bare LF counts
	to, off int
	rest    []byte // of line to
	next    int    // the line after that
}

// past is where a server's literal of n bytes that begins with line from ends, and what follows. A log that marks the first line of a response only may have marks in the
// bytes, so they are counted as they are if they do not fit without.
func (w *walk) past(from int, n int64, depth int) (p passed, ok bool) {
	for _, of := range []side{servers, nobodys} {
		r := w.ruler(of)
		for _, lf := range lineEnds {
			k, off, ok := r.end(from, n, lf)
			if !ok || k == w.len() || off == 0 && w.f.cut(w.line(k)).side == clients {
				continue
			}
			if rest := w.content(of, k)[off:]; goesOn(rest, depth) {
				return passed{of, lf, k, off, rest, k + 1}, true
			}
		}
		if w.f.format == Bare {
			break
		}
	}
	return p, false
}

// goesOn reports whether rest can follow a literal where depth parentheses are open.
func goesOn(rest []byte, depth int) bool {
	switch {
	case len(rest) == 0:
		return depth == 0
	case rest[0] != ' ' && (rest[0] != ')' || depth == 0):
		return false
	}
	lit := trailing(rest)
	if lit != nil {
		rest = rest[:lit.At]
	}
	depth += parentheses(rest)
	return depth >= 0 && (lit != nil || depth == 0)
}

// trailing is the literal that a line ends in, nil if there is none.
func trailing(text []byte) *command.TypedLiteral {
	if len(text) == 0 || text[len(text)-1] != '}' {
		return nil
	}
	at := bytes.LastIndexByte(text, '{')
	if at < 0 {
		return nil
	}
	lit := command.TrailingLiteral(string(text[at:]))
	if lit != nil {
		lit.At = at
		if at > 0 && text[at-1] == '~' {
			lit.At--
		}
	}
	return lit
}

// parentheses is how many more open than close in text, those in quoted strings aside.
func parentheses(text []byte) int {
	n, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			n++
		case c == ')':
			n--
		}
	}
	return n
}

// miscounted gives everything up to the answer of the newest command to the server.
func (w *walk) miscounted(x *exchange, i int) {
	switch {
	case x.doubted:
		return
	case x.hidden:
	case x.opened == 0:
		w.end(i, "the data of a literal does not match its size, and no command is open whose answer would end it")
		return
	default:
		x.hidden, x.hide = true, x.newest
	}
	x.doubted = true
	w.doubt(i, "the data of the literal on line %d does not match its size", w.number(i))
}

// literals takes the literals of the client's command that text, with its tag in l, begins and that
// ends before line w.i. It reports whether l may run; if the bytes do not fit it ends the block.
func (w *walk) literals(x *exchange, i int, l *Line, text string) bool {
	last := text
	for {
		lit := command.TrailingLiteral(last)
		if lit == nil {
			return true
		}
		from, refused := w.consented(l.Tag, lit)
		if refused {
			l.Pieces = nil
			return true
		}
		m := command.MatchLine(text)
		if m.LiteralSecret && w.isMaskedRow(from) {
			l.ask(&login{user: userOf(l), mechanism: mechanismOf(m), shown: shownOf(m, l)})
			w.i = from + 1
			w.used++
			return true
		}
		p, next, ok := w.octets(x, l.Tag, from, lit.Size, text)
		if !ok {
			w.end(i, fmt.Sprintf("the data after {%d} does not match that size; nothing from here on runs", lit.Size))
			return false
		}
		for k := from; k < next; k++ {
			if len(bytes.TrimSpace(w.line(k))) > 0 {
				w.used++
			}
		}
		w.i = next
		if m.RestSecret && masked(string(p.Text)) {
			l.Pieces = append(l.Pieces, p)
			l.ask(&login{user: userOf(l), shown: shownOf(m, l)})
			return true
		}
		l.Pieces = append(l.Pieces, p)
		last = string(p.Text)
		text += last
	}
}

// consented is the line where the bytes of a client's literal begin, after the server's consent.
func (w *walk) consented(tag string, lit *command.TypedLiteral) (from int, refused bool) {
	for k := w.i; k < w.len() && !lit.NonSync; k++ {
		m := w.f.cut(w.line(k))
		if w.f.format != Bare && m.side != servers {
			break
		}
		s := sayingOf(bytes.TrimLeft(m.text, " \t"), w.isShell)
		switch {
		case s.saying == continuation:
			return k + 1, false
		case s.saying == tagged && s.tag == tag:
			return k, true
		case s.saying != untagged:
			return w.i, false
		}
	}
	return w.i, false
}

// octets is a client's literal of n bytes that begins with line from, with the rest of its last line,
// and the line after that. The command so far is text.
func (w *walk) octets(x *exchange, tag string, from int, n int64, text string) (p Piece, next int, ok bool) {
	if w.wrapsServers(from) {
		return Piece{}, 0, false
	}
	r := w.ruler(clients)
	for _, lf := range lineEnds {
		k, off, ok := r.end(from, n, lf)
		if !ok {
			continue
		}
		rest, next, ok := w.goesOnAt(x, tag, k, off, text)
		if !ok || w.serverSpeaks(from, k) {
			continue
		}
		return Piece{w.octetsOf(clients, lf, from, k, off), command.Text(rest)}, next, true
	}
	return Piece{}, 0, false
}

// wrapsServers reports whether line k, without a mark and set in, may be the end of the server's line before it.
func (w *walk) wrapsServers(k int) bool {
	if w.f.format != Marked || k == 0 || k >= w.len() || w.f.cut(w.line(k-1)).side != servers || w.f.cut(w.line(k)).side != nobodys {
		return false
	}
	b := line.Plain(w.line(k))
	return len(b)-len(bytes.TrimLeft(b, " "))-len(w.f.prefix) >= setIn
}

// octetsOf returns the bytes from line from up to the byte off of line to.
func (w *walk) octetsOf(of side, lf, from, to, off int) []byte {
	var b []byte
	for j := from; j < to; j++ {
		b = append(b, w.content(of, j)...)
		if lf == 2 || !w.bare(j) {
			b = append(b, '\r')
		}
		b = append(b, '\n')
	}
	if to < w.len() {
		b = append(b, w.content(of, to)[:off]...)
	}
	return b
}

// goesOnAt is the rest of a command after a literal that ends in line k before its byte off, and the
// line after the rest.
func (w *walk) goesOnAt(x *exchange, tag string, k, off int, text string) (rest string, next int, ok bool) {
	if off > 0 && w.f.cut(w.line(k)).side == clientOctets && off == len(w.content(clients, k)) {
		k, off = k+1, 0 // a row of bytes has nothing else
	}
	if k < w.len() && (off > 0 || w.f.cut(w.line(k)).side != servers) {
		rest := string(w.content(clients, k)[off:])
		m := command.MatchLine(text)
		hidden := m.RestSecret && masked(rest)
		if hidden || rest != "" && (rest[0] == ' ' || rest[0] == ')') && line.Fits(text+rest) || rest == "" && off > 0 && m.Fits {
			return rest, k + 1, w.serversFrom(x, tag, k+1) || command.TrailingLiteral(rest) != nil
		}
	}
	if off > 0 || !line.Fits(text) {
		return "", 0, false
	}
	for next = k; next < w.len(); next++ {
		m := w.f.cut(w.line(next))
		if m.side == servers || len(bytes.TrimSpace(m.text)) > 0 {
			break
		}
	}
	return "", next, w.serversFrom(x, tag, next)
}

// serversFrom reports whether the first line from k on that is not empty is the server's, or none is. A
// tagged one must be the answer to the command with this tag, or to one that is open.
func (w *walk) serversFrom(x *exchange, tag string, k int) bool {
	for ; k < w.len(); k++ {
		m := w.f.cut(w.line(k))
		text := bytes.TrimLeft(m.text, " \t")
		if len(text) == 0 && m.side != servers {
			continue
		}
		if w.f.format != Bare {
			return m.side == servers
		}
		s := sayingOf(text, w.isShell)
		if s.saying == nothing {
			s = afterPrefix(text, w.isShell)
		}
		return s.saying == continuation || s.saying == untagged || s.saying == tagged && (s.tag == tag || len(x.open[s.tag]) > 0)
	}
	return true
}

// serverSpeaks reports whether a line with the server's mark is among lines from to k.
func (w *walk) serverSpeaks(from, k int) bool {
	for j := from; j < k && w.f.format != Bare; j++ {
		if side := w.f.cut(w.line(j)).side; side == servers || side == serverOctets {
			return true
		}
	}
	return false
}

// isMaskedRow reports whether bytes that are due with line k were taken out.
func (w *walk) isMaskedRow(k int) bool {
	if k >= w.len() {
		return true
	}
	b := bytes.TrimSpace(w.content(clients, k))
	return len(b) == 0 || masked(string(b))
}

// userOf is the user of a LOGIN whose user is a literal.
func userOf(l *Line) string {
	if len(l.Pieces) > 0 {
		return string(l.Pieces[0].Octets)
	}
	if login := loginOf(l.command()); login != nil {
		return login.user
	}
	return ""
}

func mechanismOf(m *command.Match) string {
	if m.Name != "AUTHENTICATE" || len(m.Words) < 2 {
		return ""
	}
	return m.Words[1].Text
}

// shownOf is a LOGIN or AUTHENTICATE up to what is asked for: of one whose user is a literal, the command only.
func shownOf(m *command.Match, l *Line) string {
	if mech := mechanismOf(m); mech != "" {
		return m.Name + " " + mech
	}
	return m.Name
}

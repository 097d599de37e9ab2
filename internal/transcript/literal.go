package transcript

import (
	"bytes"
	"fmt"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// lineEnds are how many bytes a line end counts as in a literal: 2 for the original CRLF, 1 for a bare LF.
var lineEnds = [...]int{2, 1}

// skipOctets skips the literals of a response whose line, before line w.i, begins with text. If no way of counting
// fits, everything up to the answer of the newest command is the server's.
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

// A passed is a server's literal that was skipped: it ends in line to, at byte off.
type passed struct {
	of      side
	lf      int // how many bytes a bare LF counts as
	to, off int
	rest    []byte // the rest of line to
	next    int    // the line after line to
}

// past returns where a server's literal of n bytes that begins at line from ends, and what follows it. A log that
// marks only the first line of a response may have marks in the bytes themselves, so if the bytes do not fit without
// marks, the marks are counted as bytes.
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

// goesOn reports whether rest can follow a literal inside depth open parentheses.
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

// trailing returns the literal that a line announces at its end; nil if there is none.
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

// parentheses returns how many more parentheses are opened than closed in text, without those in quoted strings.
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

// miscounted assigns everything up to the answer of the newest command to the server.
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

// literals handles the literals of a client's command that begins with text and ends before line w.i. It reports
// whether l may run; if the bytes do not fit, it ends the block.
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

// consented returns the line at which the bytes of a client's literal begin, after the server's consent, or reports
// that the server refused it.
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

// octets returns a client's literal of n bytes that begins at line from, with the rest of its last line, and the line
// after that. text is the command so far.
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

// wrapsServers reports whether line k, indented and without a mark, may be the continuation of the server's line
// before it.
func (w *walk) wrapsServers(k int) bool {
	if w.f.format != Marked || k == 0 || k >= w.len() || w.f.cut(w.line(k-1)).side != servers || w.f.cut(w.line(k)).side != nobodys {
		return false
	}
	b := line.Plain(w.line(k))
	return len(b)-len(bytes.TrimLeft(b, " "))-len(w.f.prefix) >= setIn
}

// octetsOf returns the bytes from the start of line from up to byte off of line to.
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

// goesOnAt returns the rest of a command after a literal that ends at byte off of line k, and the line after that.
func (w *walk) goesOnAt(x *exchange, tag string, k, off int, text string) (rest string, next int, ok bool) {
	if off > 0 && w.f.cut(w.line(k)).side == clientOctets && off == len(w.content(clients, k)) {
		k, off = k+1, 0 // a row of bytes contains nothing else
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

// serversFrom reports whether the first line from k on that is not empty is the server's, or there is none. A tagged
// response must answer the command with this tag, or another open one.
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

// serverSpeaks reports whether one of the lines from from to k has a server's mark.
func (w *walk) serverSpeaks(from, k int) bool {
	for j := from; j < k && w.f.format != Bare; j++ {
		if side := w.f.cut(w.line(j)).side; side == servers || side == serverOctets {
			return true
		}
	}
	return false
}

// isMaskedRow reports whether the bytes expected at line k were removed or masked.
func (w *walk) isMaskedRow(k int) bool {
	if k >= w.len() {
		return true
	}
	b := bytes.TrimSpace(w.content(clients, k))
	return len(b) == 0 || masked(string(b))
}

// userOf returns the user of a LOGIN, who may be in a literal.
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

// shownOf returns a LOGIN or AUTHENTICATE up to what must be asked for: only the command if the user is a literal.
func shownOf(m *command.Match, l *Line) string {
	if mech := mechanismOf(m); mech != "" {
		return m.Name + " " + mech
	}
	return m.Name
}

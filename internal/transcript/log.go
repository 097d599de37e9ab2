package transcript

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// logged is a command of imapsh's own log whose literal, or the rest of whose line, is not complete yet.
type logged struct {
	line   int // the command's index in lines plus 1
	size   int64
	left   int64
	octets []byte
	secret bool // the rest of the command is a secret
	hidden bool // the bytes were masked
	asks   bool // the secret must be asked for, so the rest of the command is ignored
}

// logRow handles a row of imapsh's own log, in which the marks are reliable.
func (w *walk) logRow(x *exchange, i int, m *marked) {
	switch m.side {
	case nobodys:
		if i > 0 && string(m.text) == Header {
			w.logAgain(i)
		}
	case servers:
		w.logServer(x, i, m.text)
	case serverOctets:
		w.logHeard(x, m.text)
	case clientOctets:
		w.logOctets(x, i, m.text)
	case clients:
		w.logClient(x, i, m)
	}
}

func (w *walk) logServer(x *exchange, i int, text []byte) {
	if w.hear && w.logHears(x, i, text) {
		return
	}
	s := sayingOf(text, w.isShell)
	x.plus = s.saying == continuation || x.plus && s.saying != tagged
	switch {
	case s.saying == tagged:
		if g := x.log; g != nil && w.lines[g.line-1].Tag == s.tag && (g.asks || g.left == g.size) {
			if !g.asks {
				w.lines[g.line-1].Pieces = nil // refused before its bytes
			}
			x.log = nil
		}
		w.answered(x, i, &s)
	case s.saying == untagged && s.cond == response.BYE:
		x.bye = true
	}
}

// logAgain handles the header of another connection.
func (w *walk) logAgain(i int) {
	for _, x := range w.exchanges {
		if x.spoken && !x.bye {
			w.end(i, "a second connection starts here; only the first one's lines run")
			return
		}
	}
	clear(w.exchanges)
}

// logOctets handles a row of a literal's bytes: it had a CRLF, unless the size says otherwise.
func (w *walk) logOctets(x *exchange, i int, row []byte) {
	g := x.log
	if g != nil && g.asks {
		w.used++
		return
	}
	if g == nil || g.left == 0 {
		w.end(i, "data that no literal announces; nothing from here on runs")
		return
	}
	w.used++
	if g.secret && string(row) == command.Masked {
		g.left, g.hidden = 0, true
		return
	}
	g.octets = wire.Unescape(g.octets, row)
	n := g.size - int64(len(g.octets))
	switch {
	case n == 0:
	case n >= int64(len("\r\n")):
		g.octets = append(g.octets, "\r\n"...)
		n -= int64(len("\r\n"))
	default:
		w.end(i, fmt.Sprintf("the data after {%d} does not match that size; nothing from here on runs", g.size))
		return
	}
	g.left = n
}

// logClient handles a line of the client, or the rest of one after a literal.
func (w *walk) logClient(x *exchange, i int, m *marked) {
	if x.log == nil && bytes.HasPrefix(m.text, []byte(asIs)) {
		w.logAsIs(x, i, m)
		return
	}
	text := string(wire.Unescape(nil, m.text))
	if g := x.log; g != nil && g.asks {
		if text == "" || text[0] == ' ' || strings.Contains(text, command.Masked) && x.plus {
			w.used++
			return
		}
		x.log = nil
	}
	if g := x.log; g != nil {
		if g.left > 0 {
			w.end(i, fmt.Sprintf("the data after {%d} is incomplete; nothing from here on runs", g.size))
			return
		}
		w.used++
		w.logRest(x, text)
		return
	}
	switch {
	case x.auth > 0 && x.plus:
		x.plus = false
		w.answer(x, text)
		return
	case x.idle > 0 && strings.EqualFold(text, "DONE"):
		w.add(x, Line{At: w.number(i), Kind: Done, Conn: m.name, Text: command.Text(text)})
		w.endIdle(x)
		return
	}
	l := Line{At: w.number(i), Conn: m.name, Text: command.Text(text)}
	var rest string
	l.Tag, rest = command.Whose(text, nil)
	match := command.MatchLine(rest)
	l.Name = match.Name
	l.Destroys = match.EffectOf(nil) == command.Destroys
	if login := loginOf(rest); login != nil {
		l.User, l.Mechanism = login.user, login.mechanism
		if login.asks {
			l.ask(login)
			w.add(x, l)
			return
		}
	}
	if strings.Contains(text, command.Masked) {
		w.doubt(i, "%s holds a masked secret and cannot be sent again", match.Name)
		return
	}
	w.add(x, l)
	if lit := match.Literal; lit != nil {
		x.log = &logged{line: len(w.lines), size: lit.Size, left: lit.Size, secret: match.LiteralSecret || match.RestSecret}
	}
}

// asIs begins a row for bytes that were sent unchanged; they follow with Go's escapes and a closing quote.
const asIs = `:send "`

// logAsIs handles a row of bytes that were sent unchanged.
func (w *walk) logAsIs(x *exchange, i int, m *marked) {
	if bytes.Contains(m.text, []byte(command.Masked)) {
		w.doubt(i, "what was sent as it is holds a masked secret and cannot be sent again")
		return
	}
	text, err := strconv.Unquote(string(m.text[len(asIs)-1:]))
	if err != nil {
		w.end(i, "what was sent as it is cannot be read: nothing from here on runs")
		return
	}
	w.add(x, Line{At: w.number(i), Kind: AsIs, Conn: m.name, Name: "what was sent as it is", Bytes: []byte(text), Destroys: destroys(text)})
}

// destroys reports whether a line of a text is a destructive command.
func destroys(text string) bool {
	for l := range strings.Lines(text) {
		_, rest := command.Whose(strings.TrimRight(l, "\r\n"), nil)
		if m := command.MatchLine(rest); m.EffectOf(nil) == command.Destroys {
			return true
		}
	}
	return false
}

// logRest handles the rest of a line after a literal.
func (w *walk) logRest(x *exchange, text string) {
	g := x.log
	x.log = nil
	l := &w.lines[g.line-1]
	if g.hidden || strings.Contains(text, command.Masked) {
		m := command.MatchLine(l.command())
		if !g.hidden {
			l.Pieces = append(l.Pieces, Piece{g.octets, command.Text(text)})
		}
		l.ask(&login{user: userOf(l), mechanism: mechanismOf(m), shown: shownOf(m, l)})
		x.log = &logged{line: g.line, asks: true}
		return
	}
	l.Pieces = append(l.Pieces, Piece{g.octets, command.Text(text)})
	if lit := command.TrailingLiteral(text); lit != nil {
		x.log = &logged{line: g.line, size: lit.Size, left: lit.Size, secret: g.secret}
	}
}

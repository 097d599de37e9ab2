package transcript

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// client handles a line with the client's mark.
func (w *walk) client(x *exchange, i int, m *marked) {
	text := bytes.TrimLeft(m.text, " \t")
	if x.hidden {
		return
	}
	if sayingOf(text, w.isShell).saying != nothing {
		w.conflict = true // a response never has the client's mark
		return
	}
	whole, rows, ok := w.unwrapped(i, string(text))
	if w.stop != 0 {
		return
	}
	at := w.i
	w.i += rows
	if !ok || !w.say(x, i, m.name, whole) {
		w.i = at
		if len(text) > 0 {
			w.refused(x, i, text)
		}
		return
	}
	w.used += rows
}

// unwrapped joins a line with the indented rows without a mark after it, into which imapsh's screen or an RFC's page
// has wrapped it. ok is false if the first row could be the complete line.
func (w *walk) unwrapped(i int, text string) (whole string, rows int, ok bool) {
	if w.f.format != Marked || strings.TrimLeft(w.f.prefix, " ") != "" || command.TrailingLiteral(text) != nil {
		return text, 0, true
	}
	fits := w.fits(text)
	whole = text
	for k := i + 1; k < w.len() && rows < maxRows; k++ {
		raw := w.line(k)
		b := line.Plain(raw)
		text := bytes.TrimLeft(b, " ")
		in := len(b) - len(text) - len(w.f.prefix)
		if in < setIn || len(text) == 0 || w.f.cut(b).side != nobodys {
			break
		}
		if w.f.prefix == "" {
			if in > setIn+1 {
				break // it is a decoded value
			}
			if bytes.HasPrefix(text, []byte("… ")) {
				w.end(i, "the line was cut on the screen")
				return "", 0, false
			}
			whole += string(raw[line.Unplain(raw, setIn):])
		} else {
			if fits || w.fits(whole) {
				break
			}
			whole += " " + string(raw[line.Unplain(raw, len(b)-len(text)):])
		}
		rows++
	}
	return whole, rows, rows == 0 || !fits || w.fits(whole)
}

// maxRows limits how many rows are joined into one line.
const maxRows = 32

// fits reports whether a line with its own tag fits the grammar.
func (w *walk) fits(text string) bool {
	text = line.Unnamed(text)
	m := line.Mend(command.Text(text), w.isShell)
	tag, rest := command.Whose(m.Text, w.isShell)
	return tag != "" && line.Fits(string(rest))
}

// say handles a line that may be the client's, and reports whether it is.
func (w *walk) say(x *exchange, i int, conn, raw string) bool {
	if w.f.format == Marked {
		raw = line.Unnamed(raw)
	}
	raw = strings.TrimRight(raw, "\r") // from a line end that was doubled or cut
	m := line.Mend(command.Text(raw), w.isShell)
	l := Line{At: w.number(i), Conn: conn, Notes: m.Notes, Odd: m.Odd}
	if x.auth > 0 && x.plus {
		x.plus = false
		w.answer(x, raw)
		return true
	}
	if x.idle > 0 && isDone(string(m.Text)) {
		l.Kind, l.Text = Done, "DONE"
		w.add(x, l)
		w.endIdle(x)
		return true
	}
	l.Text = m.Text
	tag, typed := command.Whose(m.Text, w.isShell)
	l.Tag = string(tag)
	rest := string(typed)
	if l.Tag == "" || m.Comment || w.f.format == Bare && x.opened > 0 && x.since {
		return false
	}
	match := command.MatchLine(rest)
	l.Name = match.Name
	if !w.mayTag(l.Tag) {
		w.unknown(x, &l)
		return false
	}
	login := loginOf(rest)
	if login != nil && login.asks {
		l.ask(login)
		w.add(x, l)
		return true
	}
	// Only imapsh's own log may have a CR within a command, as it says that it was sent.
	if !line.Fits(rest) || w.f.hasEntities(rest) || w.f.format != Log && strings.IndexByte(rest, '\r') >= 0 {
		w.unknown(x, &l)
		return false
	}
	if login != nil {
		l.User, l.Mechanism = login.user, login.mechanism
	}
	l.Destroys = match.EffectOf(nil) == command.Destroys
	l.NeedsForce = l.Destroys && w.f.format == Bare
	if match.Literal != nil && !w.literals(x, i, &l, rest) {
		return w.stop != 0
	}
	w.add(x, l)
	return true
}

// refused counts a client's line that does not run.
func (w *walk) refused(x *exchange, i int, text []byte) {
	l := &Line{At: w.number(i)}
	switch {
	case w.f.hasEntities(string(text)):
		w.coded.add(l)
	case w.f.format == Bare && x.opened > 0 && x.since:
		w.late.add(l)
	default:
		w.unfit.add(l)
	}
}

// unknown hides what follows a line that does not run but may have been the client's, if its answer contains text
// written by others.
func (w *walk) unknown(x *exchange, l *Line) {
	if w.answers[l.Tag] && bringsText(l) {
		x.open[l.Tag] = append(x.open[l.Tag], entry{body: true})
		x.opened++
		x.newest, x.since = l.Tag, false
		x.hidden, x.hide = true, l.Tag
	}
}

// command returns Text without the tag.
func (l *Line) command() string {
	_, rest := command.Whose(string(l.Text), nil)
	return rest
}

// ask removes the secret from the line.
func (l *Line) ask(from *login) {
	l.Asks, l.User, l.Mechanism = true, from.user, from.mechanism
	l.Text = l.Text[:len(l.Text)-len(l.command())] + command.Text(from.shown)
	l.Pieces, l.Answers = nil, nil
}

// answer takes the client's answer to a challenge.
func (w *walk) answer(x *exchange, raw string) {
	l := &w.lines[x.auth-1]
	text := strings.TrimSpace(raw)
	if masked(text) || !IsAnswer(text) || text == "" && len(l.Answers) == 0 {
		l.Asks = true
	}
	l.Answers = append(l.Answers, command.Text(text))
	w.used++
}

// isDone reports whether a line is DONE, with or without a tag.
func isDone(text string) bool {
	_, after, ok := strings.Cut(text, " ")
	return strings.EqualFold(text, "DONE") || ok && strings.EqualFold(after, "DONE")
}

// mayTag reports whether a word may be the tag of a command that runs. A word with a quote or a bracket has an
// unknown mark, such as b'A1.
func (w *walk) mayTag(tag string) bool {
	if w.f.format != Bare {
		return legalTag([]byte(tag)) && (w.f.format == Log || !strings.ContainsAny(tag, "'`<>|&;,="))
	}
	if tag == "." || len(tag) == 1 && isLetters([]byte(tag)) && w.answers[tag] {
		return true
	}
	digit := false
	for i := 0; i < len(tag); i++ {
		switch c := tag[i]; {
		case '0' <= c && c <= '9':
			digit = true
		case c|0x20 >= 'a' && c|0x20 <= 'z':
		case i > 0 && (c == '-' || c == '_'):
		default:
			return false
		}
	}
	return digit
}

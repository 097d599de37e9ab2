package transcript

import (
	"bytes"
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// A walk reads a block in one form, from its first line to its last.
type walk struct {
	*source
	f       *form
	isShell func(string) bool

	i        int // the line to come
	lines    []Line
	notes    []string
	used     int  // lines, but for empty ones, that are sent
	conflict bool // the block is not of this form
	stop     int  // the number of the line that ended it, 0 without
	unfit    int  // lines of the client that do not fit
	unfitAt  int

	exchanges map[string]*exchange // by the connection's name in the mark
	letters   map[string]bool      // tags of one letter that a server's line answers
	seen      map[string]bool      // first words of lines that may have been the client's
	rulers    map[side]*ruler
	others    bool // other connections were noted
}

// An exchange is what one connection has come to.
type exchange struct {
	open    map[string][]entry // by tag, oldest first
	opened  int                // commands that wait for their answer
	newest  string             // the tag of the newest
	since   bool               // a server's line has come since the newest
	plus    bool               // the last line was a continuation request
	greeted bool
	bye     bool
	spoken  bool // a command has been sent
	idle    int  // the IDLE that waits for DONE: its place in lines, from 1
	auth    int  // the same of an AUTHENTICATE
	// Until the answer with this tag nothing is the client's: hidden is set. doubted tells that a literal
	// there did not fit its size, loose that there were lines that nothing accounts for.
	hidden  bool
	hide    string
	doubted bool
	loose   bool
	// Of imapsh's own log: the literal whose octets come, the line whose rest comes.
	log *logged
}

// entry is a command that waits for its answer.
type entry struct {
	line  int // its place in lines, from 1; 0 for one that is not sent
	body  bool
	ended bool // an IDLE after DONE
}

// read finds the one form that a transcript is of, and what runs of it.
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
		w := s.walk(f, o.IsShell)
		switch {
		case w.conflict:
		case found != nil:
			return &Block{Skipped: s.count(), Notes: []string{"nothing runs: the block has the marks of more than one format"}}
		default:
			found = w
		}
	}
	if found == nil {
		return &Block{Skipped: s.count(), Notes: []string{"nothing runs: it is not certain which lines are the client's, or the log is of a format that is not read"}}
	}
	return found.block()
}

// count counts lines that are not empty.
func (s *source) count() int {
	n := 0
	for i := range s.len() {
		if len(bytes.TrimSpace(s.line(i))) > 0 {
			n++
		}
	}
	return n
}

func (s *source) walk(f form, isShell func(string) bool) *walk {
	w := &walk{source: s, f: &f, isShell: isShell, exchanges: map[string]*exchange{}, letters: map[string]bool{}, seen: map[string]bool{}, rulers: map[side]*ruler{}}
	if f.format == Bare {
		w.findLetters()
	}
	for w.i < s.len() && !w.conflict && w.stop == 0 {
		i := w.i
		w.i++
		w.step(i)
	}
	return w
}

// findLetters finds, from line w.i on, the tags of one letter that the server answers.
func (w *walk) findLetters() {
	for i := w.i; i < w.len(); i++ {
		b := bytes.TrimLeft(w.line(i), " \t")
		if len(b) > 2 && isBlank(b[1]) && isLetters(b[:1]) && sayingOf(b, w.isShell).saying == tagged {
			w.letters[string(b[:1])] = true
		}
	}
}

func (w *walk) exchange(name string) *exchange {
	x := w.exchanges[name]
	if x == nil {
		x = &exchange{open: map[string][]entry{}}
		w.exchanges[name] = x
	}
	return x
}

// step reads line i.
func (w *walk) step(i int) {
	m := w.f.cut(w.line(i))
	if m.side != nobodys && m.who != w.f.who {
		if !w.others {
			w.others = true
			w.note(i, "another connection's lines begin; only those of the first run")
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

// client reads a line with the client's mark.
func (w *walk) client(x *exchange, i int, m *marked) {
	text := bytes.TrimLeft(m.text, " \t")
	if x.hidden {
		return
	}
	if sayingOf(text, w.isShell).saying != nothing {
		w.conflict = true // the client's mark never carries a response
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
			w.unfit++
			if w.unfitAt == 0 {
				w.unfitAt = w.number(i)
			}
		}
		return
	}
	w.used += rows
}

// unwrapped joins a line with the rows after it, without a mark and set in, that imapsh's screen or an
// RFC's page has made of its end. It is not ok where the first row could pass for the whole line.
func (w *walk) unwrapped(i int, text string) (whole string, rows int, ok bool) {
	if w.f.format != Marked || strings.TrimLeft(w.f.prefix, " ") != "" || command.TrailingLiteral(text) != nil {
		return text, 0, true
	}
	const screen = 3 // blanks that imapsh sets such a row in; decoded rows have five
	fits := w.fits(text)
	whole = text
	for k := i + 1; k < w.len() && rows < maxRows; k++ {
		b := w.line(k)
		text := bytes.TrimLeft(b, " ")
		in := len(b) - len(text) - len(w.f.prefix)
		if in < screen || len(text) == 0 || w.f.cut(b).side != nobodys {
			break
		}
		if w.f.prefix == "" {
			if in > screen+1 {
				break
			}
			if bytes.HasPrefix(text, []byte("… ")) {
				w.end(i, "the line was cut on the screen")
				return "", 0, false
			}
			whole += string(b[screen:])
		} else {
			if fits || w.fits(whole) {
				break
			}
			whole += " " + string(text)
		}
		rows++
	}
	return whole, rows, rows == 0 || !fits || w.fits(whole)
}

// maxRows bounds the rows of one line.
const maxRows = 32

// fits reports whether a line with its own tag fits.
func (w *walk) fits(text string) bool {
	m := line.Mend(text, w.isShell)
	tag, rest := command.Whose(m.Text, w.isShell)
	return tag != "" && line.Fits(rest)
}

// unmarked reads a line without a mark: in a bare transcript anybody's, in others nobody's.
func (w *walk) unmarked(x *exchange, i int, raw []byte) {
	text := bytes.TrimLeft(raw, " \t")
	if w.f.format != Bare {
		if w.f.format == Marked && x.opened == 0 && !x.hidden && x.spoken && bytes.HasPrefix(raw, []byte(authenticated)) {
			// What is typed in imtest, once it has logged in, has no marks.
			w.f, w.rulers = &form{format: Bare}, map[side]*ruler{}
			w.findLetters()
			return
		}
		w.foreignTo(x, raw, text)
		return
	}
	if len(text) == 0 {
		if x.auth > 0 && x.plus {
			w.lines[x.auth-1].Asks = true
			x.plus = false
		}
		return
	}
	s := sayingOf(text, w.isShell)
	switch {
	case s.saying != nothing:
		w.server(x, i, text)
	case x.hidden:
		x.loose = true
	case x.auth > 0 && x.plus:
		x.plus = false
		w.answer(x, string(text))
	case w.isForeign(text):
		w.conflict = true
	case opens(text):
		if (x.greeted || x.spoken) && !x.bye && !isAside(text) {
			w.end(i, "a second connection begins; only the lines of the first run")
		}
	case text[0] == ')' && !x.greeted:
		w.begunWithin(x, i)
	default:
		first, _ := cutShort(text)
		w.seen[string(first)] = true
		if w.say(x, i, "", string(text)) {
			return
		}
		s := afterPrefix(text, w.isShell)
		switch {
		case s.saying == nothing:
		case x.opened == 0:
			w.conflict = true
		case s.saying == tagged:
			if len(x.open[s.tag]) > 0 {
				w.server(x, i, text[bytes.Index(text, []byte(s.tag+" ")):])
			}
		default:
			w.server(x, i, text)
		}
	}
}

// authenticated is what imtest says before it lets type.
const authenticated = "Security strength factor:"

// isForeign reports whether a line has a mark of some other format and, after "<" or ">", what one
// side says.
func (w *walk) isForeign(text []byte) bool {
	if _, _, ok := wireMark(text); ok {
		return true
	}
	if text[0] != '<' && text[0] != '>' || len(text) < 2 || !isBlank(text[1]) {
		return false
	}
	rest := bytes.TrimLeft(text[1:], " \t<>")
	if len(rest) > 0 && w.isForeign(rest) || sayingOf(rest, w.isShell).saying != nothing {
		return true
	}
	tag, _ := command.Whose(string(rest[:min(len(rest), maxPrefix)]), w.isShell)
	return tag != ""
}

// foreignTo looks at a line without a mark among lines with one: a response that is not set in deeper
// than the marks speaks against the form.
func (w *walk) foreignTo(x *exchange, raw, text []byte) {
	if len(text) == 0 || x.hidden {
		return
	}
	indent := len(w.f.prefix) - len(strings.TrimLeft(w.f.prefix, " \t"))
	if len(raw)-len(text) > indent {
		return
	}
	if sayingOf(text, w.isShell).saying != nothing {
		w.conflict = true
		return
	}
	// The same with a mark that is not the block's.
	rest := text
	if _, n, ok := wireMark(text); ok {
		rest = text[n:]
	} else if text[0] == '<' || text[0] == '>' {
		rest = text[1:]
	}
	if len(rest) < len(text) && says(rest, w.isShell) {
		w.conflict = true
	}
}

// begunWithin drops what came before a sign that the block begins within a response: it may be a
// message's.
func (w *walk) begunWithin(x *exchange, i int) {
	if len(w.lines) > 0 {
		w.note(i, "the block begins within a response: nothing before here runs")
	}
	w.lines, w.used = nil, 0
	*x = exchange{open: map[string][]entry{}, greeted: true}
}

// server reads what the server has said.
func (w *walk) server(x *exchange, i int, text []byte) {
	text = bytes.TrimLeft(text, " \t")
	s := sayingOf(text, w.isShell)
	if x.hidden {
		switch {
		case s.saying == tagged && s.tag == x.hide:
			w.answered(x, i, &s)
		case s.saying == untagged && s.cond == 0:
			w.skipOctets(x, i, text)
		case len(text) > 0:
			x.loose = true
		}
		return
	}
	x.plus = s.saying == continuation || x.plus && s.saying == untagged && w.f.format != Bare
	switch {
	case s.saying == tagged:
		x.since = true
		w.answered(x, i, &s)
		return
	case s.saying == untagged && s.cond == response.BYE:
		x.bye = true
	case s.saying == untagged && (s.cond == response.OK || s.cond == response.PREAUTH) && len(x.open) == 0 && isGreeting(s.rest):
		w.greeting(x, i)
	}
	x.since = true
	if s.cond == 0 && s.saying != continuation {
		w.skipOctets(x, i, text)
	}
}

// isGreeting reports whether what follows OK may be a greeting's: it has no code but CAPABILITY.
func isGreeting(rest []byte) bool {
	const code = "[CAPABILITY"
	return len(rest) == 0 || rest[0] != '[' || len(rest) > len(code) && strings.EqualFold(string(rest[:len(code)]), code)
}

func (w *walk) greeting(x *exchange, i int) {
	if (x.greeted || x.spoken) && !x.bye {
		w.end(i, "a second connection begins; only the lines of the first run")
		return
	}
	*x = exchange{open: map[string][]entry{}, greeted: true}
}

// answered takes a tagged response.
func (w *walk) answered(x *exchange, i int, s *said) {
	all := x.open[s.tag]
	if len(all) == 0 {
		if w.f.format == Bare && !x.greeted && !w.seen[s.tag] {
			w.begunWithin(x, i)
		}
		return
	}
	// One answer to several commands with one tag is the newest's: those before have lost theirs. But
	// while a message may still come, it is the oldest's.
	n := len(all)
	for _, e := range all[:n-1] {
		if e.body {
			n = 1
		}
	}
	for _, e := range all[:n] {
		if !e.ended {
			x.opened--
		}
		if e.line > 0 && e.line == x.idle {
			x.idle = 0
		}
		if e.line > 0 && e.line == x.auth {
			x.auth = 0
		}
	}
	if last := all[n-1].line; last > 0 {
		l := &w.lines[last-1]
		l.Answer = s.cond
		if l.Name == "LOGOUT" && s.cond == response.OK {
			x.bye = true
		}
	}
	if n < len(all) {
		x.open[s.tag] = all[n:]
		return
	}
	delete(x.open, s.tag)
	if !x.hidden || x.hide != s.tag {
		return
	}
	if x.loose && !x.doubted && w.f.format == Bare {
		w.doubt(i, "the message before line %d came without its size", w.number(i))
	}
	x.hidden, x.loose, x.doubted = false, false, false
}

// doubt adds a step that counts as failed.
func (w *walk) doubt(i int, format string, args ...any) {
	w.lines = append(w.lines, Line{At: w.number(i), Kind: Doubt, Text: fmt.Sprintf(format, args...)})
}

func (w *walk) note(i int, text string) {
	w.notes = append(w.notes, fmt.Sprintf("line %d: %s", w.number(i), text))
}

// end ends the block at line i.
func (w *walk) end(i int, why string) {
	w.stop = w.number(i)
	w.note(i, why)
}

// add adds a line that is the client's, and opens it if it is a command.
func (w *walk) add(x *exchange, l Line) {
	w.lines = append(w.lines, l)
	w.used++
	if l.Kind != Command {
		return
	}
	at := len(w.lines)
	body := bringsText(&l)
	x.open[l.Tag] = append(x.open[l.Tag], entry{line: at, body: body})
	x.opened++
	x.newest, x.since, x.spoken, x.plus = l.Tag, false, true, false
	w.seen[l.Tag] = true
	switch l.Name {
	case "IDLE":
		x.idle = at
	case "AUTHENTICATE":
		x.auth = at
	}
	if body && w.f.format != Log {
		x.hidden, x.hide = true, l.Tag
	}
}

// bringsText reports whether the responses to a command hold text of others: messages, annotations.
func bringsText(l *Line) bool {
	switch l.Name {
	case "FETCH", "UID FETCH":
	case "URLFETCH", "GETMETADATA":
		return true
	default:
		return false
	}
	upper := strings.ToUpper(l.Text)
	for _, item := range []string{"BODY", "BINARY", "RFC822"} {
		for rest := upper; ; {
			_, after, ok := strings.Cut(rest, item)
			if !ok {
				break
			}
			rest = after
			if item == "BODY" && strings.HasPrefix(after, "STRUCTURE") || strings.HasPrefix(after, ".SIZE") {
				continue
			}
			return true
		}
	}
	return false
}

// say reads a line that may be the client's, and reports whether it is.
func (w *walk) say(x *exchange, i int, conn, raw string) bool {
	m := line.Mend(raw, w.isShell)
	l := Line{At: w.number(i), Conn: conn, Notes: m.Notes, Odd: m.Odd}
	if x.auth > 0 && x.plus {
		x.plus = false
		w.answer(x, raw)
		return true
	}
	if x.idle > 0 && isDone(m.Text) {
		l.Kind, l.Text = Done, "DONE"
		w.add(x, l)
		w.endIdle(x)
		return true
	}
	l.Text = m.Text
	var rest string
	l.Tag, rest = command.Whose(m.Text, w.isShell)
	if l.Tag == "" || m.Comment || !w.mayTag(l.Tag) || w.f.format == Bare && x.opened > 0 && x.since {
		return false
	}
	match := command.MatchLine(rest)
	l.Name = match.Name
	login := loginOf(rest)
	if login != nil && login.asks {
		l.ask(login)
		w.add(x, l)
		return true
	}
	if !line.Fits(rest) {
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

// ask leaves the secret out.
func (l *Line) ask(from *login) {
	l.Asks, l.User, l.Mechanism = true, from.user, from.mechanism
	l.Text = l.Tag + " " + from.shown
	l.Pieces, l.Answers = nil, nil
}

// answer takes what the client said to a challenge.
func (w *walk) answer(x *exchange, raw string) {
	l := &w.lines[x.auth-1]
	text := strings.TrimSpace(raw)
	if masked(text) || !isAnswer(text) || text == "" && len(l.Answers) == 0 {
		l.Asks = true
	}
	l.Answers = append(l.Answers, text)
	w.used++
}

// endIdle lets the IDLE count as answered.
func (w *walk) endIdle(x *exchange) {
	tag := w.lines[x.idle-1].Tag
	for k := range x.open[tag] {
		if e := &x.open[tag][k]; e.line == x.idle && !e.ended {
			e.ended = true
			x.opened--
		}
	}
	x.idle = 0
}

// isDone reports whether a line is DONE, with a tag or without.
func isDone(text string) bool {
	_, after, ok := strings.Cut(text, " ")
	return strings.EqualFold(text, "DONE") || ok && strings.EqualFold(after, "DONE")
}

// mayTag reports whether a word may be the tag of a command that runs.
func (w *walk) mayTag(tag string) bool {
	if w.f.format != Bare {
		return legalTag([]byte(tag))
	}
	if tag == "." || w.letters[tag] {
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

// content is line i without the mark of a side, as octets.
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

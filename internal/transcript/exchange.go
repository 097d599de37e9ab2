package transcript

import (
	"bytes"
	"strings"

	"imapsh/internal/response"
)

// An exchange is the state of one connection.
type exchange struct {
	name    string             // the connection's name in the marks
	open    map[string][]entry // commands not answered yet, by tag, oldest first
	opened  int                // how many commands wait for their answer
	newest  string             // the tag of the newest command
	since   bool               // there was a server's line after the newest command
	plus    bool               // the last line was a continuation request
	greeted bool
	bye     bool
	spoken  bool // a command has been sent
	idle    int  // the IDLE that waits for DONE, as an index in lines plus 1; 0 if there is none
	auth    int  // the same for an AUTHENTICATE that is under way
	// hidden says that nothing is the client's until the answer with the tag hide. doubted says that a literal in
	// between did not match its size, loose that there were lines without explanation.
	hidden  bool
	hide    string
	doubted bool
	loose   bool
	tags    map[string]bool // the tags of its commands so far; true if several commands had it
	// In imapsh's own log: the literal whose bytes, or the line whose rest, comes next.
	log *logged
	// The same for the server: the literal of the last response.
	hears hearing
}

// entry is a command that waits for its answer.
type entry struct {
	line  int  // its index in lines plus 1; 0 if it is not sent
	body  bool // its answer may contain text written by others
	ended bool // an IDLE after DONE
}

// begunWithin drops everything before a sign that the block begins inside a response: it may be part of a message.
func (w *walk) begunWithin(x *exchange, i int) {
	if len(w.lines) > 0 {
		w.note(i, "the block starts inside a response; nothing before this line runs")
	}
	w.lines, w.used = nil, 0
	*x = exchange{name: x.name, open: map[string][]entry{}, greeted: true}
	w.heard = nil
}

// server handles a server's line.
func (w *walk) server(x *exchange, i int, text []byte) {
	text = bytes.TrimLeft(text, " \t")
	s := sayingOf(text, w.isShell)
	if s.saying == tagged || s.saying == untagged {
		w.hears(x, i, text)
	}
	if x.hidden {
		switch {
		case s.saying == tagged && len(x.open[s.tag]) > 0:
			w.answered(x, i, &s)
		case s.saying == untagged && s.cond == 0:
			w.skipOctets(x, i, text)
		case len(text) > 0:
			x.loose = true
		}
		return
	}
	x.plus = s.saying == continuation || x.plus && s.saying != tagged && w.f.format != Bare
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

// isGreeting reports whether rest, which follows OK, may be that of a greeting: it has no code, or only CAPABILITY.
func isGreeting(rest []byte) bool {
	const code = "[CAPABILITY"
	return len(rest) == 0 || rest[0] != '[' || len(rest) > len(code) && strings.EqualFold(string(rest[:len(code)]), code)
}

func (w *walk) greeting(x *exchange, i int) {
	if (x.greeted || x.spoken) && !x.bye {
		w.end(i, "a second connection starts here; only the first one's lines run")
		return
	}
	*x = exchange{name: x.name, open: map[string][]entry{}, greeted: true}
}

// answered handles a tagged response.
func (w *walk) answered(x *exchange, i int, s *said) {
	all := x.open[s.tag]
	if len(all) == 0 {
		if w.f.format == Bare && !x.greeted && !w.seen[s.tag] {
			w.begunWithin(x, i)
		}
		return
	}
	if x.hidden && x.hide == s.tag && (x.doubted || x.loose) && !x.tags[s.tag] && i < w.lastAnswer(x, s.tag) {
		return // it may be in a message; only the last one is certain
	}
	// If several commands have the same tag, one answer is the newest's, and the others have lost theirs. But if a
	// message may still come, it is the oldest's.
	n := len(all)
	for _, e := range all {
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
		w.doubt(i, "the message before line %d has no size", w.number(i))
	}
	x.hidden, x.loose, x.doubted = false, false, false
}

// lastAnswer returns the last line of the block in which the server answers a command with this tag.
func (w *walk) lastAnswer(x *exchange, tag string) int {
	if w.last == nil {
		w.last = map[string]int{}
		for i := range w.len() {
			m := w.f.cut(w.line(i))
			if m.side != servers && (w.f.format != Bare || m.side != nobodys) || m.side != nobodys && m.who != w.f.who {
				continue
			}
			if s := sayingOf(bytes.TrimLeft(m.text, " \t"), w.isShell); s.saying == tagged {
				w.last[lastKey(m.name, s.tag)] = i
			}
		}
	}
	return w.last[lastKey(x.name, tag)]
}

func lastKey(conn, tag string) string { return conn + " " + tag }

// add adds a line of the client, and notes that it waits for its answer if it is a command.
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
	if x.tags == nil {
		x.tags = map[string]bool{}
	}
	_, x.tags[l.Tag] = x.tags[l.Tag]
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

// bringsText reports whether the responses to a command contain text written by others: messages, annotations.
func bringsText(l *Line) bool {
	switch l.Name {
	case "FETCH", "UID FETCH":
	case "URLFETCH", "GETMETADATA":
		return true
	default:
		return false
	}
	upper := strings.ToUpper(string(l.Text))
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

// endIdle makes the IDLE count as answered.
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

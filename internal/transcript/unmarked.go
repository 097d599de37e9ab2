package transcript

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// unmarked handles a line without a mark: in a bare transcript it may be either side's, in others it is neither's.
func (w *walk) unmarked(x *exchange, i int, typed []byte) {
	raw := line.Plain(typed)
	text := bytes.TrimLeft(raw, " \t")
	if w.f.format != Bare {
		if w.f.format == Marked && x.opened == 0 && !x.hidden && x.spoken && bytes.HasPrefix(raw, []byte(authenticated)) {
			// Lines typed in imtest after it has logged in have no marks.
			w.f, w.rulers = &form{format: Bare}, map[side]*ruler{}
			w.findAnswers()
			return
		}
		w.foreignTo(x, raw, text)
		return
	}
	if w.f.marks && isSetIn(raw) {
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
		if at := w.remarked(x, text); at >= 0 {
			w.server(x, i, text[at:])
			break
		}
		w.answer(x, string(text))
	case w.isForeign(text):
		w.conflict = true
	case opens(text):
		if (x.greeted || x.spoken) && !x.bye && !isAside(text) {
			w.end(i, "a second connection starts here; only the first one's lines run")
		}
	case text[0] == ')' && !x.greeted:
		w.begunWithin(x, i)
	default:
		first, _ := cutShort(text)
		w.seen[string(first)] = true
		if w.say(x, i, "", string(bytes.TrimLeft(typed, " \t"))) {
			return
		}
		s := afterPrefix(text, w.isShell)
		switch {
		case s.saying == nothing:
			if w.isLikeClients(text) {
				w.refused(x, i, text)
			}
		case x.opened == 0:
			w.conflict = true
		case s.saying == tagged:
			if at := w.remarked(x, text); at >= 0 {
				w.server(x, i, text[at:])
			}
		default:
			w.server(x, i, text)
		}
	}
}

// remarked returns the offset, after the prefix of a client's log, of the answer to an open command; -1 if there is
// none.
func (w *walk) remarked(x *exchange, text []byte) int {
	s := afterPrefix(text, w.isShell)
	if s.saying != tagged || len(x.open[s.tag]) == 0 {
		return -1
	}
	return bytes.LastIndex(text[:len(text)-len(s.rest)], []byte(s.tag+" "))
}

// isLikeClients reports whether a line has a tag that is answered, and the name of a command after it.
func (w *walk) isLikeClients(text []byte) bool {
	first, rest := cutShort(text)
	name, _ := cutShort(rest)
	return w.answers[string(first)] && w.mayTag(string(first)) && (command.Lookup(string(name)) != nil || bytes.EqualFold(name, []byte("UID")))
}

// authenticated is what imtest prints before it accepts input.
const authenticated = "Security strength factor:"

// isForeign reports whether a line has a mark of another format, with a line of one side after it.
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

// foreignTo checks a line without a mark in a block with marks: a response that is not indented more than the marks
// contradicts the form.
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
	// The same, with a mark that is not the block's.
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

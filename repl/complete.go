package repl

import (
	"imapsh/completion"
	"strings"
	"unicode/utf8"
)

// complete answers Tab: what all candidates begin with is written, else they are listed.
func (s *Shell) complete(line string, pos int) {
	if s.wanted != nil {
		return
	}
	r := completion.Complete(line, pos, s.tag.View(), around())
	if s.loadsMailboxes(r, line, pos) {
		return
	}
	if len(r.Items) == 0 {
		return
	}
	text := r.Items[0].Text
	for _, it := range r.Items[1:] {
		text = text[:common(text, it.Text)]
	}
	typed := line[r.Start:pos]
	if len(r.Items) == 1 && !r.Items[0].Open && !strings.HasPrefix(line[pos:], " ") {
		text += " "
	}
	if len(text) > len(typed) || len(r.Items) == 1 {
		s.opt.Terminal.Edit(line[:r.Start]+text+line[pos:], r.Start+len(text))
		return
	}
	s.showCandidates(line, pos, r.Items)
}

// common is how many bytes two words begin with alike, whole runes only.
func common(a, b string) int {
	n := 0
	for i, r := range a {
		if !strings.HasPrefix(b[min(i, len(b)):], string(r)) {
			break
		}
		n = i + utf8.RuneLen(r)
	}
	return n
}

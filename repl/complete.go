package repl

import (
	"strings"
	"unicode/utf8"

	"imapsh/completion"
	"imapsh/internal/command"
)

// complete answers Tab: what all candidates begin with is written, else they are listed.
func (s *Shell) complete(line string, pos int) {
	if s.user.wants != nil {
		return
	}
	view := &command.View{}
	if s.front != nil {
		view = s.front.View()
	}
	r := completion.Complete(line, pos, view, s.around())
	if s.listsMailboxes(r, line, pos) {
		return
	}
	if len(r.Items) == 0 {
		return
	}
	begin := r.Items[0].Text
	for _, it := range r.Items[1:] {
		begin = begin[:common(begin, it.Text)]
	}
	typed := line[r.Start:pos]
	if len(r.Items) == 1 && !r.Items[0].Open && !strings.HasPrefix(line[pos:], " ") {
		begin += " "
	}
	if len(begin) > len(typed) || len(r.Items) == 1 {
		s.opt.Terminal.Edit(line[:r.Start]+begin+line[pos:], r.Start+len(begin))
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

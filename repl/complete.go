package repl

import (
	"strings"

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
	typed := line[r.Start:pos]
	begin := r.Begin(typed)
	if len(r.Items) == 1 {
		begin = r.Items[0].Text
		if !r.Items[0].Open && !strings.HasPrefix(line[pos:], " ") {
			begin += " "
		}
	}
	if len(begin) > len(typed) || len(r.Items) == 1 || begin != typed && strings.EqualFold(begin, typed) {
		s.opt.Terminal.Edit(line[:r.Start]+begin+line[pos:], r.Start+len(begin))
		return
	}
	s.showCandidates(line, pos, r.Items)
}

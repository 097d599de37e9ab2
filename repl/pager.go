package repl

import "imapsh/internal/command"

// pagerCommand shows what fits a screen at once, and else lets the user turn pages.
const pagerCommand = `LESS="${LESS--FRX}" ${PAGER:-less}`

// pageable are the commands whose output may be long.
var pageable = map[string]bool{
	"FETCH": true, "UID FETCH": true, "LIST": true, "LSUB": true, "SEARCH": true, "UID SEARCH": true,
	"SORT": true, "UID SORT": true, "THREAD": true, "UID THREAD": true, "CAPABILITY": true,
}

// setPager sends long output through a pager from now on.
func (s *Shell) setPager(arg string, _ inputLine) {
	if i, ok := s.choice("pager", arg, "on", "off"); ok {
		s.pager = i == 0
		s.set("pager", arg)
	}
}

// paged gives a command the pager for a pipe, where it has none and a person looks on.
func (s *Shell) paged(m command.Match, re *redirection) {
	if s.pager && s.interactive() && re.pipe == "" && re.out == "" && !re.background && pageable[m.Name] {
		re.pipe = pagerCommand
	}
}
